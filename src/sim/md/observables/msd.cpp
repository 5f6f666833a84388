#include "sim/md/observables/msd.hpp"

#include <fmt/core.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "base/region.hpp"
#include "sim/md/create.hpp"
#include "sim/md/observables/block_average.hpp"
#include "sim/md/observables/temperature.hpp"

namespace tessera::sim::md {

namespace {

/// The straight line with least squares through (x, y) from `first` on has the slope sum weight y.
std::vector<double> slope_weights(const std::vector<double>& x, std::size_t first) {
  const auto count = static_cast<double>(x.size() - first);
  std::vector<double> weights(x.size(), 0.0);
  double mean = 0.0, squares = 0.0;
  for (std::size_t n = first; n < x.size(); ++n) mean += x[n] / count;
  for (std::size_t n = first; n < x.size(); ++n) squares += (x[n] - mean) * (x[n] - mean);
  if (squares > 0.0)
    for (std::size_t n = first; n < x.size(); ++n) weights[n] = (x[n] - mean) / squares;
  return weights;
}

double slope(const std::vector<double>& x, const std::vector<double>& y, std::size_t first) {
  const auto weights = slope_weights(x, first);
  return std::inner_product(weights.begin(), weights.end(), y.begin(), 0.0);
}

bool is_periodic_cube(const data::Box& box) {
  bool is_cube = box.is_orthogonal();
  for (int d = 0; d < 3; ++d)
    is_cube = is_cube && box.is_periodic[d] && std::abs(box.height(d) / box.height(0) - 1.0) < 1e-9;
  return is_cube;
}

class Msd final : public Observable {
 public:
  Msd(const MsdParams& params, Engine& engine)
      : engine_(engine),
        params_(params),
        origins_(engine, "msd_origin", "length", params, TimeOrigins::Product::distance),
        curves_(engine.system().species.size() + 1),
        partial_(static_cast<std::size_t>(origins_.num_slots()) * curves_, 0.0),
        diffusion_(curves_),
        temperature_(1) {
    if (params.viscosity && !is_periodic_cube(engine.system().box))
      throw Error::input(
          "the finite-size correction of diffusion coefficients is known for periodic cubes; leave out the viscosity "
          "in [stage.msd], or use a cubic box");
    std::vector<double> times;
    for (std::int64_t lag = 0; lag < params.lags; ++lag) times.push_back(time_of(lag));
    weights_ = slope_weights(times, static_cast<std::size_t>((params.lags - 1) / 2));
  }

  std::string name() const override { return "msd"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_msd");
    if (counts_.empty()) counts_ = count_types(engine.system());
    origins_.sample(engine, unwrapped_positions(engine.system()));
    for (const auto& latest : origins_.latest()) follow(latest);
    if (params_.viscosity) temperature_[0].add(temperature_now(engine));
  }

  sim::Report report() const override;
  std::vector<sim::Stage::Result> results() const override;
  void save(data::StateWriter& writer) const override {
    origins_.save(writer);
    writer.put("msd_partial", partial_);
    md::save(writer, "msd_D", diffusion_);
    md::save(writer, "msd_temperature", temperature_);
  }
  void restore(data::StateReader& reader) override {
    origins_.restore(reader);
    std::vector<double> partial;
    reader.get("msd_partial", partial);
    if (partial.size() != partial_.size())
      throw Error::input(fmt::format("the checkpoint holds {} sums of msd_partial, but the deck asks for {}",
                                     partial.size(), partial_.size()));
    partial_ = partial;
    md::restore(reader, "msd_D", diffusion_);
    md::restore(reader, "msd_temperature", temperature_);
  }

 private:
  double time_of(std::int64_t lag) const {
    return static_cast<double>(lag) * static_cast<double>(params_.every) * engine_.dt();
  }

  /// The slope of the curve of one origin, which becomes complete with the last lag.
  void follow(const TimeOrigins::Latest& latest) {
    std::vector<double> values(curves_, 0.0);
    double particles = 0.0;
    for (std::size_t t = 0; t + 1 < curves_; ++t) {
      const auto count = static_cast<double>(counts_[t]);
      const double sum = latest.sums[2 * t];
      particles += count;
      values[0] += sum;
      values[t + 1] = count > 0.0 ? sum / count : 0.0;
    }
    values[0] /= particles;
    double* partial = partial_.data() + static_cast<std::size_t>(latest.slot) * curves_;
    for (std::size_t n = 0; n < curves_; ++n) {
      if (latest.lag == 0) partial[n] = 0.0;
      partial[n] += weights_[static_cast<std::size_t>(latest.lag)] * values[n];
      if (latest.lag == params_.lags - 1) diffusion_[n].add(partial[n] / 6.0);
    }
  }

  const Engine& engine_;
  MsdParams params_;
  TimeOrigins origins_;
  std::size_t curves_;  // total first, then the types
  std::vector<std::int64_t> counts_;
  std::vector<double> weights_;  // of lags in the slope of the whole curve
  std::vector<double> partial_;  // (slot, curve): the slope so far
  std::vector<BlockAverage> diffusion_, temperature_;
};

sim::Report Msd::report() const {
  const auto counts = count_types(engine_.system());
  const auto total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  const auto& units = engine_.units();
  const std::string length2 = units.length_unit + "^2";
  sim::Report report{"msd.csv", {{"time", units.time_unit}, {"msd_total", length2}}, {}};
  for (const auto& name : type_names(engine_)) report.columns.push_back({"msd_" + name, length2});
  report.columns.push_back({"D_total", length2 + "/" + units.time_unit});
  for (const auto& name : type_names(engine_)) report.columns.push_back({"D_" + name, length2 + "/" + units.time_unit});

  report.columns.push_back({"alpha2_total", ""});
  for (const auto& name : type_names(engine_)) report.columns.push_back({"alpha2_" + name, ""});

  std::vector<double> times;
  std::vector<std::vector<double>> curves(curves_);
  for (std::int64_t lag = 0; lag < origins_.num_lags() && origins_.num_origins(lag) > 0; ++lag) {
    times.push_back(time_of(lag));
    std::vector<double> row{times.back()}, alpha;
    for (std::size_t n = 0; n < curves.size(); ++n) {
      const auto mean = [&](int value) {
        const double sum =
            n == 0 ? origins_.sum(lag, value) : origins_.sum_of_type(lag, static_cast<int>(n) - 1, value);
        const std::int64_t particles = n == 0 ? total : counts[n - 1];
        return particles == 0 ? 0.0 : sum / static_cast<double>(particles);
      };
      const double square = mean(0);
      curves[n].push_back(square);
      row.push_back(square);
      alpha.push_back(square > 0.0 ? 0.6 * mean(1) / (square * square) - 1.0 : 0.0);
    }
    const auto half = static_cast<std::size_t>(lag / 2);
    for (const auto& curve : curves) row.push_back(slope(times, curve, half) / 6.0);
    row.insert(row.end(), alpha.begin(), alpha.end());
    report.rows.push_back(std::move(row));
  }
  return report;
}

std::vector<sim::Stage::Result> Msd::results() const {
  std::vector<sim::Stage::Result> rows;
  const auto& units = engine_.units();
  const std::string unit = units.length_unit + "^2/" + units.time_unit;
  auto names = type_names(engine_);
  names.insert(names.begin(), "total");
  for (std::size_t n = names.size() == 2 ? 1 : 0; n < names.size(); ++n) {
    const auto& found = diffusion_[n];
    if (found.count() == 0) continue;
    rows.push_back({fmt::format("D of {} (msd)", names[n]), found.mean(), unit});
    rows.push_back({fmt::format("error of D of {} (msd)", names[n]), found.uncertainty().error, unit});
    if (!params_.viscosity) continue;
    const double length = std::cbrt(engine_.system().box.volume());
    const double viscosity = *params_.viscosity / units.pressure;  // energy time / volume
    const double missing =
        2.837297 * units.boltzmann * temperature_[0].mean() / (6.0 * std::numbers::pi * viscosity * length);
    rows.push_back({fmt::format("D of {} in a box without end", names[n]), found.mean() + missing, unit});
  }
  return rows;
}

}  // namespace

void bind(deck::Binder& binder, MsdParams& params) {
  bind(binder, static_cast<OriginParams&>(params));
  binder.value(
      "viscosity", params.viscosity, deck::positive,
      {"shear viscosity, for the diffusion coefficient of a cubic box without end (Yeh & Hummer)", "pressure * time"});
}

std::unique_ptr<Observable> make_msd(const MsdParams& params, Engine& engine) {
  return std::make_unique<Msd>(params, engine);
}

}  // namespace tessera::sim::md
