#include "learn/trajcast/hyperparameters.hpp"

#include <fmt/core.h>

#include "base/error.hpp"
#include "diff/equivariant/spherical.hpp"

namespace tessera::learn::trajcast {

void Hyperparameters::check() const {
  const auto require = [](bool holds, const std::string& what) {
    if (!holds) throw Error::input("trajcast network: " + what);
  };
  require(num_species >= 1, "there is no species");
  require(l_max >= 1 && l_max <= diff::max_rotation_order,
          fmt::format("the rotation order is 1 to {}, not {}", diff::max_rotation_order, l_max));
  require(channels >= 4, fmt::format("{} channels; it needs 4 at least", channels));
  require(num_layers >= 1, "it has no layer");
  require(cutoff > 0.0 && speed_max > 0.0, "the cutoff and the largest speed are positive");
  require(num_radial >= 1 && num_speed >= 1 && envelope_power >= 2,
          "bases have a function at least, envelopes power 2");
  require(mean_neighbours > 0.0, "the mean number of neighbours is positive");
  require(displacement_scale > 0.0 && velocity_scale > 0.0, "scales of targets are positive");
  for (const std::int64_t width : hidden) require(width >= 1, "a hidden layer has no width");
}

}  // namespace tessera::learn::trajcast
