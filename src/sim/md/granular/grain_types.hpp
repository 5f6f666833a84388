// Sizes and masses of grains by type, and what contacts and rotation share of their state.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "base/kokkos.hpp"
#include "base/units.hpp"
#include "data/system.hpp"
#include "sim/md/granular/params.hpp"

namespace tessera::sim::md {

/// Contacts that a grain may have at a time: spheres of one size touch 12 others.
inline constexpr int max_contacts = 16;

// Columns of grains. A contact is known to both grains, each by the other's id, and moves with them to other rows,
// ranks and into checkpoints. Forces depend on velocities in the middle of a step, which are gone at its end: they are
// kept, for restarts.
inline constexpr const char* spin_column = "angular_velocity";        ///< 3, 1 / time
inline constexpr const char* torque_column = "torque";                ///< 3, energy
inline constexpr const char* contact_force_column = "contact_force";  ///< 3
inline constexpr const char* contact_sums_column = "contact_sums";    ///< this grain's share of energy and virial
inline constexpr const char* partner_column = "contact_partner";      ///< ids, 0 behind the last one
inline constexpr const char* slip_column = "contact_slip";            ///< x, y, z of xi for each of them

/// By type.
struct GrainTypes {
  Array1<double> radius, mass;
  Array1<int> is_frozen;
};

/// Throws Error (input) for a type without a radius, and for names that no type has.
GrainTypes make_grain_types(const GranularParams& params, const std::vector<data::Species>& species);

/// What is told between the forces and the integrator of one engine.
struct ContactState {
  double dt = 0.0;           ///< slip goes on for so long with the next forces: 0 before the first step
  bool is_restored = false;  ///< the next forces are those in the columns
  std::optional<Error> problem;
};

}  // namespace tessera::sim::md
