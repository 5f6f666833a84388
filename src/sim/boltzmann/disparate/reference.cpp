#include "sim/boltzmann/disparate/reference.hpp"

#include <algorithm>

#include "sim/boltzmann/disparate/limit.hpp"
#include "sim/boltzmann/exact/maxwell_mixture.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

constexpr int num_polynomials = 16;
constexpr double least_exact_eps = 0.0099, tolerance = 1e-9;

double reference_temperature(const MixtureParams& p) {
  const double light = p.light.temperature, heavy = p.heavy.temperature;
  const double last = (p.light.density * light + p.heavy.density * heavy) / (p.light.density + p.heavy.density);
  return std::max(last, 0.6 * std::max(light, heavy));
}

double excess_of(const GasStart& gas) { return gas.shape == Shape::bkw ? gas.excess : 0.0; }

}  // namespace

Reference::Reference(const MixtureParams& params, const MixtureModel& model) : params_(params), model_(model) {
  if (params.reference != ReferenceKind::exact || model.eps < least_exact_eps) return;
  isotropic_.emplace(model, IsotropicEquations::exact, num_polynomials, reference_temperature(params));
  isotropic_->start(0, params.light.density, params.light.temperature, excess_of(params.light));
  isotropic_->start(1, params.heavy.density, params.heavy.temperature, excess_of(params.heavy));
}

double Reference::light_temperature(double time) {
  const GasStart &light = params_.light, &heavy = params_.heavy;
  if (isotropic_) {
    isotropic_->advance_to(time, tolerance);
    return isotropic_->temperature(0);
  }
  if (params_.reference == ReferenceKind::maxwell) {
    MaxwellPair::State start{};
    for (std::size_t d = 0; d < 3; ++d) {
      start.velocity[0][d] = light.velocity[d];
      start.velocity[1][d] = model_.eps * heavy.velocity[d];
    }
    start.temperature[0] = light.temperature;
    start.temperature[1] = heavy.temperature;
    const MaxwellPair pair({light.density, heavy.density}, {1.0, 1.0 / (model_.eps * model_.eps)}, model_.cross);
    return pair.at(time, start).temperature[0];
  }
  return limit_temperature(model_, {light.density, heavy.density}, {light.temperature, heavy.temperature},
                           model_.eps * model_.eps * time);
}

std::vector<double> Reference::save() const {
  if (!isotropic_) return std::vector<double>(2 + 2 * num_polynomials);
  std::vector<double> values{isotropic_->time(), isotropic_->step()};
  values.insert(values.end(), isotropic_->coefficients().begin(), isotropic_->coefficients().end());
  return values;
}

void Reference::restore(const std::vector<double>& values) {
  if (isotropic_) isotropic_->restore(values[0], values[1], {values.begin() + 2, values.end()});
}

}  // namespace tessera::sim::boltzmann::disparate
