#include "run/registry.hpp"

#include "learn/action/propagation_type.hpp"
#include "learn/action/training_type.hpp"
#include "learn/client_data/type.hpp"
#include "learn/comparison/compare_type.hpp"
#include "learn/control/ppo_type.hpp"
#include "learn/control/rollout_type.hpp"
#include "learn/fsgld/sgld_type.hpp"
#include "learn/trajcast/forecast_type.hpp"
#include "learn/trajcast/training_type.hpp"
#include "sim/boltzmann/boltzmann.hpp"
#include "sim/boltzmann/collisions/spectral_family.hpp"
#include "sim/boltzmann/diffusive/linear_kinetic.hpp"
#include "sim/boltzmann/disparate/mixture_type.hpp"
#include "sim/density/params.hpp"
#include "sim/density/samples.hpp"
#include "sim/dsmc/dsmc.hpp"
#include "sim/linear/family.hpp"
#include "sim/md/md.hpp"
#include "sim/particles/langevin.hpp"
#include "sim/pde/family.hpp"

namespace tessera::run {

Registry standard_registry() {
  Registry registry;
  registry.add(sim::md::make_md_type());
  registry.add(sim::particles::make_langevin_type());
  registry.add(sim::density::make_samples_type());
  registry.add(sim::boltzmann::disparate::make_mixture_type());
  registry.add(sim::boltzmann::make_boltzmann_type(sim::boltzmann::make_spectral_family()));
  registry.add(sim::dsmc::make_dsmc_type());
  registry.add(sim::boltzmann::diffusive::make_linear_kinetic_type());
  const std::vector families{sim::pde::make_family(), sim::linear::make_family()};
  for (const auto& family : families) registry.add(sim::make_environment_type(family));
  registry.add(learn::control::make_rollout_type(families));
  registry.add(learn::control::make_dataset_type(families));
  registry.add(learn::control::make_ppo_type(families));
  const auto densities = sim::density::make_params_maker();
  registry.add(learn::action::make_action_matching_type(densities));
  registry.add(learn::action::make_score_matching_type(densities));
  registry.add(learn::action::make_flow_matching_type(densities));
  registry.add(learn::action::make_propagate_type(densities));
  registry.add(learn::fsgld::make_sgld_type());
  registry.add(learn::trajcast::make_training_type());
  registry.add(learn::trajcast::make_forecast_type());
  registry.add(learn::comparison::make_compare_type());
  registry.add(learn::client_data::make_client_data_type());
  return registry;
}

void Registry::add(std::unique_ptr<sim::StageType> type) {
  if (find(type->name()) != nullptr) throw Error::internal("two types of stages are named '" + type->name() + "'");
  types_.push_back(std::move(type));
}

const sim::StageType* Registry::find(const std::string& name) const {
  for (const auto& type : types_)
    if (type->name() == name) return type.get();
  return nullptr;
}

std::vector<std::string> Registry::names() const {
  std::vector<std::string> names;
  for (const auto& type : types_) names.push_back(type->name());
  return names;
}

}  // namespace tessera::run
