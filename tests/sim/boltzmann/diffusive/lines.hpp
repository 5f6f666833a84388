// Kinetic lines as decks give them, and how they go on.
#pragma once

#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/boltzmann/diffusive/kinetic_line.hpp"
#include "sim/boltzmann/diffusive/line_sums.hpp"
#include "sim/boltzmann/diffusive/time_steps.hpp"

namespace tessera::test {

using sim::boltzmann::diffusive::KineticLine;
using sim::boltzmann::diffusive::LinearKineticParams;

/// One wave of the height 0.5 on [0, 1], for the time 0.1, if `keys` say nothing else; sigma = T = 1.
LinearKineticParams line_params(const std::string& collisions, double eps, const std::string& keys = "");
inline constexpr double wave_height = 0.5;

/// Collective. From the start to the end, in steps as the stage takes them.
KineticLine run_line(const LinearKineticParams& params, const Comm& group = comm());

/// Collective. What is left of the wave at the end, as a share of its first height.
double amplitude_of(const LinearKineticParams& params);

/// Densities of this rank's cells.
std::vector<double> densities(const KineticLine& line);

/// Of tests/data/boltzmann/linear_kinetic.h5, computed with a method of its own for each equation: the amplitude over
/// eps (rows) and t.
struct Amplitudes {
  std::vector<double> eps, times, values;
  double at(std::size_t e, std::size_t t) const { return values[e * times.size() + t]; }
};
Amplitudes golden_amplitudes(const std::string& collisions);

}  // namespace tessera::test
