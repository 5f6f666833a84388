#include "sim/boltzmann/disparate/mixture_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/boltzmann/disparate/mixture_stage.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

class MixtureStageParams final : public StageType::Params {
 public:
  void bind(deck::Binder& binder) override { disparate::bind(binder, params_); }
  std::unique_ptr<Stage> make(const StageContext& context) const override {
    return std::make_unique<MixtureStage>(context, params_);
  }
  Estimate estimate(const Comm&, int ranks) const override {
    Estimate estimate;
    estimate.items = static_cast<std::int64_t>(params_.eps.size());
    estimate.item_name = "cell";
    const double light = std::pow(params_.light.velocities.points, 3),
                 heavy = std::pow(params_.heavy.velocities.points, 3);
    const double here = std::ceil(static_cast<double>(estimate.items) / ranks);
    // Distributions and seven work arrays of collisions, four more of the other parts; modes and tables beside them.
    estimate.bytes_per_rank = 8.0 * here * 14.0 * (light + heavy) + 2e7;
    for (const double eps : params_.eps) {
      const double slow = epoch_factors(eps, params_.epoch).slow;
      estimate.remarks.push_back(
          fmt::format("eps = {:g}: first step {:.3g} of the slow exchange", eps, params_.dt * slow));
      if (eps > 0.3) estimate.remarks.push_back(fmt::format("eps = {:g}: the expansion is off by some eps^3", eps));
    }
    if (estimate.items < ranks)
      estimate.remarks.push_back("there are fewer mixtures than ranks: some have nothing to do");
    estimate.communication = Communication{};  // the agreement at a step's end
    return estimate;
  }
  std::int64_t num_steps() const override { return params_.steps; }
  double dt() const override { return params_.dt; }

 private:
  MixtureParams params_;
};

class MixtureType final : public StageType {
 public:
  std::string name() const override { return "disparate_mixture"; }
  std::string summary() const override {
    return "a light and a heavy gas through all their time scales, whatever the ratio of masses";
  }
  std::unique_ptr<StageType::Params> make_params() const override { return std::make_unique<MixtureStageParams>(); }
};

}  // namespace

std::unique_ptr<StageType> make_mixture_type() { return std::make_unique<MixtureType>(); }

}  // namespace tessera::sim::boltzmann::disparate
