#include "sim/boltzmann/diffusive/linear_kinetic.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "sim/boltzmann/diffusive/linear_kinetic_stage.hpp"

namespace tessera::sim::boltzmann::diffusive {

namespace {

class LinearKineticStageParams final : public StageType::Params {
 public:
  void bind(deck::Binder& binder) override { diffusive::bind(binder, params_); }
  std::unique_ptr<Stage> make(const StageContext& context) const override {
    return std::make_unique<LinearKineticStage>(context, params_);
  }
  Estimate estimate(const Comm&, int ranks) const override {
    const auto steps = choose_time_steps(params_);
    check_ranks(params_, ranks);
    Estimate estimate;
    estimate.items = params_.cells * params_.velocities;
    estimate.item_name = "value";
    estimate.bytes_per_rank = line_bytes(params_, ranks);
    estimate.remarks.push_back(
        fmt::format("{} steps of {:g} = {:g}; {}", steps.count, steps.dt, static_cast<double>(steps.count) * steps.dt,
                    std::isfinite(steps.longest_stable) ? fmt::format("stable up to {:g}", steps.longest_stable)
                                                        : "stable however long they are"));
    estimate.remarks.push_back(fmt::format("diffusivity {:g} for small eps; the slowest wave decays at the rate {:g}",
                                           steps.diffusivity, slowest_rate(steps.diffusivity)));
    estimate.communication = communication(ranks);
    return estimate;
  }
  std::int64_t num_steps() const override { return choose_time_steps(params_).count; }
  double dt() const override { return choose_time_steps(params_).dt; }

 private:
  double slowest_rate(double diffusivity) const {
    const double k = (params_.is_periodic() ? 2.0 : 1.0) * std::numbers::pi / params_.length;
    return diffusivity * k * k;
  }

  /// To both neighbours; solving for the density goes through all ranks and back, and asks for its two ends.
  Communication communication(int ranks) const {
    const double stages = params_.order == 1 ? 1.0 : 2.0, sides = ranks > 1 ? 2.0 : 0.0;
    const bool is_implicit = params_.diffusion == DiffusionPart::implicitly;
    Communication communication;
    communication.exchanges.push_back({"distribution", stages, sides, sides * 16.0 * params_.velocities});
    communication.exchanges.push_back({"flux and density", 2.0 * stages, sides, sides * 8.0});
    // One number leaves a rank each way, but all of them wait in turn.
    if (is_implicit && ranks > 1)
      communication.exchanges.push_back({"diffusion", 2.0 * stages * ranks, 1.0 / ranks, 8.0 / ranks});
    if (is_implicit && params_.is_periodic()) communication.collectives += 2.0 * stages;
    return communication;
  }

  LinearKineticParams params_;
};

class LinearKineticType final : public StageType {
 public:
  std::string name() const override { return "linear_kinetic"; }
  std::string summary() const override {
    return "linear transport and Vlasov-Fokker-Planck equations on a line, from free flight to diffusion";
  }
  std::unique_ptr<StageType::Params> make_params() const override {
    return std::make_unique<LinearKineticStageParams>();
  }
};

}  // namespace

std::unique_ptr<StageType> make_linear_kinetic_type() { return std::make_unique<LinearKineticType>(); }

}  // namespace tessera::sim::boltzmann::diffusive
