// What collisions of several species must leave as it is, put right after discretisation.
#pragma once

#include <span>
#include <vector>

#include "sim/boltzmann/moments.hpp"
#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann {

/// Rates of change of species that collide with each other: each keeps its mass, all together momentum and energy.
class MixtureConservation {
 public:
  MixtureConservation(const VelocityGrid& grid, std::vector<double> masses);

  /// Local; allocates nothing. rates [species x grid.size()] of distributions f, likewise. Adds to the rate of species
  /// i its Maxwellian times (a_i + m_i b.c + e m_i c^2), with one vector b and one number e for all, such that sums are
  /// zero to rounding: of such changes that with the least sum of squares over Maxwellians. Species without particles
  /// are left out. `weight` [grid.size()] is scratch. Throws Error (numeric) if a density or temperature is negative,
  /// or the grid cannot tell the sums apart.
  void apply(std::span<const double> f, std::span<double> rates, std::span<double> weight);

 private:
  VelocityGrid grid_;
  std::vector<double> masses_;
  std::vector<Moments> moments_;
  std::vector<double> matrix_, missing_;  ///< of the normal equations: species, momentum, energy
};

/// Local; allocates nothing. The same for one species. `f`, `rate` and `weight` [grid.size()].
void conserve(const VelocityGrid& grid, double mass, std::span<const double> f, std::span<double> rate,
              std::span<double> weight);

/// Of a distribution that is not empty. Throws Error (numeric) unless density and temperature are positive.
Moments checked_moments(const VelocityGrid& grid, double mass, std::span<const double> f);

}  // namespace tessera::sim::boltzmann
