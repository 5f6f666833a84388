// Sums over all particles of an ensemble: means that do not depend on ranks.
#pragma once

#include <vector>

#include "base/comm.hpp"
#include "sim/particles/step_kernel.hpp"

namespace tessera::sim::particles {

/// Means over particles, weighted where they have weights; positions are unwrapped along periodic directions.
struct Moments {
  std::vector<double> mean, variance;  ///< of each coordinate
  double potential = 0.0;              ///< energy of a particle
  double temperature = 0.0;            ///< m v^2 a coordinate; 0 without velocities
  double weight = 0.0;                 ///< sum of all weights, or the number of particles
  double effective_count = 0.0;        ///< (sum w)^2/sum w^2
};

/// What is summed up.
struct Sample {
  Columns columns;
  Space space;
  Array1<double> energy;  ///< of each particle
  int rows = 0;
  bool has_velocity = false;
  bool has_weights = false;
  Array2<double> log_weight;
};

/// Collective.
Moments moments_of(const Comm& comm, const Sample& sample, double mass);

/// Collective. Of positions, whose means and weight are given; row after row.
std::vector<double> covariance_of(const Comm& comm, const Sample& sample, const Moments& moments);

}  // namespace tessera::sim::particles
