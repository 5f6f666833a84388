#include "sim/md/md.hpp"

#include "sim/md/estimate.hpp"
#include "sim/md/md_stage.hpp"
#include "sim/md/replicas/replica_stage.hpp"

namespace tessera::sim::md {

namespace {

class MdStageParams final : public StageType::Params {
 public:
  void bind(deck::Binder& binder) override { md::bind(binder, params_); }
  std::unique_ptr<Stage> make(const StageContext& context) const override {
    if (params_.replicas) return std::make_unique<ReplicaStage>(context, params_);
    return std::make_unique<MdStage>(context, params_, context.seed);
  }
  Estimate estimate(const Comm& comm, int ranks) const override { return estimate_run(comm, params_, ranks); }
  std::int64_t num_steps() const override { return params_.steps; }
  double dt() const override { return params_.dt; }
  std::vector<std::string> uses() const override {
    if (params_.data.empty()) return {};
    return {params_.data};
  }

 private:
  MdParams params_;
};

class MdType final : public StageType {
 public:
  std::string name() const override { return "md"; }
  std::string summary() const override { return "molecular dynamics of atoms and molecules"; }
  std::unique_ptr<StageType::Params> make_params() const override { return std::make_unique<MdStageParams>(); }
};

}  // namespace

std::unique_ptr<StageType> make_md_type() { return std::make_unique<MdType>(); }

}  // namespace tessera::sim::md
