#include "learn/action/propagation_type.hpp"

#include <fmt/format.h>

#include <utility>

#include "learn/action/first_particles.hpp"
#include "learn/action/propagation_stage.hpp"
#include "learn/action/sample_choice.hpp"

namespace tessera::learn::action {

namespace {

class PropagationStageParams final : public sim::StageType::Params {
 public:
  explicit PropagationStageParams(const sim::MakeSampleSourceParams& make_density) : choice_(make_density, Part::all) {}

  void bind(deck::Binder& b) override {
    b.value("model", model_, {"the earlier stage of this name that has trained it"});
    b.file("model_file", model_file_, {"or the model.h5 of another run"});
    b.check(model_.empty() != model_file_.empty(), "model",
            "expected the model of a stage (model) or of a file (model_file)");
    choice_.bind(b, "samples that particles begin with, at the first time (the last one, going backward)");
    b.value("particles", particles_, {.low = 1, .high = 1e12}, {"left out: as many as there are samples"});
    b.check(!choice_.has_density() || particles_, "particles",
            "samples of a density are drawn, as many as are asked for; expected a number");
    action::bind(b, params_);
  }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    const std::string path = model_.empty() ? model_file_ : context.earlier_folder(model_) + "/" + model_file;
    auto model = read_trained_model(context.comm, path);
    const auto params = completed(model, path);
    const bool is_restoration = model.corruption.kind() != CorruptionKind::none;
    if (is_restoration && (params.backward || params.log_density))
      throw Error::input(path + ": this model restores images, forward in time, and follows no density");
    // Images to be restored are those of the last time.
    auto start = first_particles(context, params.backward || is_restoration ? *params.end : *params.begin);
    const auto dimensions = static_cast<std::int64_t>(start.get<double>("position").extent(1));
    if (dimensions != model.network.shape().dimensions)
      throw Error::input(fmt::format("{}: this model is about {} coordinates, and samples to begin with have {}", path,
                                     model.network.shape().dimensions, dimensions));
    if (is_restoration) corrupt(start, model.corruption, context.seed);
    return std::make_unique<PropagationStage>(context, params, std::move(model), start);
  }
  sim::Estimate estimate(const Comm&, int ranks) const override {
    sim::Estimate estimate;
    estimate.items = particles_.value_or(0);
    estimate.item_name = "particle";
    const double here = static_cast<double>(estimate.items) / ranks;
    // State, stages and rates in 64 coordinates at most, and what waits for the file.
    estimate.bytes_per_rank = 8.0 * here * 12.0 * 8.0;
    sim::Communication communication;
    communication.collectives = params_.integrator == Integrator::dp5 ? 10.0 : 1.0;
    estimate.communication = communication;
    return estimate;
  }
  std::int64_t num_steps() const override { return params_.steps; }
  double dt() const override { return 1.0 / static_cast<double>(params_.steps); }
  std::vector<std::string> uses() const override {
    auto names = choice_.uses();
    if (!model_.empty()) names.push_back(model_);
    return names;
  }

 private:
  /// With times of the model where a deck gives none.
  PropagationParams completed(const TrainedModel& model, const std::string& path) const {
    PropagationParams params = params_;
    if (!params.begin) params.begin = model.scales.begin;
    if (!params.end) params.end = model.end();
    const double slack = 1e-9 * model.scales.duration;
    if (!(*params.begin < *params.end) || *params.begin < model.scales.begin - slack ||
        *params.end > model.end() + slack)
      throw Error::input(
          fmt::format("{}: this model was trained from t = {:g} to {:g}, and is to go from {:g} to {:g}; "
                      "expected times between these, in order",
                      path, model.scales.begin, model.end(), *params.begin, *params.end));
    return params;
  }

  data::Table first_particles(const sim::StageContext& context, double time) const {
    if (choice_.has_density()) return draw_particles(context.comm, *choice_.density(), time, *particles_, context.seed);
    return take_particles(*choice_.read(context), time, particles_, context.seed);
  }

  SampleChoice choice_;
  std::string model_, model_file_;
  std::optional<std::int64_t> particles_;
  PropagationParams params_;
};

class PropagationType final : public sim::StageType {
 public:
  explicit PropagationType(sim::MakeSampleSourceParams make_density) : make_density_(std::move(make_density)) {}
  std::string name() const override { return "propagate"; }
  std::string summary() const override { return "particles move as a trained model says: new samples of its density"; }
  std::unique_ptr<Params> make_params() const override {
    return std::make_unique<PropagationStageParams>(make_density_);
  }

 private:
  sim::MakeSampleSourceParams make_density_;
};

}  // namespace

std::unique_ptr<sim::StageType> make_propagate_type(sim::MakeSampleSourceParams make_density) {
  return std::make_unique<PropagationType>(std::move(make_density));
}

}  // namespace tessera::learn::action
