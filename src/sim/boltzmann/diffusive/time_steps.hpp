// How long steps of a linear kinetic equation are, and how many.
#pragma once

#include <cstdint>

#include "sim/boltzmann/diffusive/params.hpp"

namespace tessera::sim::boltzmann::diffusive {

struct TimeSteps {
  double dt = 0.0;
  std::int64_t count = 0;
  double longest_stable = 0.0;  ///< infinite if any step is stable
  double diffusivity = 0.0;     ///< the largest, of the limit eps -> 0
};

/// The longest stable step. With v the largest velocity, D the largest diffusivity <v^2> / sigma, u = 1 (isotropic) or
/// sqrt(T) (fokker_planck) and s = min(sigma) dx / (eps u),
///
///   explicit: dt <= c ( dx^2 / (2 D) + eps dx / v ),      c = 0.45 (order 1), 0.25 (order 2)
///   implicit: dt <= 0.9 (eps dx / v) / ( 1 - s / c' ),    c' = 3 (order 1), 12 (order 2); any step if s >= c'
///
/// with v + dx |phi'| sqrt(count / T) in place of v and u + dx |phi'| / u in place of u where there is a force.
/// Constants come from the amplification of Fourier modes at constant sigma without force (2 to 48 velocities,
/// sigma dx / eps from 0.01 to 100), rounded down.
double longest_stable_step(const LinearKineticParams& params);

/// Local, the same on all ranks. A step that the deck does not give is the longest stable one that a duration is made
/// up of, and where diffusion is implicit one in which the slowest wave of the line loses at most about 2 dx / length
/// of its height. Throws Error (input) if a given step is longer than the stable one, or if formulas are not finite.
TimeSteps choose_time_steps(const LinearKineticParams& params);

}  // namespace tessera::sim::boltzmann::diffusive
