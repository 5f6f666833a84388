// Moments of mixtures of Maxwell molecules, which close: exact at any ratio of masses.
#pragma once

#include <array>
#include <vector>

#include "sim/gas.hpp"

namespace tessera::sim::boltzmann {

/// Two species far from walls. Velocities and temperatures of each.
class MaxwellPair {
 public:
  struct State {
    std::array<double, 3> velocity[2];
    double temperature[2];
  };
  /// Densities and masses; `kernel` between the two. Throws Error (input) unless its exponent is 0.
  MaxwellPair(std::array<double, 2> densities, std::array<double, 2> masses, const CollisionKernel& kernel);

  double velocity_rate() const { return velocity_rate_; }        ///< at which u_1 - u_2 decays
  double temperature_rate() const { return temperature_rate_; }  ///< at which T_1 - T_2 does where there is no drift
  State at(double t, const State& start) const;
  /// Time derivatives of a state.
  State slope(const State& state) const;

 private:
  std::array<double, 2> densities_, masses_;
  double nu_, velocity_rate_, temperature_rate_, heating_;
};

/// One species of a mixture: number, mean velocity and <v v> of a particle (xx, yy, zz, xy, xz, yz).
struct SecondMoments {
  double density = 0.0;
  std::array<double, 3> velocity{};
  std::array<double, 6> square{};
};
/// Time derivatives of <v v> of each species under collisions with all, itself included. Throws Error (input) unless
/// all exponents are 0.
std::vector<std::array<double, 6>> second_moment_slopes(const Gas& gas, const std::vector<SecondMoments>& species);

}  // namespace tessera::sim::boltzmann
