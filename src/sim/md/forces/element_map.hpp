// From the types of a system to the elements of a parameter file.
#pragma once

#include <string>
#include <vector>

#include "data/system.hpp"
#include "sim/md/forces/many_body_params.hpp"

namespace tessera::sim::md {

/// For each type the place of its element in `elements`: the one named in the deck, or else the one of the type's own
/// name. `table`: the deck's, for messages. Throws Error (input) for a type without an element, and for a name that the
/// system or the file does not have.
std::vector<std::size_t> map_elements(const std::vector<TypeElementParams>& named,
                                      const std::vector<data::Species>& species,
                                      const std::vector<std::string>& elements, const std::string& table,
                                      const std::string& path);

}  // namespace tessera::sim::md
