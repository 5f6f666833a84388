#include "learn/comparison/compare_type.hpp"

#include "learn/comparison/compare_stage.hpp"
#include "learn/comparison/params.hpp"

namespace tessera::learn::comparison {

namespace {

class CompareStageParams final : public sim::StageType::Params {
 public:
  void bind(deck::Binder& b) override { comparison::bind(b, params_); }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    return std::make_unique<CompareStage>(context, params_);
  }
  sim::Estimate estimate(const Comm&, int) const override {
    sim::Estimate estimate;
    estimate.remarks.push_back("as many steps and samples as the tables that it reads have times and rows");
    return estimate;
  }
  std::int64_t num_steps() const override { return 0; }  // known when the reference is there
  double dt() const override { return 1.0; }
  std::vector<std::string> uses() const override { return stages_used_by(params_); }

 private:
  CompareParams params_;
};

class CompareType final : public sim::StageType {
 public:
  std::string name() const override { return "compare"; }
  std::string summary() const override { return "distances between samples and a reference, with their noise floor"; }
  std::unique_ptr<Params> make_params() const override { return std::make_unique<CompareStageParams>(); }
};

}  // namespace

std::unique_ptr<sim::StageType> make_compare_type() { return std::make_unique<CompareType>(); }

}  // namespace tessera::learn::comparison
