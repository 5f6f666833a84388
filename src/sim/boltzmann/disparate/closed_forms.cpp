#include "sim/boltzmann/disparate/closed_forms.hpp"

#include <cmath>

namespace tessera::sim::boltzmann::disparate {

/// With Du = u_1 - u_2, DT = T_1 - T_2: Du decays at l_u, DT at l_T with a source c |Du|^2; the rest is conservation.
MaxwellMixture::State MaxwellMixture::at(double time) const {
  const double m1 = mass[0], m2 = mass[1], n1 = density[0], n2 = density[1], all = m1 + m2, reduced = m1 * m2 / all;
  const double lu = rate * (n1 * m1 + n2 * m2) / all, lt = 2.0 * rate * reduced * (n1 + n2) / all;
  const double c = 2.0 / 3.0 * rate * reduced / all * (n2 * m2 - n1 * m1);
  const double decay = std::exp(-lu * time), total_mass = n1 * m1 + n2 * m2;
  State state{};
  double square0 = 0.0, kinetic0 = 0.0, kinetic = 0.0;
  for (int d = 0; d < 3; ++d) {
    const double du0 = velocity[0][d] - velocity[1][d];
    const double mean = (n1 * m1 * velocity[0][d] + n2 * m2 * velocity[1][d]) / total_mass;
    square0 += du0 * du0;
    state.velocity[0][d] = mean + n2 * m2 / total_mass * du0 * decay;
    state.velocity[1][d] = mean - n1 * m1 / total_mass * du0 * decay;
    kinetic0 += n1 * m1 * velocity[0][d] * velocity[0][d] + n2 * m2 * velocity[1][d] * velocity[1][d];
    kinetic +=
        n1 * m1 * state.velocity[0][d] * state.velocity[0][d] + n2 * m2 * state.velocity[1][d] * state.velocity[1][d];
  }
  // (e^-2 lu t - e^-lt t) / (lt - 2 lu), also where both rates are the same.
  const double gap = lt - 2.0 * lu;
  const double bridge =
      std::abs(gap * time) < 1e-9 ? time * std::exp(-lt * time) : std::exp(-lt * time) * std::expm1(gap * time) / gap;
  const double difference = (temperature[0] - temperature[1]) * std::exp(-lt * time) + c * square0 * bridge;
  const double thermal = n1 * temperature[0] + n2 * temperature[1] + (kinetic0 - kinetic) / 3.0;
  state.temperature[0] = (thermal + n2 * difference) / (n1 + n2);
  state.temperature[1] = state.temperature[0] - difference;
  return state;
}

MaxwellMixture maxwell_mixture(const MixtureModel& model, const double (&density)[2], const double (&velocity)[2][3],
                               const double (&temperature)[2]) {
  MaxwellMixture mixture{.mass = {1.0, 1.0 / (model.eps * model.eps)},
                         .density = {density[0], density[1]},
                         .rate = model.cross.momentum_transfer(),
                         .velocity = {},
                         .temperature = {temperature[0], temperature[1]}};
  for (int d = 0; d < 3; ++d) {
    mixture.velocity[0][d] = velocity[0][d];
    mixture.velocity[1][d] = model.eps * velocity[1][d];
  }
  return mixture;
}

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
