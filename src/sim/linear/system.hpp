// Linear systems by name: models that were published as examples for the design of controllers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "math/matrix.hpp"

namespace tessera::sim::linear {

/// x' = a x + b1 w + b2 u (or x+, if discrete), z = c1 x + d11 w + d12 u, y = c x + d21 w: disturbance w, control u,
/// performance output z, measurement y.
struct LinearSystem {
  std::string id, title, source;
  bool is_discrete = false;  ///< as published
  /// d12'd12 is singular: the control is weighted with its largest eigenvalue instead.
  bool has_scalar_weight = false;
  math::Matrix a, b1, b2, c1, d11, d12, c, d21;
};

/// Those that have figures, and "cm", a cable of any number of elements.
std::vector<std::string> system_ids();
inline constexpr std::int64_t most_dense_elements = 240;  ///< cm5; to make the matrices takes time as their cube
/// What is known without making a large system; errors as below.
struct SystemInfo {
  std::int64_t num_states = 0, num_actions = 0, num_observations = 0, num_disturbances = 0;
  bool is_discrete = false;
  std::int64_t cable_elements = 0;  ///< 0: it is no cable
  /// Stepped without matrices.
  bool is_long_cable() const { return cable_elements > most_dense_elements; }
};
SystemInfo system_info(const std::string& id, std::optional<std::int64_t> elements = {});
/// Throws Error (input), naming all systems, if there is none of that name; if elements (at least 1) are missing for
/// "cm", or given for another one.
LinearSystem linear_system(const std::string& id, std::optional<std::int64_t> elements = {});
/// The same of a cable without a, in O(elements).
LinearSystem cable_without_a(const std::string& id, std::int64_t elements);

}  // namespace tessera::sim::linear
