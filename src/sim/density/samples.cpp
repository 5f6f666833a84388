#include "sim/density/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/density/file_samples.hpp"
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
  Estimate estimate(const Comm& comm, int ranks) const override {
    Estimate estimate;
    estimate.item_name = "sample";
    std::int64_t most = 0;
    int dimensions = 0;
    if (params_.density) {
      dimensions = make_source(*params_.density)->dimensions();
      num_times_ = params_.num_times();
      estimate.items = params_.total();
      for (std::size_t n = 0; n < num_times_; ++n) most = std::max(most, params_.size_at(n));
    } else {
      const FileSamples file(comm, params_.file);
      dimensions = file.dimensions();
      num_times_ = file.times().size();
      estimate.items = most = file.total();
    }
    estimate.bytes_per_rank = std::ceil(static_cast<double>(most) / ranks) * 8.0 * (5.0 + dimensions);
    estimate.remarks.push_back(fmt::format("{} times, {} dimensions", num_times_, dimensions));
    estimate.communication = Communication{};
    estimate.communication->collectives += 3.0 + (params_.held_out > 0 ? 64.0 : 0.0);
    return estimate;
  }
  /// Of a file only known once it was read for an estimate.
  std::int64_t num_steps() const override {
    return static_cast<std::int64_t>(params_.density ? params_.num_times() : num_times_) - 1;
  }
  double dt() const override { return 1.0; }

 private:
  SamplesParams params_;
  mutable std::size_t num_times_ = 1;
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
