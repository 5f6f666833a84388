// Distances between two sets of samples from sums over all pairs: maximum mean discrepancy and energy distance.
#pragma once

#include <utility>
#include <vector>

#include "math/points.hpp"

namespace tessera::math {

/// k(x, y) = sum_n factor_n exp(-exponent_n (|x - y|^2 + offset))
struct GaussianKernels {
  std::vector<std::pair<double, double>> terms;  ///< exponents, at most max_terms different ones, and factors
  double offset = 0.0;

  static constexpr int max_terms = 16;
  /// Sum, or mean, of kernels with these exponents, some of which may be the same.
  static GaussianKernels of(const std::vector<double>& exponents, double offset = 0.0, bool is_mean = false);
};

/// Collective. E k(x, x') + E k(y, y') - 2 E k(x, y) without the pairs of a sample with itself (A. Gretton et al., JMLR
/// 13, 723 (2012), eq. 3): 0 on average for samples of the same distribution, and thus sometimes negative. With weights
/// w of sum 1 each expectation of pairs is divided by 1 - sum w^2, which is the same if they are equal. With the
/// exponent 1e-4 as often as there are dimensions and the offset 1e-5 it is the statistic that K. Neklyudov et al.
/// (ICML 2023) take for the hydrogen atom. Throws Error (input) unless both have as many dimensions, and two samples or
/// more.
double mmd2_unbiased(const Points& x, const Points& y, const GaussianKernels& kernels);
/// Collective. The same with these pairs: never negative.
double mmd2_biased(const Points& x, const Points& y, const GaussianKernels& kernels);
/// Collective. 2 E|x - y| - E|x - x'| - E|y - y'| with them (G. J. Szekely and M. L. Rizzo, J. Stat. Plan. Inference
/// 143, 1249 (2013)): never negative.
double energy_distance(const Points& x, const Points& y);

}  // namespace tessera::math
