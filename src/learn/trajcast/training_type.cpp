#include "learn/trajcast/training_type.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "learn/trajcast/training_stage.hpp"

namespace tessera::learn::trajcast {

namespace {

/// Of all layers, and of two of them backwards.
double feature_bytes(const Architecture& network, Precision precision) {
  auto numbers = static_cast<double>(network.first.size()), widest = numbers;
  for (const auto& layer : network.layers) {
    numbers += static_cast<double>(layer.out.size());
    widest = std::max(widest, static_cast<double>(layer.out.size()));
  }
  return (precision == Precision::single_ ? 4.0 : 8.0) * (numbers + 2.0 * widest);
}

/// Over ranks, in the conservation layer.
double num_sums(Conservation conservation) {
  return conservation == Conservation::angular ? 3.0 : conservation == Conservation::linear ? 1.0 : 0.0;
}

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
    const bool is_spread = params_.parallel == Parallel::domains;
    if (params_.batch < ranks && !is_spread)
      estimate.remarks.push_back("a batch has fewer configurations than there are ranks: some have nothing to do");
    estimate.remarks.push_back(
        fmt::format("besides, {:.3g} kB an atom for features and their derivatives, of {}",
                    1e-3 * feature_bytes(Architecture(p), params_.precision),
                    is_spread ? "a rank's part of a configuration and of what is within the cutoff of it"
                              : "whole configurations"));
    sim::Communication communication;
    communication.collectives = 4.0;
    // Of each configuration: owners, copies and edges are found and agreed on; momenta are summed both ways.
    if (is_spread)
      communication.collectives += static_cast<double>(params_.batch) * (11.0 + 2.0 * num_sums(p.conservation));
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
