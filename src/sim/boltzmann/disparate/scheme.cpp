#include "sim/boltzmann/disparate/scheme.hpp"

#include "base/region.hpp"

namespace tessera::sim::boltzmann::disparate {

Scheme::Scheme(const MixtureModel& model, const SchemeParams& params, CollisionOperator& light,
               CollisionOperator& heavy)
    : model_(model),
      params_(params),
      factors_(epoch_factors(model.eps, params.epoch)),
      light_size_(static_cast<std::size_t>(light.grid().size())),
      heavy_size_(static_cast<std::size_t>(heavy.grid().size())),
      collisions_(model, light, heavy, params.order, params.shifts_equilibrium),
      lorentz_(model, light.grid(), heavy.grid()),
      slow_(model, light.grid(), heavy.grid(), params.order) {}

void Scheme::scatter(double dt, std::span<double> f, std::span<double> h) {
  const Region region("disparate/scatter");
  for (std::size_t cell = 0; cell * light_size_ < f.size(); ++cell)
    lorentz_.advance(dt * factors_.light, f.subspan(cell * light_size_, light_size_),
                     h.subspan(cell * heavy_size_, heavy_size_));
}

void Scheme::exchange(double dt, std::span<double> f, std::span<double> h) {
  const Region region("disparate/exchange");
  for (std::size_t cell = 0; cell * light_size_ < f.size(); ++cell)
    slow_.advance(dt * factors_.slow, f.subspan(cell * light_size_, light_size_),
                  h.subspan(cell * heavy_size_, heavy_size_));
}

void Scheme::advance(double dt, std::span<double> f, std::span<double> h) {
  const auto collide = [&](double duration) {
    const Region region("disparate/collide");
    collisions_.advance(duration, factors_, f, h);
  };
  if (params_.order == 1) {
    collide(dt);
    scatter(dt, f, h);
    exchange(dt, f, h);
    return;
  }
  collide(0.5 * dt);
  scatter(0.5 * dt, f, h);
  exchange(dt, f, h);
  scatter(0.5 * dt, f, h);
  collide(0.5 * dt);
}

}  // namespace tessera::sim::boltzmann::disparate
