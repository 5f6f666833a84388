#include "sim/md/observables/viscosity.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <numbers>
#include <vector>

#include "base/region.hpp"
#include "sim/md/observables/block_average.hpp"
#include "sim/md/observables/temperature.hpp"

namespace tessera::sim::md {

namespace {

constexpr std::size_t num_parts = 5;
using Stress = std::array<double, num_parts>;

class Viscosity final : public Observable {
 public:
  Viscosity(const ViscosityParams& params, const Engine& engine)
      : engine_(engine),
        params_(params),
        lags_(static_cast<std::size_t>(params.lags)),
        history_(lags_, Stress{}),
        products_(lags_),
        integrals_(lags_),
        state_(2) {}

  std::string name() const override { return "viscosity"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_viscosity");
    const double volume = engine.system().box.volume();
    const Stress now = stress(engine.totals(), engine.units(), volume);
    history_[place(num_samples_)] = now;
    const double interval = static_cast<double>(params_.every) * engine.dt();
    double integral = 0.0, last = 0.0;
    const std::int64_t reach = std::min(num_samples_, params_.lags - 1);
    for (std::int64_t lag = 0; lag <= reach; ++lag) {
      const Stress& then = history_[place(num_samples_ - lag)];
      double product = 0.0;
      for (std::size_t c = 0; c < num_parts; ++c) product += now[c] * then[c];
      product /= static_cast<double>(num_parts);
      if (lag > 0) integral += 0.5 * interval * (last + product);
      last = product;
      products_[static_cast<std::size_t>(lag)].add(product);
      integrals_[static_cast<std::size_t>(lag)].add(integral);
    }
    state_[0].add(temperature_now(engine));
    state_[1].add(volume);
    ++num_samples_;
  }

  sim::Report report() const override;
  std::vector<sim::Stage::Result> results() const override;
  void save(data::StateWriter& writer) const override;
  void restore(data::StateReader& reader) override;

 private:
  static Stress stress(const Totals& totals, const Units& units, double volume) {
    double p[6];  // xx yy zz xy xz yz
    for (int n = 0; n < 6; ++n) p[n] = units.pressure * (totals.kinetic_tensor[n] + totals.virial[n]) / volume;
    return {p[3], p[4], p[5], 0.5 * (p[0] - p[1]), (2.0 * p[2] - p[0] - p[1]) / (2.0 * std::numbers::sqrt3)};
  }
  std::size_t place(std::int64_t sample) const { return static_cast<std::size_t>(sample % params_.lags); }

  /// V/(k_B T), so that times a pressure squared and a time it is a pressure times a time.
  double factor() const {
    const auto& units = engine_.units();
    const double heat = units.boltzmann * state_[0].mean() * units.pressure;
    return heat > 0.0 ? state_[1].mean() / heat : 0.0;
  }

  const Engine& engine_;
  ViscosityParams params_;
  std::size_t lags_;
  std::vector<Stress> history_;  // by sample, in turn
  std::vector<BlockAverage> products_, integrals_;
  std::vector<BlockAverage> state_;  // temperature, volume
  std::int64_t num_samples_ = 0;
};

sim::Report Viscosity::report() const {
  const auto& units = engine_.units();
  const std::string viscosity = units.pressure_unit + " " + units.time_unit;
  sim::Report report{"viscosity.csv",
                     {{"time", units.time_unit},
                      {"acf", "(" + units.pressure_unit + ")^2"},
                      {"normalised", ""},
                      {"viscosity", viscosity},
                      {"viscosity_error", viscosity}},
                     {}};
  const double interval = static_cast<double>(params_.every) * engine_.dt(), scale = factor();
  for (std::size_t lag = 0; lag < lags_ && products_[lag].count() > 0; ++lag) {
    const double first = products_[0].mean(), now = products_[lag].mean();
    report.rows.push_back({static_cast<double>(lag) * interval, now, first > 0.0 ? now / first : 0.0,
                           scale * integrals_[lag].mean(), scale * integrals_[lag].uncertainty().error});
  }
  return report;
}

std::vector<sim::Stage::Result> Viscosity::results() const {
  const auto& last = integrals_.back();
  if (last.count() == 0) return {};
  const std::string unit = engine_.units().pressure_unit + " " + engine_.units().time_unit;
  return {{"shear viscosity (all lags)", factor() * last.mean(), unit},
          {"error of shear viscosity", factor() * last.uncertainty().error, unit}};
}

void Viscosity::save(data::StateWriter& writer) const {
  std::vector<double> history;
  for (const auto& stress : history_) history.insert(history.end(), stress.begin(), stress.end());
  writer.put("viscosity_samples", num_samples_);
  writer.put("viscosity_history", history);
  md::save(writer, "viscosity_products", products_);
  md::save(writer, "viscosity_integrals", integrals_);
  md::save(writer, "viscosity_state", state_);
}

void Viscosity::restore(data::StateReader& reader) {
  std::vector<double> history;
  reader.get("viscosity_samples", num_samples_);
  reader.get("viscosity_history", history);
  if (history.size() != num_parts * lags_)
    throw Error::input(fmt::format("the checkpoint holds {} lags of viscosity, but the deck asks for {}",
                                   history.size() / num_parts, lags_));
  for (std::size_t n = 0; n < history.size(); ++n) history_[n / num_parts][n % num_parts] = history[n];
  md::restore(reader, "viscosity_products", products_);
  md::restore(reader, "viscosity_integrals", integrals_);
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
