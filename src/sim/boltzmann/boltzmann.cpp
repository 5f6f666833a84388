#include "sim/boltzmann/boltzmann.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "sim/boltzmann/stage.hpp"

namespace tessera::sim::boltzmann {

namespace {

/// What numbers of the deck mean for the gas: at density and temperature 1 of the deck's start, or as it gives them.
void add_gas_remarks(const BoltzmannParams& p, Estimate& estimate) {
  if (p.viscosity) return;
  const Gas gas(p.gas, p.boltzmann);
  const std::vector<double> densities(p.gas.species.size(), 1.0);
  for (int i = 0; i < gas.num_species(); ++i)
    for (int j = 0; j <= i; ++j) {
      const auto& kernel = gas.kernel(i, j);
      estimate.remarks.push_back(fmt::format(
          "{}-{}: kernel {:.6g} g^{:.4g}; at density and temperature 1 a collision each {:.4g}", gas.species(i).name,
          gas.species(j).name, kernel.strength, kernel.gamma, 1.0 / gas.collision_rate(i, j, 1.0)));
    }
  for (int i = 0; i < gas.num_species(); ++i)
    estimate.remarks.push_back(fmt::format("{}: mean free path {:.4g} where all densities and the temperature are 1",
                                           gas.species(i).name, gas.mean_free_path(i, densities, 1.0)));
}

/// delta = p H / (mu sqrt(2 T / m)) of the box's shortest side.
void add_rarefaction(const BoltzmannParams& p, Estimate& estimate) {
  if (p.num_species() != 1 || p.length.empty()) return;
  const auto law = single_model(p).viscosity;
  const double length = *std::min_element(p.length.begin(), p.length.end()), energy = p.boltzmann;
  const double viscosity = law.reference * std::pow(energy, law.exponent);
  const double speed = std::sqrt(2.0 * energy / p.gas.species[0].mass);
  estimate.remarks.push_back(
      fmt::format("at density and temperature 1: viscosity {:.6g}, rarefaction delta = p H/(mu sqrt(2T/m)) = {:.4g}",
                  viscosity, energy * length / (viscosity * speed)));
}

class BoltzmannStageParams final : public StageType::Params {
 public:
  explicit BoltzmannStageParams(const CollisionFamily* collisions) {
    if (collisions != nullptr) params_.collisions = collisions->clone();
  }
  void bind(deck::Binder& binder) override { boltzmann::bind(binder, params_); }
  std::unique_ptr<Stage> make(const StageContext& context) const override {
    return std::make_unique<BoltzmannStage>(context, params_);
  }
  Estimate estimate(const Comm& /*comm*/, int ranks) const override {
    Estimate estimate;
    estimate.item_name = "value";
    double components = 0.0, cells = 1.0;
    for (const auto n : params_.cells) cells *= static_cast<double>(n);
    for (int n = 0; n < params_.num_species(); ++n) components += params_.phase_grid(n).components();
    estimate.items = static_cast<std::int64_t>(cells * components);
    estimate.bytes_per_rank = predicted_bytes(params_, ranks) + checkpoint_bytes(params_, ranks);
    estimate.remarks.push_back(fmt::format("{:.0f} cells with {:.0f} values each, {} steps of {:.6g}", cells,
                                           components, params_.num_steps(), params_.step_length()));
    add_gas_remarks(params_, estimate);
    add_rarefaction(params_, estimate);
    add_communication(ranks, estimate);
    return estimate;
  }
  std::int64_t num_steps() const override { return params_.num_steps(); }
  double dt() const override { return params_.step_length(); }

 private:
  /// Ghosts of each copy once a stage.
  void add_communication(int ranks, Estimate& estimate) const {
    estimate.communication = Communication{};
    if (params_.cells.empty() || ranks == 1) return;
    const auto grid = data::Mesh::best_grid(params_.cells, ranks);
    double owned = 1.0, faces = 0.0, messages = 1.0;
    std::vector<double> count;
    for (std::size_t d = 0; d < params_.cells.size(); ++d) {
      count.push_back(std::ceil(static_cast<double>(params_.cells[d]) / grid[d]));
      owned *= count.back();
    }
    for (std::size_t d = 0; d < params_.cells.size(); ++d)
      if (grid[d] > 1) {
        faces += 2.0 * owned / count[d];
        messages *= 3.0;
      }
    double values = 0.0;
    for (int n = 0; n < params_.num_species(); ++n) values += params_.phase_grid(n).components();
    const auto integrator = params_.chosen_integrator();
    const double stages = integrator == Integrator::rk3           ? 3.0
                          : integrator != Integrator::exponential ? 2.0
                          : flies_in_three(params_)               ? 6.0
                                                                  : 4.0;
    estimate.communication->exchanges.push_back(
        {"distributions", stages * params_.num_species(), messages - 1.0,
         8.0 * layers_of(params_.reconstruction) * faces * values / params_.num_species()});
  }

  BoltzmannParams params_;
};

class BoltzmannType final : public StageType {
 public:
  explicit BoltzmannType(std::shared_ptr<const CollisionFamily> collisions) : collisions_(std::move(collisions)) {}
  std::string name() const override { return "boltzmann"; }
  std::string summary() const override { return "velocity distributions of gases, in space and time"; }
  std::unique_ptr<StageType::Params> make_params() const override {
    return std::make_unique<BoltzmannStageParams>(collisions_.get());
  }

 private:
  std::shared_ptr<const CollisionFamily> collisions_;
};

}  // namespace

std::unique_ptr<StageType> make_boltzmann_type(std::shared_ptr<const CollisionFamily> collisions) {
  return std::make_unique<BoltzmannType>(std::move(collisions));
}

}  // namespace tessera::sim::boltzmann
