#include "learn/fsgld/step_rule.hpp"

#include "base/region.hpp"
#include "learn/fsgld/linear_predictors.hpp"

namespace tessera::learn::fsgld {

namespace {

struct UpdateKernel {
  RuleParams rule;
  Correction correction;
  Ball ball;
  StepSize size;
  double batch;
  StepArrays arrays;

  KOKKOS_INLINE_FUNCTION void operator()(const int chain) const {
    if (arrays.count(chain) == 0) return;
    const auto d = static_cast<std::int64_t>(arrays.theta.extent(1));
    double* theta = &arrays.theta(chain, 0);
    double* drift = &arrays.sums(chain, 0);
    double* extra = rule.rule == Rule::langevin ? nullptr : &arrays.extra(chain, 0);
    const double* noise = &arrays.normals(chain, 0);
    if (rule.rule == Rule::rmsprop) {
      const double rows = batch > 0.0 ? batch : static_cast<double>(arrays.count(chain));
      const double share = 1.0 - rule.memory, per_row = 1.0 / rows;
      for (std::int64_t k = 0; k < d; ++k) {
        const double g = drift[k] * per_row;
        extra[k] = rule.memory * extra[k] + share * g * g;
      }
    }
    find_drift(chain, d, theta, drift);
    const double h = size.at(arrays.keys.update.extent(0) > 0 ? arrays.keys.now(chain) : arrays.keys.later);
    const double half = 0.5 * h, root = kmath::sqrt(h);
    switch (rule.rule) {
      case Rule::langevin:
        for (std::int64_t k = 0; k < d; ++k) theta[k] += half * drift[k] + root * noise[k];
        break;
      case Rule::rmsprop:
        for (std::int64_t k = 0; k < d; ++k) {
          const double scale = 1.0 / (rule.floor + kmath::sqrt(extra[k]));
          theta[k] += half * scale * drift[k] + kmath::sqrt(h * scale) * noise[k];
        }
        break;
      case Rule::hamiltonian: {
        const double variance = rule.friction * h - 0.25 * h * h * rule.gradient_noise;
        const double spread = variance > 0.0 ? kmath::sqrt(variance) : 0.0;
        for (std::int64_t k = 0; k < d; ++k) {
          extra[k] = (1.0 - rule.friction) * extra[k] + half * drift[k] + spread * noise[k];
          theta[k] += extra[k];
        }
        break;
      }
    }
    if (ball.radius > 0.0 && is_outside(d, theta)) arrays.count(chain) = 0;
  }

  /// Of sums of gradients.
  KOKKOS_INLINE_FUNCTION void find_drift(int chain, std::int64_t d, const double* theta, double* drift) const {
    const double scale = arrays.scale(chain);
    const double* precision = arrays.prior_precision.data();
    const double* mean = arrays.prior_mean.data();
    for (std::int64_t k = 0; k < d; ++k) drift[k] = precision[k] * (mean[k] - theta[k]) + scale * drift[k];
    if (arrays.steady.extent(0) > 0) {
      const double* steady = &arrays.steady(arrays.steady.extent(0) == 1 ? 0 : chain, 0);
      for (std::int64_t k = 0; k < d; ++k) drift[k] += steady[k];
    }
    if (correction.shift.extent(0) == 0) return;
    const int client = arrays.client(chain);
    const double* shift = &correction.shift(client, 0);
    if (correction.diagonal.extent(0) > 0) {
      const double* curvature = &correction.diagonal(client, 0);
      for (std::int64_t k = 0; k < d; ++k) drift[k] += rule.alpha * (shift[k] - curvature[k] * theta[k]);
    } else if (correction.full.extent(0) > 0) {
      const double* curvature = &correction.full(client, 0);
      for (std::int64_t k = 0; k < d; ++k) drift[k] += rule.alpha * (shift[k] - dot(curvature + k * d, theta, d));
    } else {
      for (std::int64_t k = 0; k < d; ++k) drift[k] += rule.alpha * shift[k];
    }
  }

  KOKKOS_INLINE_FUNCTION bool is_outside(std::int64_t d, const double* theta) const {
    double squares = 0.0;
    for (std::int64_t k = 0; k < d; ++k) {
      const double distance = theta[k] - ball.centre(k);
      squares += ball.diagonal(k) * distance * distance;
    }
    return !(squares <= ball.radius * ball.radius * static_cast<double>(d));
  }
};

}  // namespace

void step(const RuleParams& params, const Correction& correction, const Ball& ball, const StepSize& size,
          std::int64_t batch, const StepArrays& arrays) {
  const Region region("fsgld/step");
  Kokkos::parallel_for("fsgld step", Range(0, arrays.theta.extent(0)),
                       UpdateKernel{params, correction, ball, size, static_cast<double>(batch), arrays});
}

}  // namespace tessera::learn::fsgld
