#include "learn/action/training_type.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "learn/action/sample_choice.hpp"
#include "learn/action/training_stage.hpp"

namespace tessera::learn::action {

namespace {

class TrainingStageParams final : public sim::StageType::Params {
 public:
  TrainingStageParams(const sim::MakeSampleSourceParams& make_density, Method method)
      : choice_(make_density, Part::training) {
    params_.method = method;
    if (method != Method::action) params_.network.form = Form::vector;
  }

  void bind(deck::Binder& b) override {
    choice_.bind(b, "samples at some times");
    params_.has_path = !choice_.has_density();
    if (params_.method == Method::score || params_.method == Method::sliced_score) {
      b.choice("divergence", params_.method, {{"exact", Method::score}, {"sliced", Method::sliced_score}},
               {"of the field: the sum of its derivatives, or along random directions"});
    }
    action::bind(b, params_);
    if (params_.method != Method::action) return;
    b.table("exact", exact_, {"where the action is known: how far the learned one is from it"});
    if (b.is_describing() || !exact_) return;
    b.check(params_.dynamics.cost_exponent == 2.0, "exact",
            "the gap is that of the cost |v|^2/2; leave out [stage.exact]");
  }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    return std::make_unique<TrainingStage>(context, params_, make_paths(context), exact_);
  }
  sim::Estimate estimate(const Comm&, int ranks) const override {
    sim::Estimate estimate;
    estimate.items = params_.batch;
    estimate.item_name = "sample";
    double weights = 0.0, before = 1.0, widest = 1.0;
    for (const auto width : params_.network.hidden) {
      weights += (before + 1.0) * static_cast<double>(width);
      before = static_cast<double>(width);
      widest = std::max(widest, before);
    }
    // Weights, the optimiser's moments, the average, gradients and their sums; work arrays of a block.
    estimate.bytes_per_rank = 8.0 * (9.0 * weights + 64.0 * 40.0 * widest);
    if (params_.batch < 64 * static_cast<std::int64_t>(ranks))
      estimate.remarks.push_back(
          "a batch has fewer blocks of 64 samples than there are ranks: some have nothing to do");
    sim::Communication communication;
    communication.collectives = choice_.has_density() ? 2.0 : 8.0;
    estimate.communication = communication;
    return estimate;
  }
  std::int64_t num_steps() const override { return params_.iterations; }
  double dt() const override { return 1.0; }
  std::vector<std::string> uses() const override { return choice_.uses(); }

 private:
  TrainingPaths make_paths(const sim::StageContext& context) const {
    const Mass mass = params_.dynamics.growth > 0.0 ? Mass::kept : Mass::normalised;
    if (choice_.has_density()) return {make_path(choice_.density(), mass, context.seed), nullptr};
    const auto snapshots = choice_.read(context), held_out = choice_.read_held_out(context);
    const Box box = params_.box ? completed(*params_.box, snapshots->dimensions()) : Box{};
    const auto path_of = [&](const std::shared_ptr<const Snapshots>& samples) -> std::shared_ptr<const Path> {
      return samples ? make_path(samples, params_.path, mass, context.seed, box) : nullptr;
    };
    if (held_out && held_out->frames().size() != snapshots->frames().size())
      throw Error::input(
          fmt::format("samples are held out at {} times, and others are there at {}; expected some at "
                      "each time, or none",
                      held_out->frames().size(), snapshots->frames().size()));
    return {path_of(snapshots), path_of(held_out)};
  }

  SampleChoice choice_;
  TrainingParams params_;
  std::optional<ExactParams> exact_;
};

class TrainingType final : public sim::StageType {
 public:
  TrainingType(sim::MakeSampleSourceParams make_density, Method method, std::string name, std::string summary)
      : make_density_(std::move(make_density)), method_(method), name_(std::move(name)), summary_(std::move(summary)) {}
  std::string name() const override { return name_; }
  std::string summary() const override { return summary_; }
  std::unique_ptr<Params> make_params() const override {
    return std::make_unique<TrainingStageParams>(make_density_, method_);
  }

 private:
  sim::MakeSampleSourceParams make_density_;
  Method method_;
  std::string name_, summary_;
};

}  // namespace

std::unique_ptr<sim::StageType> make_action_matching_type(sim::MakeSampleSourceParams make_density) {
  return std::make_unique<TrainingType>(std::move(make_density), Method::action, "action_matching",
                                        "learns from samples at some times what moves them (action matching)");
}

std::unique_ptr<sim::StageType> make_score_matching_type(sim::MakeSampleSourceParams make_density) {
  return std::make_unique<TrainingType>(std::move(make_density), Method::score, "score_matching",
                                        "learns the gradient of the logarithm of a moving density from samples");
}

std::unique_ptr<sim::StageType> make_flow_matching_type(sim::MakeSampleSourceParams make_density) {
  return std::make_unique<TrainingType>(std::move(make_density), Method::flow, "flow_matching",
                                        "learns a field that moves samples along lines between snapshots");
}

}  // namespace tessera::learn::action
