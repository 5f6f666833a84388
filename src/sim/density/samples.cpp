#include "sim/density/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/density/samples_params.hpp"
#include "sim/density/samples_stage.hpp"

namespace tessera::sim::density {

namespace {

class SamplesStageParams final : public StageType::Params {
 public:
  void bind(deck::Binder& binder) override { density::bind(binder, params_); }
  std::unique_ptr<Stage> make(const StageContext& context) const override {
    return std::make_unique<SamplesStage>(context, params_);
  }
  Estimate estimate(const Comm&, int ranks) const override {
    const auto source = make_source(*params_.density);
    Estimate estimate;
    estimate.items = params_.total();
    estimate.item_name = "sample";
    std::int64_t most = 0;
    for (std::size_t n = 0; n < params_.num_times(); ++n) most = std::max(most, params_.size_at(n));
    estimate.bytes_per_rank =
        std::ceil(static_cast<double>(most) / ranks) * 8.0 * (5.0 + static_cast<double>(source->dimensions()));
    estimate.remarks.push_back(fmt::format("{} times, {} dimensions", params_.num_times(), source->dimensions()));
    estimate.communication = Communication{};
    estimate.communication->collectives += 3.0 + (params_.held_out > 0 ? 64.0 : 0.0);
    return estimate;
  }
  std::int64_t num_steps() const override { return static_cast<std::int64_t>(params_.num_times()) - 1; }
  double dt() const override { return 1.0; }

 private:
  SamplesParams params_;
};

class SamplesType final : public StageType {
 public:
  std::string name() const override { return "samples"; }
  std::string summary() const override { return "independent samples of a path of densities, or a user's own"; }
  std::unique_ptr<StageType::Params> make_params() const override { return std::make_unique<SamplesStageParams>(); }
};

}  // namespace

std::unique_ptr<StageType> make_samples_type() { return std::make_unique<SamplesType>(); }

}  // namespace tessera::sim::density
