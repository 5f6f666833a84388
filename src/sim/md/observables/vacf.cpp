#include "sim/md/observables/vacf.hpp"

#include <numeric>
#include <vector>

#include "base/region.hpp"
#include "sim/md/create.hpp"

namespace tessera::sim::md {

namespace {

class Vacf final : public Observable {
 public:
  Vacf(const VacfParams& params, Engine& engine)
      : engine_(engine),
        params_(params),
        origins_(engine, "vacf_origin", "velocity", params, TimeOrigins::Product::dot) {}

  std::string name() const override { return "vacf"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_vacf");
    origins_.sample(engine, engine.system().particles.get<double>("velocity"));
  }

  sim::Report report() const override;
  void save(data::StateWriter& writer) const override { origins_.save(writer); }
  void restore(data::StateReader& reader) override { origins_.restore(reader); }

 private:
  /// Total first, then by type.
  std::vector<double> means(std::int64_t lag, const std::vector<std::int64_t>& counts) const {
    const auto total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
    std::vector<double> values{total == 0 ? 0.0 : origins_.sum(lag) / static_cast<double>(total)};
    for (std::size_t t = 0; t < counts.size(); ++t)
      values.push_back(
          counts[t] == 0 ? 0.0 : origins_.sum_of_type(lag, static_cast<int>(t)) / static_cast<double>(counts[t]));
    return values;
  }

  const Engine& engine_;
  VacfParams params_;
  TimeOrigins origins_;
};

sim::Report Vacf::report() const {
  const auto counts = count_types(engine_.system());
  const auto& units = engine_.units();
  const std::string velocity2 = units.length_unit + "^2/" + units.time_unit + "^2";
  const std::string diffusion = units.length_unit + "^2/" + units.time_unit;
  std::vector<std::string> names{"total"};
  for (const auto& name : type_names(engine_)) names.push_back(name);
  sim::Report report{"vacf.csv", {{"time", units.time_unit}}, {}};
  for (const auto& name : names) report.columns.push_back({"vacf_" + name, velocity2});
  for (const auto& name : names) report.columns.push_back({"normalised_" + name, ""});
  for (const auto& name : names) report.columns.push_back({"D_" + name, diffusion});

  const double interval = static_cast<double>(params_.every) * engine_.dt();
  std::vector<double> first, last, integral(names.size(), 0.0);
  for (std::int64_t lag = 0; lag < origins_.num_lags() && origins_.num_origins(lag) > 0; ++lag) {
    const auto now = means(lag, counts);
    if (lag == 0) first = now;
    std::vector<double> row{static_cast<double>(lag) * interval};
    row.insert(row.end(), now.begin(), now.end());
    for (std::size_t n = 0; n < now.size(); ++n) row.push_back(first[n] > 0.0 ? now[n] / first[n] : 0.0);
    for (std::size_t n = 0; n < now.size(); ++n) {
      if (lag > 0) integral[n] += 0.5 * interval * (last[n] + now[n]) / 3.0;
      row.push_back(integral[n]);
    }
    last = now;
    report.rows.push_back(std::move(row));
  }
  return report;
}

}  // namespace

std::unique_ptr<Observable> make_vacf(const VacfParams& params, Engine& engine) {
  return std::make_unique<Vacf>(params, engine);
}

}  // namespace tessera::sim::md
