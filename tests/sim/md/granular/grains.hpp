// Small heaps of grains, and engines for them.
#pragma once

#include <optional>

#include "samples.hpp"
#include "sim/md/granular/contacts.hpp"
#include "sim/md/granular/gravity.hpp"

namespace tessera::test {

struct GrainSample {
  Sample sample;
  std::vector<double> spin;  // empty: none
  sim::md::GranularParams params;
  std::optional<sim::md::GravityParams> gravity;
  double dt = 1e-4, skin = 0.1;
};

/// Radius 1/2 for all types, stiffness 2e5, damping 50, friction 1/2, and what a deck would leave to these.
sim::md::GranularParams usual_grains();
/// After changes of stiffness or damping: the tangential ones follow.
void complete(sim::md::GranularParams& params);

/// An open box around the origin.
data::Box open_box(double edge);

/// A frozen layer of edge * edge grains (type 1), and many soft ones falling on it, down a chute of 26 degrees.
GrainSample falling_grains(int edge, int layers);

sim::md::Engine make_unstarted_grains(const GrainSample& grains, const Comm& comm);
sim::md::Engine make_grain_engine(const GrainSample& grains, const Comm& comm);

/// Positions, velocities and angular velocities of all grains.
std::vector<double> state_of_grains(const sim::md::Engine& engine);

double rotational_energy(const sim::md::Engine& engine);

}  // namespace tessera::test
