#include "sim/md/forces/element_map.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "base/error.hpp"

namespace tessera::sim::md {

namespace {

std::optional<std::size_t> place_in(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::vector<std::size_t> map_elements(const std::vector<TypeElementParams>& named,
                                      const std::vector<data::Species>& species,
                                      const std::vector<std::string>& elements, const std::string& table,
                                      const std::string& path) {
  std::vector<std::string> types;
  for (const auto& one : species) types.push_back(one.name);
  std::vector<std::string> wanted = types;
  std::vector<bool> is_named(types.size(), false);
  for (const auto& one : named) {
    const auto type = place_in(types, one.name);
    if (!type)
      throw Error::input(fmt::format("[[{}.type]] names the type \"{}\", but the types of the system are \"{}\"", table,
                                     one.name, fmt::join(types, "\", \"")));
    if (is_named[*type]) throw Error::input(fmt::format("[[{}.type]] gives \"{}\" twice", table, one.name));
    is_named[*type] = true;
    wanted[*type] = one.element;
  }
  std::vector<std::size_t> places;
  for (std::size_t t = 0; t < types.size(); ++t) {
    const auto place = place_in(elements, wanted[t]);
    if (!place)
      throw Error::input(fmt::format(
          "{} has the elements \"{}\", but none that is called \"{}\"; give [[{}.type]] with name = \"{}\" and the "
          "element that it stands for",
          path, fmt::join(elements, "\", \""), wanted[t], table, types[t]));
    places.push_back(*place);
  }
  return places;
}

}  // namespace tessera::sim::md
