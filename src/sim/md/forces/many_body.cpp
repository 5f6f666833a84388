#include "sim/md/forces/many_body.hpp"

#include "base/agree.hpp"
#include "sim/md/forces/eam.hpp"
#include "sim/md/forces/element_map.hpp"

namespace tessera::sim::md {

namespace {

using AllSpecies = std::vector<data::Species>;

std::unique_ptr<ForceTerm> read_eam_term(const EamParams& params, const Comm& comm, const AllSpecies& species) {
  const auto tables = data::read_eam(comm, params.file, params.format);
  std::vector<std::string> names;
  for (const auto& element : tables.elements) names.push_back(element.name);
  return make_eam(tables, map_elements(params.types, species, names, "stage.eam", params.file));
}

}  // namespace

bool has_many_body(const MdParams& params) { return params.eam.has_value(); }

bool uses_pairs(const MdParams& params) {
  return !has_many_body(params) || params.pair.epsilon || params.pair.sigma || !params.pair.types.empty();
}

void add_many_body(ForceField& field, const MdParams& params, const Comm& comm, const AllSpecies& species) {
  if (params.eam) field.add(read_eam_term(*params.eam, comm, species));
}

}  // namespace tessera::sim::md
