// Two gases at rest with isotropic distributions: exactly, and by the expansions in the ratio of masses.
#pragma once

#include <vector>

#include "sim/boltzmann/disparate/laguerre.hpp"

namespace tessera::sim::boltzmann::disparate {

/// What to solve for.
enum class IsotropicEquations {
  exact,     ///< Boltzmann's equations of both species, for this ratio of masses
  expanded,  ///< the model of MixtureModel
};

/// Galerkin's method in Sonine polynomials of a common reference temperature, which must exceed half of all
/// temperatures; all integrals are exact, and convergence is exponential. The system is integrated by Shampine's
/// Rosenbrock method of order 4 (Kaps and Rentrop's; ACM Trans. Math. Softw. 8 (1982) 93). Time is in light collision
/// times (epoch 0), velocities of heavies in eps V.
class IsotropicMixture {
 public:
  /// `size` polynomials.
  IsotropicMixture(const MixtureModel& model, IsotropicEquations equations, int size, double reference_temperature);

  /// f = n M_K (1 - 3q + q c^2/K), K = T/(1 + 2q).
  void start(int species, double density, double temperature, double excess);
  /// To a later time; relative to the coefficients, each step errs by at most `tolerance`.
  void advance_to(double time, double tolerance);

  double time() const { return time_; }
  double step() const { return step_; }  ///< that comes next
  double temperature(int species) const;
  /// <c^4> / (15 T^2)
  double fourth_moment(int species) const;
  /// Of both species, one behind the other.
  const std::vector<double>& coefficients() const { return coefficients_; }
  /// Back to what those functions gave.
  void restore(double time, double step, const std::vector<double>& coefficients);

 private:
  void rates(const std::vector<double>& a, std::vector<double>& result) const;
  void add_collisions(const std::vector<double>& tensor, int species, int other, const std::vector<double>& a,
                      std::vector<double>& result) const;
  void add_exchange(const std::vector<double>& a, std::vector<double>& result) const;
  double temperature_of(const std::vector<double>& a, int species) const;

  MixtureModel model_;
  int size_;
  double reference_;
  std::vector<double> light_, heavy_, light_heavy_, heavy_light_;  // tensors; the last two exact ones alone
  ExchangeMatrices light_exchange_, heavy_exchange_;
  std::vector<double> friction_, diffusion_;  // A and D as sums over light coefficients
  IsotropicEquations equations_;
  std::vector<double> coefficients_;
  double time_ = 0.0, step_ = 0.0;
};

}  // namespace tessera::sim::boltzmann::disparate
