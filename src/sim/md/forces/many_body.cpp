#include "sim/md/forces/many_body.hpp"

#include "base/agree.hpp"
#include "sim/md/forces/eam.hpp"
#include "sim/md/forces/element_map.hpp"
#include "sim/md/forces/stillinger_weber.hpp"
#include "sim/md/forces/tersoff.hpp"

namespace tessera::sim::md {

namespace {

using AllSpecies = std::vector<data::Species>;

std::unique_ptr<ForceTerm> read_eam_term(const EamParams& params, const Comm& comm, const AllSpecies& species) {
  const auto tables = data::read_eam(comm, params.file, params.format);
  std::vector<std::string> names;
  for (const auto& element : tables.elements) names.push_back(element.name);
  return make_eam(tables, map_elements(params.types, species, names, "stage.eam", params.file));
}

template <class Params, class Make>
std::unique_ptr<ForceTerm> read_triple_term(const Params& params, const Comm& comm, const AllSpecies& species,
                                            const std::vector<std::string_view>& names, const char* table,
                                            const Make& make) {
  const auto entries = data::read_triples(comm, params.file, names);
  return make(TripleTable(params.file, names, entries, params.types, species, table));
}

}  // namespace

void add_many_body_exchanges(const MdParams& params, Communication& communication) {
  const auto add = [&](const char* name, double share_of_positions) {
    auto exchange = communication.exchanges.front();
    exchange.name = name;
    exchange.bytes *= share_of_positions;
    communication.exchanges.push_back(exchange);
  };
  if (params.eam) add("slopes of embedding", 1.0 / 3.0);
  if (params.stillinger_weber || params.tersoff) add("forces on copies", 1.0);
}

double many_body_bytes(const MdParams& params) { return params.eam ? 2.0 * sizeof(double) : 0.0; }

void add_many_body(ForceField& field, const MdParams& params, const Comm& comm, const AllSpecies& species) {
  if (params.eam) field.add(read_eam_term(*params.eam, comm, species));
  if (params.stillinger_weber)
    field.add(read_triple_term(*params.stillinger_weber, comm, species, stillinger_weber_names(),
                               "stage.stillinger_weber", make_stillinger_weber));
  if (params.tersoff)
    field.add(read_triple_term(*params.tersoff, comm, species, tersoff_names(), "stage.tersoff", make_tersoff));
}

}  // namespace tessera::sim::md
