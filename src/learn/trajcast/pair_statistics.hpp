// What is ordinary among training pairs: scales of targets, and ranges that a forecast should not leave.
#pragma once

#include <string>
#include <vector>

#include "learn/trajcast/pair_set.hpp"

namespace tessera::learn::trajcast {

/// Lengths in A, speeds in A/fs, temperatures in K.
struct PairStatistics {
  double num_pairs = 0.0, num_atoms = 0.0;                   ///< atoms of all pairs together
  double displacement_scale = 0.0, velocity_scale = 0.0;     ///< root mean squares of a component of the targets
  double mean_displacement = 0.0, mean_velocity = 0.0;       ///< mean magnitudes of a component
  double mean_neighbours = 0.0;                              ///< edges per atom of the inputs
  double most_neighbours = 0.0, least_distance = 0.0;        ///< of the inputs; no distance: the cutoff
  double largest_displacement = 0.0, largest_speed = 0.0;    ///< of an atom; the speed of inputs
  double lightest_speed = 0.0;                               ///< root mean square of inputs, of the lightest species
  double mean_temperature = 0.0, highest_temperature = 0.0;  ///< of inputs, with 3 N - 3 degrees of freedom
};

/// Collective. The same on any number of ranks. Throws Error (input) where there are no pairs, or nothing moves.
PairStatistics measure(const PairSet& pairs, double cutoff);

/// Local. For files.
std::vector<double> to_numbers(const PairStatistics& statistics);
PairStatistics from_numbers(const std::vector<double>& numbers, const std::string& where);

/// Whether displacements, velocities and the interval go together. Where velocities have hardly changed, displacements
/// are the mean velocity times the interval; where they have, the root mean squares still agree within a factor of two:
/// a vibration of angular frequency w has displacements tan(w t/2)/(w t/2) times as large.
struct IntervalCheck {
  double implied = 0.0;      ///< interval that the pairs seem to have, fs
  double correlation = 0.0;  ///< of old and new velocities
  bool is_suspect = false;   ///< off by more than 20 %, or by more than a factor of two
};
/// Collective.
IntervalCheck check_interval(const PairSet& pairs);

}  // namespace tessera::learn::trajcast
