#include "action_run.hpp"

#include "learn/action/propagation_type.hpp"
#include "learn/action/training_type.hpp"
#include "sim/density/params.hpp"
#include "sim/density/samples.hpp"
#include "stoppable.hpp"

namespace tessera::test {

namespace {

run::Registry registry_of_learners() {
  const auto densities = sim::density::make_params_maker();
  run::Registry registry;
  registry.add(sim::density::make_samples_type());
  for (const auto make : {learn::action::make_action_matching_type, learn::action::make_score_matching_type,
                          learn::action::make_flow_matching_type, learn::action::make_propagate_type})
    registry.add(stoppable(make(densities)));
  return registry;
}

}  // namespace

std::string run_action(const std::string& stages, const Comm& comm, const std::string& place, std::int64_t steps) {
  stop_after(steps);
  return run_stages(registry_of_learners(), stages, comm, place);
}

std::string run_action_alone(const std::string& stages, const std::string& place) {
  stop_after(0);
  return run_stages_alone(registry_of_learners(), stages, place);
}

}  // namespace tessera::test
