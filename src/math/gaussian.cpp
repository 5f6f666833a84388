#include "math/gaussian.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/sum.hpp"
#include "math/linear.hpp"

namespace tessera::math {

namespace {

/// Local. Sum of weight (x_a - m_a)(x_b - m_b); without b the factor of it is 1.
ExactSum local_moment(const Points& points, int a, double mean_a, int b, double mean_b) {
  const Columns& columns = points.columns();
  const int weight = points.weight_column();
  ExactSum result;
  Kokkos::parallel_reduce(
      "math/moment", Range(0, static_cast<int>(points.num_rows())),
      KOKKOS_LAMBDA(int i, ExactSum& sum) {
        const double second = b < 0 ? 1.0 : columns(b, i) - mean_b;
        sum.add(columns(weight, i) * (columns(a, i) - mean_a) * second);
      },
      Kokkos::Sum<ExactSum>(result));
  return result;
}

}  // namespace

Gaussian moments(const Points& points) {
  const int d = points.dimension();
  Gaussian result{std::vector<double>(static_cast<std::size_t>(d)), Matrix(d, d)};
  std::vector<ExactSum> sums;
  for (int a = 0; a < d; ++a) sums.push_back(local_moment(points, a, 0.0, -1, 0.0));
  all_reduce(points.comm(), sums.data(), static_cast<int>(sums.size()));
  for (std::size_t a = 0; a < sums.size(); ++a) result.mean[a] = sums[a].value();
  sums.clear();
  const auto mean = [&](int a) { return result.mean[static_cast<std::size_t>(a)]; };
  for (int a = 0; a < d; ++a)
    for (int b = 0; b <= a; ++b) sums.push_back(local_moment(points, a, mean(a), b, mean(b)));
  all_reduce(points.comm(), sums.data(), static_cast<int>(sums.size()));
  std::size_t n = 0;
  for (int a = 0; a < d; ++a)
    for (int b = 0; b <= a; ++b) result.covariance(a, b) = result.covariance(b, a) = sums[n++].value();
  return result;
}

double bures_w2(const Gaussian& a, const Gaussian& b) {
  if (a.mean.size() != b.mean.size())
    throw Error::input(
        fmt::format("Gaussians in {} and in {} dimensions cannot be compared", a.mean.size(), b.mean.size()));
  double squared = 0.0;
  for (std::size_t c = 0; c < a.mean.size(); ++c) squared += (a.mean[c] - b.mean[c]) * (a.mean[c] - b.mean[c]);
  const Matrix root = symmetric_root(a.covariance);
  for (const double value : symmetric_eigenvalues(symmetric_part(root * b.covariance * root)))
    squared -= 2.0 * std::sqrt(std::max(0.0, value));
  for (int c = 0; c < a.covariance.rows(); ++c) squared += a.covariance(c, c) + b.covariance(c, c);
  return std::sqrt(std::max(0.0, squared));
}

}  // namespace tessera::math
