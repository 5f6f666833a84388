#include "learn/trajcast/training_type.hpp"

#include "learn/trajcast/training_stage.hpp"

namespace tessera::learn::trajcast {

namespace {

class TrainingStageParams final : public sim::StageType::Params {
 public:
  void bind(deck::Binder& b) override { trajcast::bind(b, params_); }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    return std::make_unique<TrainingStage>(context, params_);
  }
  sim::Estimate estimate(const Comm&, int ranks) const override {
    sim::Estimate estimate;
    estimate.items = params_.batch;
    estimate.item_name = "pair";
    // How many species there are, files say: two.
    Hyperparameters p;
    p.num_species = 2;
    p.l_max = params_.network.l_max;
    p.channels = params_.network.channels;
    p.num_layers = params_.network.layers;
    p.cutoff = params_.network.cutoff;
    p.num_radial = params_.network.radial_functions;
    p.num_speed = params_.network.speed_functions;
    p.hidden = params_.network.mlp;
    p.conservation = params_.network.conserve;
    // Weights, the best ones, the optimiser's three moments, gradients and their sums, twice as long.
    estimate.bytes_per_rank = 8.0 * 10.0 * static_cast<double>(Architecture(p).num_weights);
    if (params_.batch < ranks)
      estimate.remarks.push_back("a batch has fewer configurations than there are ranks: some have nothing to do");
    sim::Communication communication;
    communication.collectives = 4.0;
    estimate.communication = communication;
    return estimate;
  }
  std::int64_t num_steps() const override { return 0; }
  double dt() const override { return 1.0; }
  std::vector<std::string> uses() const override { return used_stages(params_.pairs); }

 private:
  TrainingParams params_;
};

class TrainingType final : public sim::StageType {
 public:
  std::string name() const override { return "trajcast"; }
  std::string summary() const override {
    return "learns to forecast atoms over many steps of molecular dynamics at once (TrajCast)";
  }
  std::unique_ptr<Params> make_params() const override { return std::make_unique<TrainingStageParams>(); }
};

}  // namespace

std::unique_ptr<sim::StageType> make_training_type() { return std::make_unique<TrainingType>(); }

}  // namespace tessera::learn::trajcast
