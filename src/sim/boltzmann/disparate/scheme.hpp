// The asymptotic-preserving scheme for mixtures of disparate masses.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/boltzmann/disparate/collision_step.hpp"
#include "sim/boltzmann/disparate/lorentz_step.hpp"
#include "sim/boltzmann/disparate/slow_exchange.hpp"

namespace tessera::sim::boltzmann::disparate {

struct SchemeParams {
  int epoch = 0;  ///< whose unit of time is used, 0 to 2
  int order = 2;
  bool shifts_equilibrium = true;  ///< see SlowShape; without it the shape of f that the slow exchange brings is missed
};

/// Order 1: collisions within the species, scattering on the heavy ones, slow exchange. Order 2, after Strang: half a
/// step of the first two before, and after in the opposite order. No step is limited by eps: for eps -> 0 at given dt
/// in the last epoch f and h become Maxwellian, and their temperatures advance by a method of that order for
///   (3/2) n_L dT_L/dt = -n_L n_H kappa(T_L)(T_L - T_H).
/// Mass of each species, momentum and energy are kept to rounding.
class Scheme {
 public:
  /// Both operators are used by this object alone while it works, and must outlive it.
  Scheme(const MixtureModel& model, const SchemeParams& params, CollisionOperator& light, CollisionOperator& heavy);

  /// Local. Whole cells, as many of f as of h. Throws Error (numeric) where the step is too long or a distribution does
  /// not fit its grid any more.
  void advance(double dt, std::span<double> f, std::span<double> h);

  const MixtureModel& model() const { return model_; }
  /// Of an operator within one species for one cell, up to now.
  std::int64_t num_evaluations() const { return collisions_.num_evaluations(); }

 private:
  void scatter(double dt, std::span<double> f, std::span<double> h);
  void exchange(double dt, std::span<double> f, std::span<double> h);

  MixtureModel model_;
  SchemeParams params_;
  EpochFactors factors_;
  std::size_t light_size_, heavy_size_;
  CollisionStep collisions_;
  LorentzStep lorentz_;
  SlowExchange slow_;
};

}  // namespace tessera::sim::boltzmann::disparate
