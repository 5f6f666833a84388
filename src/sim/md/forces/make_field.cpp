#include "sim/md/forces/make_field.hpp"

#include "sim/md/forces/many_body.hpp"
#include "sim/md/forces/pair_setup.hpp"
#include "sim/pair_force.hpp"

namespace tessera::sim::md {

ForceField make_force_field(const MdParams& params, const data::System& system, const Units&) {
  ForceField field;
  if (uses_pairs(params)) field.add(make_lennard_jones(make_pair_table(params.pair, system.species)));
  add_many_body(field, params, system.particles.comm(), system.species);
  return field;
}

}  // namespace tessera::sim::md
