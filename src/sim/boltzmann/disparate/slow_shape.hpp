// What the slow exchange with heavy particles does to the shape of the light distribution.
#pragma once

#include <span>
#include <vector>

#include "sim/boltzmann/disparate/laguerre.hpp"
#include "sim/boltzmann/moments.hpp"

namespace tessera::sim::boltzmann::disparate {

/// The part of the light Fokker-Planck term that exchanges no energy, in the Sonine polynomials k = 2, 3 of the light
/// gas, taken over |v - u| < 5 sqrt T: more polynomials, or larger velocities, would raise rounding errors to high
/// powers of the velocity. Against it collisions within the light gas hold f a distance O(eps^2) away from a
/// Maxwellian.
class SlowShape {
 public:
  SlowShape(const MixtureModel& model, const VelocityGrid& light);

  /// Local. One cell: Psi(f) for EpochFactors::slow, without mass, momentum and energy.
  void source(double slow, const Moments& light, const Moments& heavy, std::span<const double> f,
              std::span<const double> maxwellian, std::span<double> psi) const;
  /// Local. One cell: the Maxwellian becomes M (1 + sum e_k phi_k), which Psi and collisions leave alone (to first
  /// order in eps^2), with the same mass, momentum and energy.
  void shift(const Moments& light, const Moments& heavy, std::span<double> maxwellian);

  /// Coefficients e_2, e_3.
  void shifts(const Moments& light, const Moments& heavy, double (&e)[2]) const;

 private:
  static constexpr int size = 4;  ///< polynomials

  MixtureModel model_;
  VelocityGrid light_;
  ExchangeMatrices exchange_;
  double inverse_[2][2];  // of the linearised operator for k = 2, 3
  std::vector<double> weight_;
};

}  // namespace tessera::sim::boltzmann::disparate
