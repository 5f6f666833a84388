// Gamma and beta variates out of counter-based streams.
#pragma once

#include <cmath>
#include <cstdint>

#include "base/random.hpp"

namespace tessera::learn::client_data {

/// Logarithm of a gamma variate of this shape > 0 and scale 1 (G. Marsaglia and W. W. Tsang, ACM TOMS 26, 2000): for
/// small shapes the variate itself is often no number above 0. Of its own for each (id, step); draws from `first` on
/// are used, fewer than 2^16 of them.
inline double log_gamma_variate(const Random& random, std::uint64_t id, std::uint64_t step, std::uint32_t first,
                                double shape) {
  double boost = 0.0;
  if (shape < 1.0) {
    boost = std::log(random.uniform(id, step, first).first) / shape;
    shape += 1.0;
  }
  const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  for (std::uint32_t draw = first + 1;; draw += 2) {
    const double x = random.normal(id, step, draw).first, u = random.uniform(id, step, draw + 1).first;
    const double v = 1.0 + c * x;
    if (v <= 0.0) continue;
    const double cube = v * v * v;
    if (std::log(u) < 0.5 * x * x + d - d * cube + d * std::log(cube)) return std::log(d * cube) + boost;
  }
}

/// Beta variate by two gamma variates.
inline double beta_variate(const Random& random, std::uint64_t id, std::uint64_t step, double a, double b) {
  const double log_first = log_gamma_variate(random, id, step, 0, a),
               log_second = log_gamma_variate(random, id, step, 1U << 16, b);
  return 1.0 / (1.0 + std::exp(log_second - log_first));
}

}  // namespace tessera::learn::client_data
