// A uniform acceleration.
#pragma once

#include <memory>

#include "base/units.hpp"
#include "data/system.hpp"
#include "sim/force_term.hpp"
#include "sim/md/ensembles/coupling.hpp"
#include "sim/md/granular/params.hpp"

namespace tessera::sim::md {

/// Components, in length / time^2.
data::Vec3 acceleration_of(const GravityParams& params);

/// Force m g on every particle; energy -m g . x of the unwrapped places, so that what falls through periodic sides goes
/// on falling. Its virial is left out: it is no property of what the particles do to each other.
std::unique_ptr<ForceTerm> make_gravity(const GravityParams& params, const data::System& system, const Units& units);

/// Does nothing but to say that momentum is not conserved.
std::unique_ptr<Coupling> make_gravity_remark();

}  // namespace tessera::sim::md
