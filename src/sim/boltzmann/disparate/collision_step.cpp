#include "sim/boltzmann/disparate/collision_step.hpp"

#include <algorithm>
#include <cmath>

#include "sim/boltzmann/disparate/sums.hpp"

namespace tessera::sim::boltzmann::disparate {

CollisionStep::CollisionStep(const MixtureModel& model, CollisionOperator& light, CollisionOperator& heavy, int order,
                             bool shifts_equilibrium)
    : shape_(model, light.grid()), order_(order), shifts_equilibrium_(shifts_equilibrium) {
  light_.collisions = &light;
  heavy_.collisions = &heavy;
  light_.size = static_cast<std::size_t>(light.grid().size());
  heavy_.size = static_cast<std::size_t>(heavy.grid().size());
}

/// Moments and Maxwellians of all cells; arrays grow with the first step alone.
void CollisionStep::prepare(Gas& gas, const char* species, std::span<const double> values) {
  const std::size_t count = values.size() / gas.size;
  if (gas.moments.size() != count) {
    gas.moments.resize(count);
    for (auto* array : {&gas.equilibrium, &gas.maxwellian, &gas.psi, &gas.stage, &gas.rate, &gas.frequency})
      array->resize(values.size());
    beta_.resize(count);
  }
  const VelocityGrid& grid = gas.collisions->grid();
  for (std::size_t n = 0; n < count; ++n) {
    gas.moments[n] = checked_moments(grid, values.subspan(n * gas.size, gas.size), species);
    const std::span<double> maxwellian(&gas.maxwellian[n * gas.size], gas.size);
    fill_exact_maxwellian(grid, gas.moments[n], maxwellian);
    std::copy(maxwellian.begin(), maxwellian.end(), &gas.equilibrium[n * gas.size]);
  }
}

void CollisionStep::evaluate(Gas& gas, double scale, double slow, std::span<const double> values) {
  gas.collisions->evaluate(values, gas.rate, gas.frequency);
  num_evaluations_ += static_cast<std::int64_t>(gas.moments.size());
  for (double& rate : gas.rate) rate *= scale;
  if (slow == 0.0) return;
  for (std::size_t n = 0; n < gas.moments.size(); ++n) {
    const std::size_t first = n * gas.size;
    shape_.source(slow, gas.moments[n], heavy_.moments[n], values.subspan(first, gas.size),
                  std::span<const double>(&gas.maxwellian[first], gas.size),
                  std::span<double>(&gas.psi[first], gas.size));
  }
  for (std::size_t n = 0; n < gas.rate.size(); ++n) gas.rate[n] += gas.psi[n];
}

void CollisionStep::advance(Gas& gas, double dt, double scale, double slow, std::span<double> values) {
  evaluate(gas, scale, slow, values);
  for (std::size_t cell = 0; cell < gas.moments.size(); ++cell) {
    const double* const frequency = &gas.frequency[cell * gas.size];
    beta_[cell] = scale * *std::max_element(frequency, frequency + gas.size);
  }
  // f' = old f + rest M + new (f + rate/beta), with f and rate those of the stage before.
  const auto combine = [&](const std::vector<double>& rate, std::span<const double> stage, std::span<double> result,
                           double fraction, bool is_midpoint) {
    for (std::size_t cell = 0; cell < gas.moments.size(); ++cell) {
      const double lam = fraction * beta_[cell] * dt, old = std::exp(-lam);
      const double added = lam * std::exp(is_midpoint ? -0.5 * lam : -lam);
      const double rest = -std::expm1(-lam) - added, inverse = 1.0 / beta_[cell];
      for (std::size_t n = cell * gas.size; n < (cell + 1) * gas.size; ++n)
        result[n] = old * values[n] + rest * gas.equilibrium[n] + added * (stage[n] + inverse * rate[n]);
    }
  };
  if (order_ == 1) {
    combine(gas.rate, values, values, 1.0, false);
    return;
  }
  combine(gas.rate, values, gas.stage, 0.5, false);
  evaluate(gas, scale, slow, gas.stage);
  combine(gas.rate, gas.stage, values, 1.0, true);
}

void CollisionStep::advance(double dt, const EpochFactors& factors, std::span<double> f, std::span<double> h) {
  prepare(light_, "light", f);
  prepare(heavy_, "heavy", h);
  if (shifts_equilibrium_)
    for (std::size_t n = 0; n < light_.moments.size(); ++n)
      shape_.shift(light_.moments[n], heavy_.moments[n],
                   std::span<double>(&light_.equilibrium[n * light_.size], light_.size));
  advance(light_, dt, factors.light, factors.slow, f);
  advance(heavy_, dt, factors.heavy, 0.0, h);
}

}  // namespace tessera::sim::boltzmann::disparate
