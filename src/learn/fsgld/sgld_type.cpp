#include "learn/fsgld/sgld_type.hpp"

#include <fmt/format.h>

#include "learn/fsgld/sgld_stage.hpp"

namespace tessera::learn::fsgld {

void bind(deck::Binder& b, EvaluationParams& p) {
  b.value("every", p.every, {.low = 1}, {"steps between looks at how well the chains predict, after burn_in", "steps"});
  b.value("training", p.training, {"of the training rows, too: each look goes through all of them, for each chain"});
  b.value("reference", p.reference,
          {"an earlier stage that sampled the same posterior: means and variances are compared with its draws"});
}

namespace {

class SgldStageParams final : public sim::StageType::Params {
 public:
  void bind(deck::Binder& b) override {
    b.value("data", params_.data, {"the clients' rows: the earlier stage of this name"});
    b.file("file", params_.file, {"or a table.h5 with columns client, x and, where there are responses, y"});
    fsgld::bind(b, params_.sampler);
    b.value("updates_per_step", params_.updates_per_step, {.low = 1, .high = 0x1p30},
            {"local updates in one step of the stage: between them are output and checkpoints", "updates"});
    b.table("evaluation", params_.evaluation, {"of draws"});
    if (b.is_describing()) return;
    b.check(params_.data.empty() != params_.file.empty(), "data",
            "expected one of data = \"<stage>\" and file = \"<table.h5>\"");
    b.check(!params_.sampler.privacy || !params_.evaluation.training, "evaluation",
            "how well rows for training are predicted is not private; leave out training");
  }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    return std::make_unique<SgldStage>(context, params_);
  }
  sim::Estimate estimate(const Comm&, int ranks) const override {
    const auto& p = params_.sampler;
    sim::Estimate estimate;
    estimate.items = p.chains;
    estimate.item_name = "chain";
    const double kept = static_cast<double>(p.chains) * static_cast<double>(p.num_draws());
    estimate.bytes_per_rank = 8.0 * 2.0 * kept / ranks;  // for each parameter, of which there is at least one
    estimate.remarks.push_back(
        fmt::format("{:.3g} draws are kept, 8 bytes a parameter each, beside the rows of clients", kept));
    if (p.control == Control::saga)
      estimate.remarks.push_back(
          fmt::format("the gradients that chains last saw take {} bytes a row and parameter", 8 * p.chains));
    if (p.chains < ranks)
      estimate.remarks.push_back("there are fewer chains than ranks: some have nothing to do at a time");
    sim::Communication communication;
    communication.collectives = 2.0;
    estimate.communication = communication;
    return estimate;
  }
  std::int64_t num_steps() const override {
    return (params_.sampler.updates + params_.updates_per_step - 1) / params_.updates_per_step;
  }
  double dt() const override { return static_cast<double>(params_.updates_per_step); }
  std::vector<std::string> uses() const override {
    std::vector<std::string> stages;
    for (const auto& name : {params_.data, params_.evaluation.reference})
      if (!name.empty()) stages.push_back(name);
    return stages;
  }

 private:
  SgldParams params_;
};

class SgldType final : public sim::StageType {
 public:
  std::string name() const override { return "sgld"; }
  std::string summary() const override {
    return "samples a posterior over clients' data by stochastic gradient Langevin dynamics (SGLD, DSGLD, FSGLD)";
  }
  std::unique_ptr<Params> make_params() const override { return std::make_unique<SgldStageParams>(); }
};

}  // namespace

std::unique_ptr<sim::StageType> make_sgld_type() { return std::make_unique<SgldType>(); }

}  // namespace tessera::learn::fsgld
