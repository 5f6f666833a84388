#include "sim/boltzmann/exact/maxwell_mixture.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/error.hpp"

namespace tessera::sim::boltzmann {

namespace {

void require_maxwell(const CollisionKernel& kernel) {
  if (kernel.gamma != 0.0)
    throw Error::input(
        fmt::format("closed moments of molecules whose collision rate grows as the relative speed to the "
                    "power {}; expected 0, Maxwell molecules",
                    kernel.gamma));
}

/// (e^(-a t) - e^(-b t)) / (b - a), also where a = b.
double difference_of_decays(double a, double b, double t) {
  if (a > b) std::swap(a, b);
  const double x = (b - a) * t;
  return std::exp(-a * t) * (std::abs(x) < 1e-12 ? t : -std::expm1(-x) / (b - a));
}

}  // namespace

MaxwellPair::MaxwellPair(std::array<double, 2> densities, std::array<double, 2> masses, const CollisionKernel& kernel)
    : densities_(densities), masses_(masses), nu_(kernel.momentum_transfer()) {
  require_maxwell(kernel);
  const double total = masses[0] + masses[1], reduced = masses[0] * masses[1] / total;
  velocity_rate_ = nu_ * (densities[0] * masses[0] + densities[1] * masses[1]) / total;
  temperature_rate_ = 2.0 * nu_ * reduced * (densities[0] + densities[1]) / total;
  heating_ = 2.0 / 3.0 * nu_ * reduced / total * (densities[1] * masses[1] - densities[0] * masses[0]);
}

MaxwellPair::State MaxwellPair::at(double t, const State& start) const {
  State state{};
  const double number = densities_[0] + densities_[1];
  const double mass[2] = {densities_[0] * masses_[0], densities_[1] * masses_[1]}, all = mass[0] + mass[1];
  const double decay = std::exp(-velocity_rate_ * t);
  double before = 0.0, after = 0.0;  // |u_1 - u_2|^2
  for (std::size_t d = 0; d < 3; ++d) {
    const double mean = (mass[0] * start.velocity[0][d] + mass[1] * start.velocity[1][d]) / all;
    const double difference = start.velocity[0][d] - start.velocity[1][d];
    state.velocity[0][d] = mean + mass[1] / all * difference * decay;
    state.velocity[1][d] = mean - mass[0] / all * difference * decay;
    before += difference * difference;
    after += difference * difference * decay * decay;
  }
  const double difference = (start.temperature[0] - start.temperature[1]) * std::exp(-temperature_rate_ * t) +
                            heating_ * before * difference_of_decays(2.0 * velocity_rate_, temperature_rate_, t);
  // What the drift loses is heat.
  const double heat = densities_[0] * start.temperature[0] + densities_[1] * start.temperature[1] +
                      mass[0] * mass[1] / all * (before - after) / 3.0;
  state.temperature[0] = (heat + densities_[1] * difference) / number;
  state.temperature[1] = (heat - densities_[0] * difference) / number;
  return state;
}

MaxwellPair::State MaxwellPair::slope(const State& state) const {
  State slope{};
  const double total = masses_[0] + masses_[1], reduced = masses_[0] * masses_[1] / total;
  double square = 0.0;
  for (std::size_t d = 0; d < 3; ++d) {
    const double difference = state.velocity[0][d] - state.velocity[1][d];
    slope.velocity[0][d] = -densities_[1] * reduced / masses_[0] * nu_ * difference;
    slope.velocity[1][d] = densities_[0] * reduced / masses_[1] * nu_ * difference;
    square += difference * difference;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t j = 1 - i;
    slope.temperature[i] = densities_[j] * nu_ * reduced / total *
                           (-2.0 * (state.temperature[i] - state.temperature[j]) + 2.0 / 3.0 * masses_[j] * square);
  }
  return slope;
}

std::vector<std::array<double, 6>> second_moment_slopes(const Gas& gas, const std::vector<SecondMoments>& species) {
  constexpr std::size_t row[6] = {0, 1, 2, 0, 0, 1}, column[6] = {0, 1, 2, 1, 2, 2};
  std::vector<std::array<double, 6>> slopes(species.size());
  for (std::size_t i = 0; i < species.size(); ++i)
    for (std::size_t j = 0; j < species.size(); ++j) {
      const auto& kernel = gas.kernel(static_cast<int>(i), static_cast<int>(j));
      require_maxwell(kernel);
      const auto &a = species[i], &b = species[j];
      const double mi = gas.species(static_cast<int>(i)).mass, mj = gas.species(static_cast<int>(j)).mass;
      const double share = mj / (mi + mj);
      double relative[6], trace = 0.0;
      for (std::size_t n = 0; n < 6; ++n) {
        const double mixed = a.velocity[row[n]] * b.velocity[column[n]] + b.velocity[row[n]] * a.velocity[column[n]];
        relative[n] = a.square[n] + b.square[n] - mixed;
        if (n < 3) trace += relative[n];
        // <G g + g G>, G the velocity of the centre of mass
        const double centre = (2.0 * mi * a.square[n] - 2.0 * mj * b.square[n] + (mj - mi) * mixed) / (mi + mj);
        slopes[i][n] -= b.density * share * kernel.momentum_transfer() * centre;
      }
      for (std::size_t n = 0; n < 6; ++n)
        slopes[i][n] +=
            b.density * share * share * 0.5 * kernel.viscosity_transfer() * ((n < 3 ? trace : 0.0) - 3.0 * relative[n]);
    }
  return slopes;
}

}  // namespace tessera::sim::boltzmann
