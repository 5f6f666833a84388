#include "sim/md/forces/make_field.hpp"

#include "data/exclusions.hpp"
#include "sim/md/charges/make_charges.hpp"
#include "sim/md/forces/bonded.hpp"
#include "sim/md/forces/many_body.hpp"
#include "sim/md/forces/pair_setup.hpp"
#include "sim/md/forces/reach.hpp"
#include "sim/md/forces/special_charges.hpp"
#include "sim/md/forces/special_pairs.hpp"
#include "sim/md/forces/tabulated.hpp"
#include "sim/md/granular/gravity.hpp"
#include "sim/pair_force.hpp"

namespace tessera::sim::md {

namespace {

using Species = std::vector<data::Species>;

/// Lennard-Jones or Buckingham's potential takes charges along in its own pass over the pairs.
void add_pairs(ForceField& field, const MdParams& params, const Species& species,
               std::optional<CoulombParams> charges) {
  if (params.pair) {
    const auto table = make_pair_table(*params.pair, species);
    if (charges && table.truncation != Truncation::force) {
      field.add(make_charged_lennard_jones(table, *charges));
      charges.reset();
    } else {
      field.add(make_lennard_jones(table));
    }
  }
  if (params.buckingham) {
    const auto table = make_table(*params.buckingham, species);
    field.add(charges ? make_charged_buckingham(table, *charges) : make_buckingham(table));
    charges.reset();
  }
  if (params.morse) field.add(make_morse(make_table(*params.morse, species)));
  if (params.yukawa) field.add(make_yukawa(make_table(*params.yukawa, species)));
  if (charges) field.add(make_coulomb(static_cast<int>(species.size()), *charges));
}

/// What counts of pairs that are close along bonds, and was left out above.
void add_special_pairs(ForceField& field, const MdParams& params, const Species& species,
                       const std::optional<CoulombParams>& charges) {
  const auto& special = params.molecules.special;
  const auto add = [&](std::unique_ptr<ForceTerm> term) {
    if (term) field.add(std::move(term));
  };
  if (params.pair) add(make_special_lennard_jones(make_pair_table(*params.pair, species), special));
  if (charges) add(make_special_charges(*charges, special));
}

}  // namespace

ForceField make_force_field(const MdParams& params, const data::System& system, const Units& units,
                            const ChargeSums& charge_sums, std::unique_ptr<ForceTerm> contacts) {
  const Comm& comm = system.particles.comm();
  ForceField field;
  std::optional<CoulombParams> charges;
  CoulombParts parts;
  if (params.charges) {
    parts = make_charges(*params.charges, comm, system.box, units, charge_sums, params.neighbours.skin.value());
    charges = parts.pairs;
  }
  add_pairs(field, params, system.species, charges);
  if (params.table) field.add(read_tabulated(*params.table, comm, system.species, params.units));
  if (parts.waves) field.add(std::move(parts.waves));
  add_many_body(field, params, comm, system.species);
  add_bonded_forces(field, params.molecules, system);
  if (system.particles.has_column(data::excluded_column)) add_special_pairs(field, params, system.species, charges);
  if (params.reach > 0.0) field.add(make_reach(params.reach));
  if (contacts && !field.is_empty())
    throw Error::input("granular particles go without bonds and other forces; there are some in the data");
  if (field.is_empty() && !contacts)
    throw Error::input(
        "nothing acts between these particles: give [stage.pair], [stage.buckingham], [stage.charges], [stage.eam]... "
        "(tessera describe md names all of them)");
  if (params.gravity) field.add(make_gravity(*params.gravity, system, units));
  if (contacts) field.add(std::move(contacts));
  return field;
}

}  // namespace tessera::sim::md
