#include "sim/csvr.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::sim {

namespace {

/// Gamma variate of that shape and scale 1: Marsaglia and Tsang, ACM Trans. Math. Softw. 26, 363 (2000). Draws from
/// `draw` on.
double gamma_variate(double shape, const Random& random, std::uint64_t step, std::uint32_t draw) {
  if (shape < 1.0) {
    const double u = random.uniform(0, step, draw).first;
    return gamma_variate(shape + 1.0, random, step, draw + 1) * std::pow(u, 1.0 / shape);
  }
  const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  for (;; draw += 2) {
    const double x = random.normal(0, step, draw).first, root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    const double u = random.uniform(0, step, draw + 1).first;
    if (std::log(u) < 0.5 * x * x + d * (1.0 - v + std::log(v))) return d * v;
  }
}

}  // namespace

CsvrDraw draw_csvr(double freedom, const Random& random, std::uint64_t step) {
  return {random.normal(0, step, 0).first,
          freedom > 1.0 ? 2.0 * gamma_variate(0.5 * (freedom - 1.0), random, step, 1) : 0.0};
}

double csvr_factor(double kinetic, double target, double freedom, double decay, const CsvrDraw& draw) {
  const double r = draw.normal;
  const double share = target / (freedom * kinetic);
  const double root = std::sqrt(decay / ((1.0 - decay) * share));
  const double square =
      decay + (1.0 - decay) * share * (draw.other_squares + r * r) + 2.0 * r * std::sqrt(decay * (1.0 - decay) * share);
  const double size = std::sqrt(std::max(0.0, square));
  return r + root < 0.0 ? -size : size;
}

double csvr_factor(double kinetic, double target, double freedom, double decay, const Random& random,
                   std::uint64_t step) {
  return csvr_factor(kinetic, target, freedom, decay, draw_csvr(freedom, random, step));
}

}  // namespace tessera::sim
