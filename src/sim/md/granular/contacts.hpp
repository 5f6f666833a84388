// Granular particles: contacts as a term of the forces, rotation as a coupling.
#pragma once

#include <memory>

#include "sim/communication.hpp"
#include "sim/force_term.hpp"
#include "sim/md/ensembles/coupling.hpp"
#include "sim/md/granular/grain_types.hpp"

namespace tessera::sim::md {

/// Both belong to one engine, and know of each other through the state.
struct Grains {
  std::unique_ptr<ForceTerm> contacts;
  std::unique_ptr<Coupling> rotation;
};

/// Contacts must be the last term that acts: they also hold frozen grains where they are. Grains with velocities that
/// are frozen lose them. Collective. Throws Error (input) for types without a radius, for grains that come with another
/// diameter, and for a periodic box so small that a grain
/// could touch two images of another one.
Grains make_grains(const GranularParams& params, const data::System& system, const Units& units);

/// The parts of it. Rotation adds the columns that both work with.
std::unique_ptr<ForceTerm> make_contacts(const GranularParams& params, const GrainTypes& types, const Units& units,
                                         std::shared_ptr<ContactState> state);
/// I = 2/5 m r^2, kicked by the torque as velocities are by the force. `is_elastic`: nothing takes energy away.
std::unique_ptr<Coupling> make_rotation(const GrainTypes& types, bool is_elastic, std::shared_ptr<ContactState> state);

/// Bytes that are kept for a grain.
double granular_bytes();
/// Velocities of copies, beside the positions, which come first among what is predicted already.
void add_granular_exchange(Communication& communication);

}  // namespace tessera::sim::md
