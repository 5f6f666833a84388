// Which hyperparameters a model file holds: each named once, for writing and reading.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "learn/trajcast/model_file.hpp"

namespace tessera::learn::trajcast {

/// Calls visit(name, field) for every field. H is Hyperparameters, const or not. Scales of targets and the mean number
/// of neighbours are among them: what the network was trained with, whatever is seen later.
template <class H, class Visit>
void visit_parameters(H& h, const Visit& visit) {
  visit("num_species", h.num_species);
  visit("l_max", h.l_max);
  visit("channels", h.channels);
  visit("num_layers", h.num_layers);
  visit("cutoff", h.cutoff);
  visit("num_radial", h.num_radial);
  visit("envelope_power", h.envelope_power);
  visit("speed_max", h.speed_max);
  visit("num_speed", h.num_speed);
  visit("hidden", h.hidden);
  visit("mean_neighbours", h.mean_neighbours);
  visit("displacement_scale", h.displacement_scale);
  visit("velocity_scale", h.velocity_scale);
  visit("conservation", h.conservation);
  visit("momentum", h.momentum);
  visit("angular_momentum", h.angular_momentum);
  visit("prunes_last_layer", h.prunes_last_layer);
}

template <class H>
std::vector<NamedNumbers> to_parameters(const H& hyperparameters) {
  std::vector<NamedNumbers> all;
  visit_parameters(hyperparameters, [&](const char* name, const auto& field) {
    using T = std::decay_t<decltype(field)>;
    std::vector<double> values;
    if constexpr (std::is_same_v<T, std::vector<std::int64_t>>) {
      values.assign(field.begin(), field.end());
    } else if constexpr (std::is_same_v<T, std::optional<std::array<double, 3>>>) {
      if (field) values.assign(field->begin(), field->end());
    } else {
      values.push_back(static_cast<double>(field));
    }
    all.push_back({name, values});
  });
  return all;
}

/// Throws Error (input) beginning with `where` for numbers that are missing or of another kind. Whether the network can
/// be made of them is for its own check.
template <class H>
H from_parameters(const StoredNetwork& network, const std::string& where) {
  H result;
  const auto whole = [&](const char* name, double value) {
    if (value != std::floor(value) || std::abs(value) > 1e9)
      throw Error::input(where + ": '" + name + "' of this model is no whole number");
    return static_cast<std::int64_t>(value);
  };
  visit_parameters(result, [&](const char* name, auto& field) {
    using T = std::decay_t<decltype(field)>;
    if constexpr (std::is_same_v<T, std::vector<std::int64_t>>) {
      field.clear();
      for (const auto& parameter : network.parameters)
        if (parameter.name == name)
          for (const double value : parameter.values) field.push_back(whole(name, value));
    } else if constexpr (std::is_same_v<T, std::optional<std::array<double, 3>>>) {
      field.reset();
      for (const auto& parameter : network.parameters)
        if (parameter.name == name && parameter.values.size() == 3)
          field = std::array{parameter.values[0], parameter.values[1], parameter.values[2]};
    } else {
      const auto& values = find_numbers(network, name, where);
      if (values.size() != 1) throw Error::input(where + ": '" + name + "' of this model is no number");
      if constexpr (std::is_floating_point_v<T>)
        field = values.front();
      else
        field = static_cast<T>(whole(name, values.front()));
    }
  });
  return result;
}

}  // namespace tessera::learn::trajcast
