#include "sim/boltzmann/disparate/slow_exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "sim/boltzmann/disparate/sums.hpp"

namespace tessera::sim::boltzmann::disparate {

SlowExchange::SlowExchange(const MixtureModel& model, const VelocityGrid& light, const VelocityGrid& heavy, int order)
    : model_(model), light_(light), heavy_(heavy), order_(order), map_(heavy) {
  maxwellian_.resize(static_cast<std::size_t>(light.size()));
  other_.resize(maxwellian_.size());
  weight_.resize(static_cast<std::size_t>(heavy.size()));
}

/// Relative to the Maxwellian in maxwellian_: sums of |c|^gamma have an error at the kink that such ratios are free of.
SlowExchange::Shape SlowExchange::shape_of(std::span<const double> f, const double (&centre)[3]) const {
  const int n = light_.points;
  double d = 0.0, al = 0.0, d_maxwell = 0.0, al_maxwell = 0.0;
  std::size_t place = 0;
  for (int x = 0; x < n; ++x) {
    const double cx = light_.coordinate(0, x) - centre[0];
    for (int y = 0; y < n; ++y) {
      const double cy = light_.coordinate(1, y) - centre[1];
      for (int z = 0; z < n; ++z, ++place) {
        const double cz = light_.coordinate(2, z) - centre[2], square = cx * cx + cy * cy + cz * cz;
        const double power = speed_power(square, model_.cross.gamma);
        al += power * f[place];
        d += power * square * f[place];
        al_maxwell += power * maxwellian_[place];
        d_maxwell += power * square * maxwellian_[place];
      }
    }
  }
  return {d / d_maxwell, al / al_maxwell};
}

/// The classical Runge-Kutta method.
SlowExchange::Change SlowExchange::integrate(const Gases& gases, const Shape& shape, double duration) const {
  struct Slope {
    double temperature, friction;
  };
  const auto slope = [&](double t) {
    const double heavy = (gases.thermal - 1.5 * gases.light_density * t) / (1.5 * gases.heavy_density);
    const double a = gases.light_density * model_.exchange_rate(t) / 3.0 * model_.slow_factor(t, heavy);
    return Slope{-2.0 * gases.heavy_density / gases.light_density * a * (shape.diffusion * t - heavy * shape.friction),
                 a * shape.friction};
  };
  const double rate = model_.cross.total() * std::max(gases.light_density, gases.heavy_density) *
                      std::max(1.0, std::pow(gases.light_temperature, 0.5 * model_.cross.gamma));
  const int count = std::max(4, static_cast<int>(std::ceil(40.0 * duration * rate)));
  const double dt = duration / count;
  Change now{gases.light_temperature, 0.0};
  for (int n = 0; n < count; ++n) {
    const Slope a = slope(now.temperature), b = slope(now.temperature + 0.5 * dt * a.temperature);
    const Slope c = slope(now.temperature + 0.5 * dt * b.temperature), e = slope(now.temperature + dt * c.temperature);
    now.temperature += dt / 6.0 * (a.temperature + 2.0 * b.temperature + 2.0 * c.temperature + e.temperature);
    now.friction += dt / 6.0 * (a.friction + 2.0 * b.friction + 2.0 * c.friction + e.friction);
  }
  return now;
}

void SlowExchange::advance(double duration, std::span<double> f, std::span<double> h) {
  const Moments light = checked_moments(light_, f, "light"), heavy = checked_moments(heavy_, h, "heavy");
  const Invariants light_before = sum_invariants(light_, f), heavy_before = sum_invariants(heavy_, h);
  const Gases gases{light.density, heavy.density, light.temperature,
                    1.5 * (light.density * light.temperature + heavy.density * heavy.temperature)};
  Moments centred{.density = light.density, .temperature = light.temperature};
  for (int d = 0; d < 3; ++d) centred.velocity[d] = model_.eps * heavy.velocity[d];
  fill_exact_maxwellian(light_, centred, maxwellian_);
  // f - M[T_L] is what stays.
  for (std::size_t n = 0; n < f.size(); ++n) other_[n] = f[n] - maxwellian_[n];
  Shape shape = shape_of(f, centred.velocity);
  if (order_ == 2) {
    centred.temperature = integrate(gases, shape, 0.5 * duration).temperature;
    fill_exact_maxwellian(light_, centred, maxwellian_);
    for (std::size_t n = 0; n < f.size(); ++n) f[n] = other_[n] + maxwellian_[n];
    shape = shape_of(f, centred.velocity);
  }
  const Change change = integrate(gases, shape, duration);
  centred.temperature = change.temperature;
  fill_exact_maxwellian(light_, centred, maxwellian_);
  for (std::size_t n = 0; n < f.size(); ++n) f[n] = other_[n] + maxwellian_[n];

  Invariants target = heavy_before;
  target.energy += light_before.energy - sum_invariants(light_, f).energy;
  Moments after = heavy;
  after.temperature += (target.energy - heavy_before.energy) / (3.0 * heavy.density);
  const double variance = after.temperature - heavy.temperature * std::exp(-2.0 * change.friction);
  if (!(variance >= 0.0) || !(after.temperature > 0.0))
    throw Error::numeric(fmt::format(
        "the heavy gas would be driven from temperature {:.4g} to {:.4g} in one step\n"
        "the time step is too long for the exchange of energy between the gases, or the light distribution has "
        "become negative; expected a shorter step or finer velocities",
        heavy.temperature, after.temperature));
  map_.relax(heavy.velocity, change.friction, variance);
  map_.apply(h);
  fill_maxwellian(heavy_, after, weight_);
  correct_sums(heavy_, after, weight_, target, h);
}

}  // namespace tessera::sim::boltzmann::disparate
