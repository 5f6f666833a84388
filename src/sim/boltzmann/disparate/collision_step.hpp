// Collisions within each of the two species over one time step.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/boltzmann/collision_operator.hpp"
#include "sim/boltzmann/disparate/slow_shape.hpp"

namespace tessera::sim::boltzmann::disparate {

/// Exponential Runge-Kutta steps of Dimarco and Pareschi (SIAM J. Numer. Anal. 49 (2011) 2057) with P(f) = f +
/// (k Q(f) + Psi(f))/beta, beta the largest loss frequency times k, lam = beta dt, M the equilibrium:
///   order 1:  f' = e^-lam f + (1 - e^-lam - lam e^-lam) M + lam e^-lam P(f)
///   order 2:  f1 = order 1 over dt/2,
///             f' = e^-lam f + (1 - e^-lam - lam e^-lam/2) M + lam e^-lam/2 P(f1)
/// Convex, and f' -> M however long the step. Light particles have Psi of SlowShape and, unless told otherwise, its
/// shifted equilibrium in place of M.
class CollisionStep {
 public:
  /// Both operators are used by this object alone while it works, and must outlive it.
  CollisionStep(const MixtureModel& model, CollisionOperator& light, CollisionOperator& heavy, int order,
                bool shifts_equilibrium);

  /// Local. Whole cells, as many of f as of h. Throws Error (numeric) where moments make no sense.
  void advance(double dt, const EpochFactors& factors, std::span<double> f, std::span<double> h);

  /// Evaluations of an operator for one cell up to now.
  std::int64_t num_evaluations() const { return num_evaluations_; }

 private:
  struct Gas {
    CollisionOperator* collisions;
    std::size_t size;
    std::vector<double> equilibrium, maxwellian, psi, stage, rate, frequency;
    std::vector<Moments> moments;
  };

  void prepare(Gas& gas, const char* species, std::span<const double> values);
  /// rate = k Q + Psi of these values; Psi where `slow` is not 0.
  void evaluate(Gas& gas, double scale, double slow, std::span<const double> values);
  void advance(Gas& gas, double dt, double scale, double slow, std::span<double> values);

  SlowShape shape_;
  int order_;
  bool shifts_equilibrium_;
  Gas light_, heavy_;
  std::vector<double> beta_;  // of each cell
  std::int64_t num_evaluations_ = 0;
};

}  // namespace tessera::sim::boltzmann::disparate
