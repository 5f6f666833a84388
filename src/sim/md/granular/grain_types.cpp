#include "sim/md/granular/grain_types.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tessera::sim::md {

namespace {

void check_name(const std::string& name, const std::vector<data::Species>& species, const char* key) {
  if (std::any_of(species.begin(), species.end(), [&](const auto& kind) { return kind.name == name; })) return;
  std::string names;
  for (const auto& kind : species) names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", kind.name);
  throw Error::input(fmt::format("[stage.granular] {}: there is no type \"{}\"; there are {}", key, name, names));
}

double radius_of(const GranularParams& params, const std::string& name) {
  for (const auto& type : params.types)
    if (type.name == name) return type.radius;
  if (!params.radius)
    throw Error::input(fmt::format(
        "[stage.granular]: grains of type \"{}\" have no radius; give radius, or [[stage.granular.type]] for it",
        name));
  return *params.radius;
}

}  // namespace

GrainTypes make_grain_types(const GranularParams& params, const std::vector<data::Species>& species) {
  for (const auto& type : params.types) check_name(type.name, species, "type");
  for (const auto& name : params.frozen) check_name(name, species, "frozen");
  const std::size_t count = species.size();
  const GrainTypes types{Array1<double>("radius", count), Array1<double>("mass", count), Array1<int>("frozen", count)};
  const auto radius = Kokkos::create_mirror_view(types.radius), mass = Kokkos::create_mirror_view(types.mass);
  const auto is_frozen = Kokkos::create_mirror_view(types.is_frozen);
  for (std::size_t t = 0; t < count; ++t) {
    radius(t) = radius_of(params, species[t].name);
    mass(t) = species[t].mass;
    is_frozen(t) = std::count(params.frozen.begin(), params.frozen.end(), species[t].name) > 0 ? 1 : 0;
  }
  Kokkos::deep_copy(types.radius, radius);
  Kokkos::deep_copy(types.mass, mass);
  Kokkos::deep_copy(types.is_frozen, is_frozen);
  return types;
}

}  // namespace tessera::sim::md
