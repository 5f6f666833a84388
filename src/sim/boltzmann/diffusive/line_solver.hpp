// Tridiagonal systems, periodic or not, whose rows are cut over ranks.
#pragma once

#include <cstddef>
#include <vector>

#include "base/comm.hpp"

namespace tessera::sim::boltzmann::diffusive {

/// Rows of one rank, in the order of ranks: lower[n] x[n - 1] + diagonal[n] x[n] + upper[n] x[n + 1].
struct LineRows {
  std::vector<double> lower, diagonal, upper;
};

/// Gaussian elimination (Thomas) that goes through the ranks in their order and back: 2 numbers pass each border, and
/// the same bits come out on any number of ranks. What the two ends of a periodic line have in common is put right by
/// the formula of Sherman and Morrison. No pivots are sought: for matrices whose diagonals dominate. The sweeps are the
/// only part of a step that ranks do one after the other, a few operations a row where the rest of the step takes
/// hundreds.
class LineSolver {
 public:
  /// Collective. At least 3 rows in all, one a rank or more.
  LineSolver(const Comm& comm, const LineRows& rows, bool is_periodic);

  /// Collective. `x` holds the right-hand sides of this rank's rows, and then the solution.
  void solve(std::vector<double>& x) const;

 private:
  void sweep(std::vector<double>& x) const;
  /// The first number of the first rank plus `weight_` times the last one of the last.
  double ends(const std::vector<double>& x) const;

  Comm comm_;
  std::vector<double> lower_, inverse_, upper_;  // upper_: after elimination
  std::vector<double> correction_;               // empty: not periodic
  double weight_ = 0.0, scale_ = 0.0;
};

}  // namespace tessera::sim::boltzmann::diffusive
