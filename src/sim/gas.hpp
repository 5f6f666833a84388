// Gases of colliding particles: species and how pairs of them scatter, for kinetic solvers and particles alike.
#pragma once

#include <string>
#include <vector>

#include "deck/binder.hpp"

namespace tessera::sim {

/// Collision kernel per steradian (Bird 1994; Koura and Matsumoto 1991):
/// B(g, cos theta) = strength g^gamma alpha 2^(1-alpha) (1 + cos theta)^(alpha-1), g the relative speed.
/// gamma = 0: Maxwell molecules, 1: hard spheres, between: variable (hard, alpha = 1, or soft) spheres.
struct CollisionKernel {
  double strength = 0.0;
  double gamma = 1.0;
  double alpha = 1.0;  ///< 1: isotropic

  bool is_isotropic() const { return alpha == 1.0; }
  /// int B dOmega / g^gamma: the collision rate of a pair.
  double total() const;
  /// int B (1 - cos) dOmega / g^gamma: transfer of momentum.
  double momentum_transfer() const;
  /// int B sin^2 dOmega / g^gamma: what viscosity is made of.
  double viscosity_transfer() const;
};

struct GasSpeciesParams {
  std::string name;
  double mass = 1.0;
  double diameter = 0.0;            ///< at the reference temperature; 0: pairs are given instead
  double viscosity_exponent = 0.5;  ///< omega of mu ~ T^omega: 0.5 hard spheres, 1 Maxwell molecules
  double reference_temperature = 1.0;
  double scattering = 1.0;  ///< alpha
};
void bind(deck::Binder& binder, GasSpeciesParams& params);

/// Overrides what diameters say, or stands for them.
struct GasPairParams {
  std::vector<std::string> between;  ///< two names, perhaps the same
  double strength = 0.0, exponent = 1.0, scattering = 1.0;
};
void bind(deck::Binder& binder, GasPairParams& params);

struct GasParams {
  std::vector<GasSpeciesParams> species;
  std::vector<GasPairParams> pairs;
};
/// Tables [[stage.species]] and [[stage.pair]] of the stage's own table. One species of mass 1 named "gas" if there is
/// none. Checks that every pair of species has a kernel.
void bind_gas(deck::Binder& binder, GasParams& params);

struct GasSpecies {
  std::string name;
  double mass;
};

/// Species and the kernel of each pair.
class Gas {
 public:
  /// `boltzmann`: energy over temperature in the units of masses and velocities. Two species of given diameters collide
  /// with the mean of their diameters, exponents, reference temperatures and scattering exponents (Bird 1994, 1.35).
  explicit Gas(const GasParams& params, double boltzmann = 1.0);

  int num_species() const { return static_cast<int>(species_.size()); }
  const GasSpecies& species(int i) const { return species_[static_cast<std::size_t>(i)]; }
  const CollisionKernel& kernel(int i, int j) const {
    return kernels_[static_cast<std::size_t>(i) * species_.size() + static_cast<std::size_t>(j)];
  }

  /// Of species i alone, to the first approximation of Chapman and Enskog; `temperature` in units of energy / k_B.
  double viscosity(int i, double temperature) const;
  /// Mean thermal speed sqrt(8 k T / pi m) over the mean collision rate, in equilibrium with the densities of all.
  double mean_free_path(int i, const std::vector<double>& densities, double temperature) const;
  /// Mean number of collisions of a particle of species i with those of j, per density of j.
  double collision_rate(int i, int j, double temperature) const;

 private:
  double boltzmann_;
  std::vector<GasSpecies> species_;
  std::vector<CollisionKernel> kernels_;
};

}  // namespace tessera::sim
