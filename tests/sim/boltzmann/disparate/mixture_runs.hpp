// Mixtures with Boltzmann collisions on the grids of the reference data, and runs that follow it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/boltzmann/collision_operator.hpp"
#include "sim/boltzmann/disparate/scheme.hpp"

namespace tessera::test {

/// Unit rates for unit densities; 24 points along each direction unless said, 14 radii, 12 directions.
struct Mixture {
  sim::boltzmann::disparate::MixtureModel model;
  sim::boltzmann::VelocityGrid light, heavy;
  std::unique_ptr<sim::boltzmann::CollisionOperator> light_collisions, heavy_collisions;
  std::vector<double> f, h;

  Mixture(double eps, double gamma, int points = 24);
  /// Two beams each, of other temperatures and mean velocities.
  void start_moving();
  /// Isotropic and at rest, T = 1.4 and 0.6; excess 0: Maxwellians.
  void start_at_rest(double excess);
  sim::boltzmann::Moments light_moments() const;
  sim::boltzmann::Moments heavy_moments() const;

  /// Largest error of light temperatures up to tau = 0.4, in steps of `dt` of the last epoch, from the exact mixture,
  /// or below eps = 1e-3 from the limit.
  double largest_error(double dt, bool shifts_equilibrium, double excess);
};

/// Largest differences of temperatures, T_xx and velocities from a run of the reference data over its first rows.
struct Differences {
  double temperature = 0.0, along = 0.0, velocity = 0.0;
  double mass = 0.0, momentum = 0.0, energy = 0.0;  ///< lost, relative (momentum: to that of heavies)
};
Differences follow(const std::string& name, double eps, double gamma, std::int64_t last);
/// They are within what the reference data stand for, and velocities within that.
void check(const Differences& largest, double velocity = 5e-4);

}  // namespace tessera::test
