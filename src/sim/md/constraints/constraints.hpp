// Rigid bonds and angles: what keeps their lengths while particles move.
#pragma once

#include <memory>
#include <optional>

#include "sim/md/constraints/clusters.hpp"
#include "sim/md/constraints/params.hpp"
#include "sim/md/ensembles/coupling.hpp"

namespace tessera::sim::md {

/// Of particles with the column of clusters (see clusters.hpp); to be added behind thermostats and barostats, so that
/// it acts last on places and first on new velocities. At the start it brings lengths that are not quite right to what
/// they should be, takes out the velocities along them, and where `temperature` is given scales the others to it.
/// Throws Error (input) there for lengths that are off by more than a quarter.
std::unique_ptr<Coupling> make_constraints(const ConstraintParams& params, const RigidTypes& types,
                                           std::optional<double> temperature);

}  // namespace tessera::sim::md
