// Cells that differentiate: Gaussians whose means run along the branches of a random tree, in standardised coordinates.
// A stand-in for embryoid bodies seen through principal components (K. R. Moon and others, Nat. Biotechnol. 37, 1482
// (2019)).
#pragma once

#include <memory>

#include "deck/binder.hpp"
#include "sim/density/mixture.hpp"

namespace tessera::sim::density {

struct BranchingCellsParams {
  int dimensions = 5;
  int generations = 2;          ///< times at which every branch splits in two, equally spaced in (0, 1)
  double step = 1.0;            ///< length of a branch
  double width = 0.4;           ///< standard deviation about a branch
  std::int64_t shape_seed = 1;  ///< another one, another tree
};
/// The keys of branching cells, in a table that may have others.
void bind_branching_cells(deck::Binder& binder, BranchingCellsParams& params);

/// Numbers of cells at the five times t = 0, 1/4, 1/2, 3/4 and 1 of the experiment: all of these together have mean 0
/// and variance 1 in each coordinate.
inline constexpr int num_snapshots = 5;
inline constexpr double cells_of_snapshot[num_snapshots] = {2381, 4163, 3278, 3665, 3332};

/// The tree as formulas: a Gaussian for each leaf, whose mean is piecewise linear in time.
MixtureParams branching_mixture(const BranchingCellsParams& params);

}  // namespace tessera::sim::density
