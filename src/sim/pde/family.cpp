#include "sim/pde/family.hpp"

#include "sim/pde/environment.hpp"
#include "sim/pde/memory.hpp"
#include "sim/pde/split_layout.hpp"

namespace tessera::sim::pde {

namespace {

std::int64_t product(const std::vector<std::int64_t>& numbers) {
  std::int64_t result = 1;
  for (const auto n : numbers) result *= n;
  return result;
}

}  // namespace

std::shared_ptr<const EnvironmentFamily> make_family() {
  return std::make_shared<const FamilyOf<PdeParams>>(
      "pde", "partial differential equations on periodic grids, with actuators and sensors");
}

EnvironmentInfo info_of(const PdeParams& p) {
  EnvironmentInfo info;
  info.id = name_of(p.equation);
  info.num_steps = *p.steps;
  info.sample_time = *p.sample_time;
  info.num_states = p.num_points() * p.num_fields();
  info.num_actions = product(p.actuators);
  info.num_observations = product(p.sensors);
  apply(p, info);
  return info;
}

}  // namespace tessera::sim::pde
