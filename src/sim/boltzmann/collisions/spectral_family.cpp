#include "sim/boltzmann/collisions/spectral_family.hpp"

#include "sim/boltzmann/collisions/make_operator.hpp"

namespace tessera::sim::boltzmann {

namespace {

class SpectralFamily final : public CollisionFamily {
 public:
  void bind(deck::Binder& binder) override { bind_accuracy(binder, params_); }
  std::unique_ptr<CollisionOperator> make(const Comm& comm, const VelocityGrid& grid, double mass,
                                          const CollisionKernel& kernel) const override {
    return make_collision_operator(comm, kernel, mass, grid, params_);
  }
  /// Of one thread: waves with their padding, modes, sums of gains and losses, values; Carleman's weights on top where
  /// directions are as many as they need.
  double bytes(const VelocityGrid& grid) const override {
    constexpr double arrays = 10.0;
    const double size = grid.size();
    const bool may_be_carleman = params_.method == SpectralMethod::carleman ||
                                 (params_.method == SpectralMethod::automatic && !params_.sphere_points);
    const double tables = may_be_carleman ? directions_of(params_, grid.dimensions, grid.points, true) : 0.0;
    return 8.0 * size * (arrays + tables);
  }
  std::unique_ptr<CollisionFamily> clone() const override { return std::make_unique<SpectralFamily>(*this); }

 private:
  SpectralParams params_;
};

}  // namespace

std::shared_ptr<const CollisionFamily> make_spectral_family() { return std::make_shared<SpectralFamily>(); }

}  // namespace tessera::sim::boltzmann
