#include "learn/comparison/compare_type.hpp"

#include "learn/comparison/compare_stage.hpp"
#include "learn/comparison/params.hpp"
#include "learn/comparison/trajectory_params.hpp"
#include "learn/comparison/trajectory_stage.hpp"

namespace tessera::learn::comparison {

namespace {

enum class Of { samples, trajectories };

class CompareStageParams final : public sim::StageType::Params {
 public:
  void bind(deck::Binder& b) override {
    b.choice("of", of_, {{"samples", Of::samples}, {"trajectories", Of::trajectories}},
             {"what is compared: samples in tables, or what stages of type md and forecast have left; of trajectories "
              "the keys are data, reference, reference_again (each a stage, or series.csv of one), discard and bins"});
    if (b.is_describing()) {
      comparison::bind(b, samples_);
      bind_own_keys(b, trajectories_);
    } else if (of_ == Of::samples) {
      comparison::bind(b, samples_);
    } else {
      comparison::bind(b, trajectories_);
    }
  }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    if (of_ == Of::trajectories) return std::make_unique<TrajectoryStage>(context, trajectories_);
    return std::make_unique<CompareStage>(context, samples_);
  }
  sim::Estimate estimate(const Comm&, int) const override {
    sim::Estimate estimate;
    estimate.remarks.push_back(of_ == Of::samples
                                   ? "as many steps and samples as the tables that it reads have times and rows"
                                   : "a step for each of the data; every rank holds the series that are compared");
    return estimate;
  }
  std::int64_t num_steps() const override {  // of samples known when the reference is there
    return of_ == Of::samples ? 0 : static_cast<std::int64_t>(trajectories_.data.size());
  }
  double dt() const override { return 1.0; }
  std::vector<std::string> uses() const override {
    return of_ == Of::samples ? stages_used_by(samples_) : stages_used_by(trajectories_);
  }

 private:
  Of of_ = Of::samples;
  CompareParams samples_;
  TrajectoriesParams trajectories_;
};

class CompareType final : public sim::StageType {
 public:
  std::string name() const override { return "compare"; }
  std::string summary() const override {
    return "samples, or trajectories, beside a reference: how far apart they are, and the noise floor";
  }
  std::unique_ptr<Params> make_params() const override { return std::make_unique<CompareStageParams>(); }
};

}  // namespace

std::unique_ptr<sim::StageType> make_compare_type() { return std::make_unique<CompareType>(); }

}  // namespace tessera::learn::comparison
