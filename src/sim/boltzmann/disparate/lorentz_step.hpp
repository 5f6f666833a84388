// Light particles scattered by heavy ones that hardly move, and the momentum that the heavy gas takes up.
#pragma once

#include <span>
#include <vector>

#include "sim/boltzmann/disparate/model.hpp"
#include "sim/boltzmann/disparate/separable_map.hpp"
#include "sim/boltzmann/disparate/spherical_mean.hpp"
#include "sim/boltzmann/moments.hpp"

namespace tessera::sim::boltzmann::disparate {

/// Solves d_t f = k R1 n_H nu(|c|)(fbar - f), d_t h = -eps k R1 F.grad h exactly in time but for the centre of c, which
/// is the mean of its values at both ends (three passes), as is the temperature in R1: then the energy that f loses is
/// what h gains by moving as a whole. Mass, momentum and energy of both together are kept to rounding.
class LorentzStep {
 public:
  LorentzStep(const MixtureModel& model, const VelocityGrid& light, const VelocityGrid& heavy);

  /// Local. One cell; `duration` is the time step times EpochFactors::light. Throws Error (numeric) where moments make
  /// no sense.
  void advance(double duration, std::span<double> f, std::span<double> h);

 private:
  /// f about `centre` after the step, into next_.
  void scatter(double rate, const double (&centre)[3], std::span<const double> f);

  MixtureModel model_;
  VelocityGrid light_, heavy_;
  SphericalMean mean_;
  SeparableMap map_;
  std::vector<double> next_, weight_;
};

}  // namespace tessera::sim::boltzmann::disparate
