// Means and covariances of samples, and distances between the Gaussians that have them.
#pragma once

#include <vector>

#include "math/matrix.hpp"
#include "math/points.hpp"

namespace tessera::math {

struct Gaussian {
  std::vector<double> mean;
  Matrix covariance;
};

/// Collective. Weighted mean, and covariance about it (divided by the number of samples), the same on any number of
/// ranks.
Gaussian moments(const Points& points);

/// Wasserstein distance of order 2 between Gaussians: |m1 - m2|^2 + tr(S1 + S2 - 2 (S1^1/2 S2 S1^1/2)^1/2) squared (D.
/// C. Dowson and B. V. Landau, J. Multivar. Anal. 12, 450 (1982)). Throws Error (input) if dimensions differ.
double bures_w2(const Gaussian& a, const Gaussian& b);

}  // namespace tessera::math
