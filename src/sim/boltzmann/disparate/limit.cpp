#include "sim/boltzmann/disparate/limit.hpp"

namespace tessera::sim::boltzmann::disparate {

double limit_temperature(const MixtureModel& model, const double (&density)[2], const double (&temperature)[2],
                         double tau) {
  const double energy = density[0] * temperature[0] + density[1] * temperature[1];
  const auto slope = [&](double t) {
    const double heavy = (energy - density[0] * t) / density[1];
    return -2.0 / 3.0 * density[1] * model.exchange_rate(t) * (t - heavy);
  };
  constexpr int num_steps = 400;
  const double h = tau / num_steps;
  double t = temperature[0];
  for (int n = 0; n < num_steps; ++n) {
    const double a = slope(t), b = slope(t + 0.5 * h * a), c = slope(t + 0.5 * h * b), d = slope(t + h * c);
    t += h / 6.0 * (a + 2.0 * b + 2.0 * c + d);
  }
  return t;
}

}  // namespace tessera::sim::boltzmann::disparate
