#include "sim/md/observables/self_scattering.hpp"

#include <fmt/core.h>

#include <numeric>

#include "base/region.hpp"
#include "sim/md/create.hpp"

namespace tessera::sim::md {

namespace {

class SelfScattering final : public Observable {
 public:
  SelfScattering(const SelfScatteringParams& params, Engine& engine)
      : engine_(engine),
        params_(params),
        origins_(engine, "scattering_origin", "length", params, TimeOrigins::Product::waves, params.wavenumbers) {}

  std::string name() const override { return "self_scattering"; }
  bool wants(std::int64_t step) const override { return step % params_.every == 0; }

  void sample(const Engine& engine) override {
    const Region region("md/sample_self_scattering");
    origins_.sample(engine, unwrapped_positions(engine.system()));
  }

  sim::Report report() const override;
  void save(data::StateWriter& writer) const override { origins_.save(writer); }
  void restore(data::StateReader& reader) override { origins_.restore(reader); }

 private:
  const Engine& engine_;
  SelfScatteringParams params_;
  TimeOrigins origins_;
};

sim::Report SelfScattering::report() const {
  const auto counts = count_types(engine_.system());
  const auto total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  const auto names = type_names(engine_);
  const auto waves = static_cast<int>(params_.wavenumbers.size());
  sim::Report report{"self_scattering.csv", {{"time", engine_.units().time_unit}}, {}};
  for (int q = 1; q <= waves; ++q) {
    report.columns.push_back({fmt::format("Fs{}_total", q), ""});
    for (const auto& name : names) report.columns.push_back({fmt::format("Fs{}_{}", q, name), ""});
  }
  const double interval = static_cast<double>(params_.every) * engine_.dt();
  for (std::int64_t lag = 0; lag < origins_.num_lags() && origins_.num_origins(lag) > 0; ++lag) {
    std::vector<double> row{static_cast<double>(lag) * interval};
    for (int q = 0; q < waves; ++q) {
      row.push_back(origins_.sum(lag, q) / static_cast<double>(total));
      for (std::size_t t = 0; t < counts.size(); ++t)
        row.push_back(
            counts[t] == 0 ? 0.0 : origins_.sum_of_type(lag, static_cast<int>(t), q) / static_cast<double>(counts[t]));
    }
    report.rows.push_back(std::move(row));
  }
  return report;
}

}  // namespace

void bind(deck::Binder& binder, SelfScatteringParams& params) {
  bind(binder, static_cast<OriginParams&>(params));
  binder.required("wavenumbers");
  binder.list("wavenumbers", params.wavenumbers, 0, deck::positive, {"one or more q", "1/length"});
  binder.check(!params.wavenumbers.empty() && params.wavenumbers.size() <= 32, "wavenumbers",
               "one to 32 wavenumbers are needed");
}

std::unique_ptr<Observable> make_self_scattering(const SelfScatteringParams& params, Engine& engine) {
  return std::make_unique<SelfScattering>(params, engine);
}

}  // namespace tessera::sim::md
