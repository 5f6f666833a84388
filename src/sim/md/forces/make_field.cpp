#include "sim/md/forces/make_field.hpp"

#include "data/exclusions.hpp"
#include "sim/md/forces/bonded.hpp"
#include "sim/md/forces/pair_setup.hpp"
#include "sim/md/forces/special_pairs.hpp"
#include "sim/pair_force.hpp"

namespace tessera::sim::md {

ForceField make_force_field(const MdParams& params, const data::System& system, const Units&) {
  ForceField field;
  const PairTable table = make_pair_table(params.pair, system.species);
  field.add(make_lennard_jones(table));
  add_bonded_forces(field, params.molecules, system);
  if (system.particles.has_column(data::excluded_column))
    if (auto special = make_special_lennard_jones(table, params.molecules.special)) field.add(std::move(special));
  return field;
}

}  // namespace tessera::sim::md
