// Numbers to transform, and the transform by its definition.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "base/random.hpp"
#include "math/fft_shape.hpp"

namespace tessera::test {

using math::Complex;

/// Between -1 and 1; a function of the index, so that ranks agree on them.
inline double value_at(std::int64_t index) {
  const Random random(11, RandomPurpose::test);
  return 2.0 * random.uniform(static_cast<std::uint64_t>(index), 0, 0).first - 1.0;
}

inline Complex complex_at(std::int64_t index) {
  const Random random(12, RandomPurpose::test);
  const auto pair = random.uniform(static_cast<std::uint64_t>(index), 0, 0);
  return {2.0 * pair.first - 1.0, 2.0 * pair.second - 1.0};
}

inline std::vector<double> values(std::int64_t count, std::int64_t first = 0) {
  std::vector<double> all;
  for (std::int64_t n = 0; n < count; ++n) all.push_back(value_at(first + n));
  return all;
}

inline std::vector<Complex> complex_values(std::int64_t count, std::int64_t first = 0) {
  std::vector<Complex> all;
  for (std::int64_t n = 0; n < count; ++n) all.push_back(complex_at(first + n));
  return all;
}

/// sum_j x_j exp(sign 2 pi i j k / n), angles reduced before they are rounded.
inline std::vector<Complex> plain_dft(const std::vector<Complex>& x, int sign) {
  const auto n = static_cast<std::int64_t>(x.size());
  std::vector<Complex> result;
  for (std::int64_t k = 0; k < n; ++k) {
    std::complex<long double> sum = 0.0L;
    for (std::int64_t j = 0; j < n; ++j) {
      const long double angle = 2.0L * std::numbers::pi_v<long double> * static_cast<long double>(j * k % n) / n;
      sum += std::complex<long double>(x[static_cast<std::size_t>(j)]) * std::polar(1.0L, sign * angle);
    }
    result.emplace_back(static_cast<double>(sum.real()), static_cast<double>(sum.imag()));
  }
  return result;
}

/// Along every direction in turn.
inline std::vector<Complex> plain_dft(std::vector<Complex> x, const math::FftShape& shape, int sign) {
  std::int64_t stride = 1;
  for (std::size_t d = shape.size(); d-- > 0;) {
    for (std::int64_t start = 0; start < static_cast<std::int64_t>(x.size()); ++start) {
      if (start / stride % shape[d] != 0) continue;
      std::vector<Complex> line;
      for (std::int64_t n = 0; n < shape[d]; ++n) line.push_back(x[static_cast<std::size_t>(start + n * stride)]);
      line = plain_dft(line, sign);
      for (std::int64_t n = 0; n < shape[d]; ++n)
        x[static_cast<std::size_t>(start + n * stride)] = line[static_cast<std::size_t>(n)];
    }
    stride *= shape[d];
  }
  return x;
}

inline std::vector<Complex> to_complex(const std::vector<double>& x) { return {x.begin(), x.end()}; }

/// Of the last direction only the modes that a real transform keeps.
inline std::vector<Complex> independent_half(const std::vector<Complex>& all, std::int64_t last) {
  std::vector<Complex> half;
  for (std::size_t n = 0; n < all.size(); ++n)
    if (static_cast<std::int64_t>(n) % last <= last / 2) half.push_back(all[n]);
  return half;
}

/// The largest difference.
template <class T>
double distance(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size()) return INFINITY;
  double largest = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) {
    const double difference = std::abs(a[n] - b[n]);
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/// Rounding of N terms of order one that are added in log2 N stages: eps sqrt(N) log2 N in the mean, times 8 for the
/// largest of all modes and the length of a stage (for a prime N, a convolution of four times the length).
inline double tolerance(std::int64_t points) {
  const auto n = static_cast<double>(points);
  return 8.0 * 2.3e-16 * std::sqrt(n) * (1.0 + std::log2(n)) + 1e-15;
}

}  // namespace tessera::test
