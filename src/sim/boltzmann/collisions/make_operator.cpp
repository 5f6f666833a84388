#include "sim/boltzmann/collisions/make_operator.hpp"

#include "sim/boltzmann/collisions/mixture.hpp"

namespace tessera::sim::boltzmann {

namespace {

Gas one_species(const CollisionKernel& kernel, double mass) {
  GasParams params;
  params.species.push_back({.name = "gas", .mass = mass});
  params.pairs.push_back(
      {.between = {"gas", "gas"}, .strength = kernel.strength, .exponent = kernel.gamma, .scattering = kernel.alpha});
  return Gas(params);
}

class OneSpecies : public CollisionOperator {
 public:
  OneSpecies(const Comm& comm, const CollisionKernel& kernel, double mass, const VelocityGrid& grid,
             const SpectralParams& params)
      : mixture_(comm, one_species(kernel, mass), grid, params) {}

  const VelocityGrid& grid() const override { return mixture_.grid(); }
  void evaluate(std::span<const double> f, std::span<double> rate, std::span<double> frequency) override {
    mixture_.evaluate(f, rate, frequency);
  }

 private:
  MixtureOperator mixture_;
};

}  // namespace

std::unique_ptr<CollisionOperator> make_collision_operator(const Comm& comm, const CollisionKernel& kernel, double mass,
                                                           const VelocityGrid& grid, const SpectralParams& params) {
  return std::make_unique<OneSpecies>(comm, kernel, mass, grid, params);
}

}  // namespace tessera::sim::boltzmann
