#include "learn/trajcast/forecast_type.hpp"

#include <string>

#include "learn/trajcast/forecast.hpp"
#include "learn/trajcast/model_parameters.hpp"
#include "learn/trajcast/training_stage.hpp"
#include "sim/md/estimate.hpp"
#include "sim/md/md_stage.hpp"

namespace tessera::learn::trajcast {

namespace {

using sim::md::MdParams;

void check(deck::Binder& b, const MdParams& p) {
  b.check(p.units == "real" || p.units == "metal", "units",
          "networks know A and fs: use units = \"real\" or \"metal\", as the training pairs had");
  b.check(!p.barostat, "barostat", "a forecast keeps its box: networks know nothing of pressure");
  b.check(!p.minimise, "minimise", "a forecast does not search for the lowest energy");
  b.check(!p.constraints, "constraints", "a forecast moves all atoms by itself: leave out rigid bonds");
  b.check(!p.replicas, "replicas", "forecasts go without replica exchange");
  b.check(!p.viscosity && !p.thermal_conductivity, p.viscosity ? "viscosity" : "thermal_conductivity",
          "stress and heat flux need forces, which a forecast does without");
  const bool rescales = !p.thermostat || p.thermostat->kind == sim::md::ThermostatKind::csvr ||
                        p.thermostat->kind == sim::md::ThermostatKind::berendsen;
  b.check(rescales, "thermostat",
          "thermostats of forecasts are those that rescale velocities once a step: csvr or berendsen");
}

class ForecastStageParams final : public sim::StageType::Params {
 public:
  void bind(deck::Binder& b) override {
    trajcast::bind(b, params_);
    sim::md::bind(b, md_);
    if (!b.is_describing()) check(b, md_);
  }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    const std::string path =
        params_.model.empty() ? params_.model_file : context.earlier_folder(params_.model) + "/" + model_file;
    auto network = read_network(context.comm, path);
    MdParams md = md_;
    const Units units = make_units(md.units, md.constants);
    const auto sizes = from_parameters<Hyperparameters>(network, path);
    md.reach = sizes.cutoff * 1e-10 / units.si_length;
    md.stops_rotation = sizes.conservation == Conservation::angular;
    const auto make_coupling = [network = std::move(network), params = params_, path] {
      return make_forecast(network, params, path);
    };
    return std::make_unique<sim::md::MdStage>(context, md, context.seed, make_coupling);
  }
  sim::Estimate estimate(const Comm& comm, int ranks) const override {
    auto estimate = sim::md::estimate_run(comm, md_, ranks);
    estimate.remarks.push_back("without the network and its features, whose size is known when the model is read");
    return estimate;
  }
  std::int64_t num_steps() const override { return md_.steps; }
  double dt() const override { return md_.dt; }
  std::vector<std::string> uses() const override {
    std::vector<std::string> stages;
    if (!params_.model.empty()) stages.push_back(params_.model);
    if (!md_.data.empty()) stages.push_back(md_.data);
    return stages;
  }

 private:
  ForecastParams params_;
  MdParams md_;
};

class ForecastType final : public sim::StageType {
 public:
  std::string name() const override { return "forecast"; }
  std::string summary() const override {
    return "molecular dynamics whose steps a trained network makes, many at once";
  }
  std::unique_ptr<Params> make_params() const override { return std::make_unique<ForecastStageParams>(); }
};

}  // namespace

std::unique_ptr<sim::StageType> make_forecast_type() { return std::make_unique<ForecastType>(); }

}  // namespace tessera::learn::trajcast
