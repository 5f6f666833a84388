// Optimal transport with an entropy, on samples that stay where they are.
#pragma once

#include <vector>

#include "math/points.hpp"

namespace tessera::math {

struct SinkhornParams {
  double regularisation = 0.1;  ///< eps, of the squared distance
  double tolerance = 1e-6;      ///< part of the mass that may be in a wrong place
  int max_iterations = 10000;
};

/// The plan moves a_i b_j exp((f_i + g_j - |x_i - y_j|^2)/eps) from x_i to y_j.
struct SinkhornPlan {
  double cost = 0.0;       ///< sum of plan times |x - y|^2, without the entropy
  double misplaced = 0.0;  ///< mass, when it was last looked at
  int iterations = 0;
  std::vector<double> first, second;  ///< potentials f and g of this rank's rows
};

/// Collective. Sinkhorn's iteration (M. Cuturi, NIPS 2013) for potentials, which neither overflow nor vanish; eps comes
/// down from the size of the whole, halved each time (B. Schmitzer, SIAM J. Sci. Comput. 41, A1443 (2019)). Two passes
/// over all pairs an iteration. The same on any number of ranks. Throws Error (input) if dimensions differ, (numeric)
/// if it does not converge.
SinkhornPlan sinkhorn(const Points& x, const Points& y, const SinkhornParams& params);

}  // namespace tessera::math
