#include "sim/linear/family.hpp"

#include <cmath>

#include "sim/linear/linear_environment.hpp"
#include "sim/linear/system.hpp"

namespace tessera::sim::linear {

EnvironmentInfo info_of(const LinearParams& params) { return info_of(system_info(params.id, params.elements), params); }

/// Rows (a state, the next one, observation, disturbance, output, action), and the matrices: as given and as stepped;
/// of a long cable work for each row of four states more, and outputs and pivots instead of matrices.
double held_bytes(const LinearParams& params, std::int64_t rows, int ranks) {
  const auto system = system_info(params.id, params.elements);
  const auto states = static_cast<double>(system.num_states);
  const auto others =
      static_cast<double>(system.num_observations + 2 * system.num_disturbances + 2 * system.num_actions);
  const double here = std::ceil(static_cast<double>(rows) / ranks);
  if (system.is_long_cable()) return 8.0 * here * (6.0 * states + others) + 8.0 * 14.0 * states;
  return 8.0 * here * (2.0 * states + others) + 8.0 * 4.0 * states * states;
}

Communication predict_communication(const LinearParams& /*params*/, std::int64_t /*rows*/, int /*ranks*/) {
  Communication none;
  none.collectives = 0.0;
  return none;
}

std::shared_ptr<const EnvironmentFamily> make_family() {
  return std::make_shared<const FamilyOf<LinearParams>>("linear",
                                                        "linear systems of control engineering: 36 models and a cable");
}

}  // namespace tessera::sim::linear
