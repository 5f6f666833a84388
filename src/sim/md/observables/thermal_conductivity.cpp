#include "sim/md/observables/thermal_conductivity.hpp"

#include <fmt/core.h>

#include <vector>

#include "base/error.hpp"
#include "base/region.hpp"
#include "sim/md/observables/block_average.hpp"
#include "sim/md/observables/green_kubo.hpp"
#include "sim/md/observables/temperature.hpp"

namespace tessera::sim::md {

namespace {

/// Velocities relative to `drift`, of copies as well, in rows like those of the column "position".
Array2<double> relative_velocities(const Engine& engine, const data::Vec3& drift) {
  const auto& particles = engine.system().particles;
  const auto v = particles.get<double>("velocity");
  const Array2<double> relative("relative velocity", particles.get<double>("position").extent(0), 3);
  Kokkos::parallel_for(
      "md/relative_velocity", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) relative(i, c) = v(i, c) - drift[c];
      });
  engine.neighbourhood().halo().forward(relative);
  return relative;
}

/// Sum of m v^2/2 v, in mass times velocity cubed.
ExactSums<3> kinetic_heat(const Engine& engine, const Array2<double>& velocity) {
  const auto& particles = engine.system().particles;
  const auto type = particles.get<int>("type");
  const auto& mass = engine.masses();
  ExactSums<3> total;
  Kokkos::parallel_reduce(
      "md/kinetic_heat", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, ExactSums<3>& sum) {
        double square = 0.0;
        for (int c = 0; c < 3; ++c) square += velocity(i, c) * velocity(i, c);
        for (int c = 0; c < 3; ++c) sum.part[c].add(0.5 * mass(type(i, 0)) * square * velocity(i, c));
      },
      Kokkos::Sum<ExactSums<3>>(total));
  return total;
}

class ThermalConductivity final : public Observable {
 public:
  ThermalConductivity(const ThermalConductivityParams& params, const Engine& engine)
      : engine_(engine), params_(params), flux_("thermal_conductivity", 3, params.lags), state_(2) {}

  std::string name() const override { return "thermal_conductivity"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_thermal_conductivity");
    const double volume = engine.system().box.volume();
    const auto total = heat_flux(engine);
    flux_.add({total[0] / volume, total[1] / volume, total[2] / volume},
              static_cast<double>(params_.every) * engine.dt());
    state_[0].add(temperature_now(engine));
    state_[1].add(volume);
  }

  sim::Report report() const override;
  std::vector<sim::Stage::Result> results() const override;
  void save(data::StateWriter& writer) const override {
    flux_.save(writer);
    md::save(writer, "thermal_conductivity_state", state_);
  }
  void restore(data::StateReader& reader) override {
    flux_.restore(reader);
    md::restore(reader, "thermal_conductivity_state", state_);
  }

 private:
  /// V/(k_B T^2); the mean over components is a third of j . j.
  double factor() const {
    const double temperature = state_[0].mean(), heat = engine_.units().boltzmann * temperature * temperature;
    return heat > 0.0 ? state_[1].mean() / heat : 0.0;
  }
  std::string unit() const {
    const auto& u = engine_.units();
    if (u.name == "lj") return fmt::format("k_B/({} {})", u.time_unit, u.length_unit);
    return fmt::format("{}/({} {} {})", u.energy_unit, u.time_unit, u.length_unit, u.temperature_unit);
  }

  const Engine& engine_;
  ThermalConductivityParams params_;
  GreenKubo flux_;
  std::vector<BlockAverage> state_;  // temperature, volume
};

sim::Report ThermalConductivity::report() const {
  const auto& u = engine_.units();
  return {"thermal_conductivity.csv",
          {{"time", u.time_unit},
           {"acf", fmt::format("({}/({}^2 {}))^2", u.energy_unit, u.length_unit, u.time_unit)},
           {"normalised", ""},
           {"conductivity", unit()},
           {"conductivity_error", unit()}},
          flux_.rows(static_cast<double>(params_.every) * engine_.dt(), factor())};
}

std::vector<sim::Stage::Result> ThermalConductivity::results() const {
  const auto& last = flux_.integral(flux_.num_lags() - 1);
  if (last.count() == 0) return {};
  return {{"thermal conductivity (all lags)", factor() * last.mean(), unit()},
          {"error of thermal conductivity", factor() * last.uncertainty().error, unit()}};
}

}  // namespace

void bind(deck::Binder& binder, ThermalConductivityParams& params) {
  binder.value("every", params.every, {.low = 1}, {"steps between samples, each of which costs a pass over all pairs"});
  binder.value("lags", params.lags, {.low = 2, .high = 1e5},
               {"samples that the correlation reaches back, 0 included: to the plateau of the integral"});
}

std::array<double, 3> heat_flux(const Engine& engine) {
  const auto& system = engine.system();
  const Kinetic kinetic = engine.kinetic();
  const double mass = static_cast<double>(engine.num_global()) * system.species.front().mass;
  data::Vec3 drift{};
  for (int c = 0; c < 3; ++c) drift[c] = kinetic.momentum[c] / mass;
  const auto velocity = relative_velocities(engine, drift);
  ExactSums<3> pairs = engine.forces().heat_flux(system.particles, engine.neighbourhood(), velocity);
  ExactSums<3> motion = kinetic_heat(engine, velocity);
  all_reduce(system.particles.comm(), pairs.part, 3);
  all_reduce(system.particles.comm(), motion.part, 3);
  std::array<double, 3> total{};
  for (std::size_t c = 0; c < 3; ++c)
    total[c] = pairs.part[c].value() + engine.units().mass_velocity2 * motion.part[c].value();
  return total;
}

std::unique_ptr<Observable> make_thermal_conductivity(const ThermalConductivityParams& params, const Engine& engine) {
  if (engine.system().species.size() > 1)
    throw Error::input(
        fmt::format("[stage.thermal_conductivity] is for one type of particles, but this system has {}: in a mixture "
                    "heat also goes "
                    "with the types that diffuse, at their partial enthalpies, which are not known here",
                    engine.system().species.size()));
  if (!engine.forces().has_heat_flux())
    throw Error::input(
        "[stage.thermal_conductivity] knows the heat that pairs of particles carry, but bonds and angles, forces "
        "between "
        "more than two, charges on a mesh, and charges with self-energy (wolf, dsf) act here as well: leave it out");
  return std::make_unique<ThermalConductivity>(params, engine);
}

}  // namespace tessera::sim::md
