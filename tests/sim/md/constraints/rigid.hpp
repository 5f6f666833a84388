// Rigid molecules for tests.
#pragma once

#include <string>
#include <vector>

#include "samples.hpp"
#include "sim/md/params.hpp"

namespace tessera::test {

/// Rows are (type, ids) of all molecules, the same on every rank; what is rigid stands in params.
struct RigidSample {
  Sample sample;
  std::vector<std::int64_t> bonds, angles;
  sim::md::MdParams params;
  double dt = 0.002;
  std::string thermostat = {};  ///< a kind: langevin, csvr, nose_hoover
  double temperature = 1.0;
  bool has_barostat = false;  ///< stochastic cell rescaling, with a thermostat
};

/// Local. A rigid type of bonds, of angles.
void add_rigid_bond(RigidSample& molecules, std::int64_t type, double length);
void add_rigid_angle(RigidSample& molecules, std::int64_t type, double degrees);

/// per_side^3 molecules of two to five atoms, pairs, bent and rigid triangles of equal and of different sides among
/// them, `spacing` apart, turned anyhow, with velocities of some temperature; no forces between them but those of
/// `epsilon`.
RigidSample zoo(int per_side, double spacing, double epsilon);

/// Collective. With columns of bonds, angles and clusters.
data::System make_rigid_system(const RigidSample& molecules, const Comm& comm);
/// Collective, not started.
sim::md::Engine make_unstarted_rigid(const RigidSample& molecules, const Comm& comm);
/// Collective, started.
sim::md::Engine make_rigid_engine(const RigidSample& molecules, const Comm& comm);

/// Largest relative error of a rigid distance, and largest part of a relative velocity along one, of positions and
/// velocities by id.
struct Violation {
  double length = 0.0, velocity = 0.0;
};
Violation violation_of(const RigidSample& molecules, const sim::md::Engine& engine);

}  // namespace tessera::test
