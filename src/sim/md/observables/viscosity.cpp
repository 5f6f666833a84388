#include "sim/md/observables/viscosity.hpp"

#include <numbers>
#include <vector>

#include "base/region.hpp"
#include "sim/md/observables/block_average.hpp"
#include "sim/md/observables/green_kubo.hpp"
#include "sim/md/observables/temperature.hpp"

namespace tessera::sim::md {

namespace {

constexpr std::size_t num_parts = 5;

class Viscosity final : public Observable {
 public:
  Viscosity(const ViscosityParams& params, const Engine& engine)
      : engine_(engine), params_(params), stress_("viscosity", num_parts, params.lags), state_(2) {}

  std::string name() const override { return "viscosity"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_viscosity");
    const double volume = engine.system().box.volume();
    stress_.add(stress(engine.totals(), engine.units(), volume), static_cast<double>(params_.every) * engine.dt());
    state_[0].add(temperature_now(engine));
    state_[1].add(volume);
  }

  sim::Report report() const override;
  std::vector<sim::Stage::Result> results() const override;
  void save(data::StateWriter& writer) const override;
  void restore(data::StateReader& reader) override;

 private:
  static std::vector<double> stress(const Totals& totals, const Units& units, double volume) {
    double p[6];  // xx yy zz xy xz yz
    for (int n = 0; n < 6; ++n) p[n] = units.pressure * (totals.kinetic_tensor[n] + totals.virial[n]) / volume;
    return {p[3], p[4], p[5], 0.5 * (p[0] - p[1]), (2.0 * p[2] - p[0] - p[1]) / (2.0 * std::numbers::sqrt3)};
  }

  /// V/(k_B T), so that times a pressure squared and a time it is a pressure times a time.
  double factor() const {
    const auto& units = engine_.units();
    const double heat = units.boltzmann * state_[0].mean() * units.pressure;
    return heat > 0.0 ? state_[1].mean() / heat : 0.0;
  }

  const Engine& engine_;
  ViscosityParams params_;
  GreenKubo stress_;
  std::vector<BlockAverage> state_;  // temperature, volume
};

sim::Report Viscosity::report() const {
  const auto& units = engine_.units();
  const std::string viscosity = units.pressure_unit + " " + units.time_unit;
  return {"viscosity.csv",
          {{"time", units.time_unit},
           {"acf", "(" + units.pressure_unit + ")^2"},
           {"normalised", ""},
           {"viscosity", viscosity},
           {"viscosity_error", viscosity}},
          stress_.rows(static_cast<double>(params_.every) * engine_.dt(), factor())};
}

std::vector<sim::Stage::Result> Viscosity::results() const {
  const auto& last = stress_.integral(stress_.num_lags() - 1);
  if (last.count() == 0) return {};
  const std::string unit = engine_.units().pressure_unit + " " + engine_.units().time_unit;
  return {{"shear viscosity (all lags)", factor() * last.mean(), unit},
          {"error of shear viscosity", factor() * last.uncertainty().error, unit}};
}

void Viscosity::save(data::StateWriter& writer) const {
  stress_.save(writer);
  md::save(writer, "viscosity_state", state_);
}

void Viscosity::restore(data::StateReader& reader) {
  stress_.restore(reader);
  md::restore(reader, "viscosity_state", state_);
}

}  // namespace

void bind(deck::Binder& binder, ViscosityParams& params) {
  binder.value("every", params.every, {.low = 1}, {"steps between samples, each of which costs a pass over all pairs"});
  binder.value("lags", params.lags, {.low = 2, .high = 1e5},
               {"samples that the correlation reaches back, 0 included: to the plateau of the integral"});
}

std::unique_ptr<Observable> make_viscosity(const ViscosityParams& params, const Engine& engine) {
  return std::make_unique<Viscosity>(params, engine);
}

}  // namespace tessera::sim::md
