#include "learn/control/ppo_type.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "learn/control/ppo_stage.hpp"
#include "sim/environment_choice.hpp"

namespace tessera::learn::control {

namespace {

using Families = sim::EnvironmentChoice::Families;

class PpoStageParams final : public sim::StageType::Params {
 public:
  explicit PpoStageParams(const Families& families) : environment_(families) {}

  void bind(deck::Binder& b) override {
    control::bind(b, params_);
    b.value("batch", batch_, {.low = 1}, {"episodes at a time; left out: all of an iteration"});
    b.check(params_.episodes % rows() == 0, "batch",
            fmt::format("{} episodes an iteration cannot be had in batches of {}; expected a divisor", params_.episodes,
                        rows()));
    b.file("model", model_, {"model.h5 of a training that this one goes on from"});
    b.value("data", data_, {"or the earlier stage of this name that has trained it"});
    b.check(model_.empty() || data_.empty(), "data",
            "training goes on from a file (model) or a stage (data), not both");
    environment_.bind(b);
  }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    const std::string model = data_.empty() ? model_ : context.earlier_folder(data_) + "/" + ppo_model_file;
    return std::make_unique<PpoStage>(context, params_, model, [this](const Comm& comm, std::uint32_t seed) {
      return environment_.get()->make(comm, seed, rows());
    });
  }
  sim::Estimate estimate(const Comm&, int ranks) const override {
    sim::Estimate estimate;
    estimate.items = params_.episodes;
    estimate.item_name = "episode";
    estimate.bytes_per_rank =
        environment_.get()->bytes_per_rank(rows(), ranks) + training_bytes(environment_.get()->info(), params_, ranks);
    if (rows() > 1 && rows() < ranks)
      estimate.remarks.push_back("fewer episodes run at a time than there are ranks: some collect nothing");
    return estimate;
  }
  std::int64_t num_steps() const override { return params_.iterations; }
  double dt() const override { return 1.0; }
  std::vector<std::string> uses() const override {
    return data_.empty() ? std::vector<std::string>() : std::vector{data_};
  }

 private:
  std::int64_t rows() const { return batch_.value_or(params_.episodes); }

  sim::EnvironmentChoice environment_;
  PpoParams params_;
  std::string model_, data_;
  std::optional<std::int64_t> batch_;
};

class PpoType final : public sim::StageType {
 public:
  explicit PpoType(Families families) : families_(std::move(families)) {}
  std::string name() const override { return "ppo"; }
  std::string summary() const override { return "a policy learns to act on an environment (PPO)"; }
  std::unique_ptr<Params> make_params() const override { return std::make_unique<PpoStageParams>(families_); }

 private:
  Families families_;
};

}  // namespace

std::unique_ptr<sim::StageType> make_ppo_type(std::vector<std::shared_ptr<const sim::EnvironmentFamily>> families) {
  return std::make_unique<PpoType>(std::move(families));
}

}  // namespace tessera::learn::control
