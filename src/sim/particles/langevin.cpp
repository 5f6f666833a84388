#include "sim/particles/langevin.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/particles/langevin_stage.hpp"
#include "sim/particles/snapshot.hpp"

namespace tessera::sim::particles {

namespace {

class LangevinStageParams final : public StageType::Params {
 public:
  void bind(deck::Binder& binder) override { particles::bind(binder, params_); }
  std::unique_ptr<Stage> make(const StageContext& context) const override {
    return std::make_unique<LangevinStage>(context, params_);
  }
  Estimate estimate(const Comm&, int ranks) const override {
    Estimate estimate;
    estimate.items = params_.particles;
    estimate.item_name = "particle";
    const double here = std::ceil(static_cast<double>(params_.particles) / ranks);
    estimate.bytes_per_rank =
        here * (bytes_per_particle(params_) + (params_.record ? record_bytes_per_particle(params_) : 0.0) +
                (params_.dimensions <= 3 ? snapshot_bytes_per_particle(params_) : 0.0));
    estimate.remarks.push_back(fmt::format("{} steps of {:g} = {:g}", params_.steps, params_.dt,
                                           static_cast<double>(params_.steps) * params_.dt));
    if (params_.particles < ranks)
      estimate.remarks.push_back("there are fewer particles than ranks: some have nothing to do");
    estimate.communication = Communication{};  // the agreement at a step's end
    if (params_.mean_field) estimate.communication->collectives += 1.0;
    if (params_.has_lists()) estimate.communication->collectives += 1.0;
    if (params_.has_batches()) estimate.communication->collectives += 3.0;
    if (params_.is_branching()) estimate.communication->collectives += 5.0;
    return estimate;
  }
  std::int64_t num_steps() const override { return params_.steps; }
  double dt() const override { return params_.dt; }
  std::vector<std::string> uses() const override {
    if (params_.start.data.empty()) return {};
    return {params_.start.data};
  }

 private:
  LangevinParams params_;
};

class LangevinType final : public StageType {
 public:
  std::string name() const override { return "langevin"; }
  std::string summary() const override {
    return "Langevin particles: underdamped or overdamped, in potentials and flows, by themselves or with forces "
           "between them"
           ", 1 to 16 dimensions";
  }
  std::unique_ptr<StageType::Params> make_params() const override { return std::make_unique<LangevinStageParams>(); }
};

}  // namespace

std::unique_ptr<StageType> make_langevin_type() { return std::make_unique<LangevinType>(); }

}  // namespace tessera::sim::particles
