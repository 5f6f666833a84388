#include "sim/pde/family.hpp"

#include <cmath>

#include "sim/pde/environment.hpp"
#include "sim/pde/semilinear.hpp"

namespace tessera::sim::pde {

namespace {

std::int64_t product(const std::vector<std::int64_t>& numbers) {
  std::int64_t result = 1;
  for (const auto n : numbers) result *= n;
  return result;
}

}  // namespace

/// Rows; and for one state at a time the arrays of its modes, their coefficients, and both grids of a transform.
double held_bytes(const PdeParams& p, std::int64_t rows, int ranks) {
  const auto info = pde::info_of(p);
  const auto points = static_cast<double>(p.num_points()), states = static_cast<double>(info.num_states);
  const bool is_split = rows == 1 && ranks > 1;
  const double rows_here = is_split ? 1.0 / ranks : std::ceil(static_cast<double>(rows) / ranks);
  const double row = 8.0 * (states + static_cast<double>(info.num_observations + info.num_actions) + 2.0);
  const double modes = 0.5 * points, wave_vector = 24.0;
  double work = 8.0 * (points + states);  // force, and the state before
  if (is_linear(p.equation)) {
    work += modes * (16.0 * (p.num_fields() + 1) + sizeof(Propagator) + wave_vector) + 16.0 * modes;
  } else {
    double padded = 1.0;
    const auto nonlinearity = Semilinear{p.equation, {}}.nonlinearity();
    for (const auto n : p.points) padded *= static_cast<double>(padded_points(n, nonlinearity, p.fidelity));
    work += modes * (5.0 * 16.0 + 7.0 * 8.0 + wave_vector) + 16.0 * padded;
  }
  return rows_here * row + work / (is_split ? ranks : 1);
}

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
