// Numbers that sum up the series of a trajectory.
#pragma once

#include <string>
#include <vector>

#include "learn/comparison/trajectory.hpp"
#include "math/time_series.hpp"

namespace tessera::learn::comparison {

struct Quantity {
  std::string label, unit;
  math::Measured measured;
  bool is_drift = false;  ///< halves of a series say nothing about it
};

/// From the rows of series.csv between two fractions of them, at least four: mean, spread and drift of temperature,
/// spread over that of a canonical ensemble, <T> sqrt(2/N_dof); means of temperatures of types, where there are
/// columns; and with forces (has_potential) mean and spread of the potential energy a particle, drift of the total
/// energy a particle, mean pressure. Throws Error (input) if there are fewer rows.
std::vector<Quantity> quantities_of(const Trajectory& trajectory, double from, double to);

/// The column "temperature", or the potential energy a particle, of those rows.
std::vector<double> temperatures_between(const Trajectory& trajectory, double from, double to);
std::vector<double> energies_between(const Trajectory& trajectory, double from, double to);

}  // namespace tessera::learn::comparison
