// Random matrices for tests, reproducible.
#pragma once

#include <cstdint>

#include "base/random.hpp"
#include "math/linear.hpp"
#include "math/matrix.hpp"

namespace tessera::test {

/// Independent standard normals, others for each `id`.
inline math::Matrix random_matrix(int rows, int cols, std::uint64_t id) {
  const Random random(11, RandomPurpose::test);
  math::Matrix a(rows, cols);
  for (int j = 0; j < cols; ++j)
    for (int i = 0; i < rows; ++i) a(i, j) = random.normal(id, static_cast<std::uint64_t>(i + 1000 * j)).first;
  return a;
}

/// Of this spectral radius.
inline math::Matrix random_dynamics(int n, double radius, std::uint64_t id) {
  math::Matrix a = random_matrix(n, n, id);
  return (radius / math::spectral_radius(a)) * a;
}

/// Positive definite.
inline math::Matrix random_weight(int n, std::uint64_t id) {
  const math::Matrix a = random_matrix(n, n, id);
  return math::times_transposed(a, a) + math::Matrix::identity(n, 0.1);
}

/// Largest difference over the largest number of `expected`.
inline double difference(const math::Matrix& a, const math::Matrix& expected) {
  return math::largest(a - expected) / math::largest(expected);
}

}  // namespace tessera::test
