#include "sim/dsmc/dsmc.hpp"

#include "sim/dsmc/estimate.hpp"
#include "sim/dsmc/stage.hpp"

namespace tessera::sim::dsmc {

namespace {

class DsmcStageParams final : public StageType::Params {
 public:
  void bind(deck::Binder& binder) override { dsmc::bind(binder, params_); }
  std::unique_ptr<Stage> make(const StageContext& context) const override {
    return std::make_unique<DsmcStage>(context, params_);
  }
  Estimate estimate(const Comm&, int ranks) const override { return estimate_of(params_, ranks); }
  std::int64_t num_steps() const override { return params_.steps; }
  double dt() const override { return params_.dt; }

 private:
  DsmcParams params_;
};

class DsmcType final : public StageType {
 public:
  std::string name() const override { return "dsmc"; }
  std::string summary() const override {
    return "rarefied gases as particles that collide in cells: direct simulation Monte Carlo";
  }
  std::unique_ptr<StageType::Params> make_params() const override { return std::make_unique<DsmcStageParams>(); }
};

}  // namespace

std::unique_ptr<StageType> make_dsmc_type() { return std::make_unique<DsmcType>(); }

}  // namespace tessera::sim::dsmc
