// Trajectories whose numbers are known, as the files that a stage would leave.
#pragma once

#include <string>

#include "learn/comparison/trajectory.hpp"

namespace tessera::test {

/// In units of Lennard-Jones: 100 particles, 297 degrees of freedom, 100 rows at times 0, 0.5...
struct SyntheticTrajectory {
  double temperature = 2.0;  ///< mean; every other value is 0.1 above, the others 0.1 below
  double heating = 0.0;      ///< temperature a time
  double energy = -5.0;      ///< potential energy a particle; 0: there is none
  double drift = 0.0;        ///< of the total energy a particle
  double of_type = 2.0;      ///< temperature of type A
  double line = 4.0;         ///< where the one line of the density of states of A is; that of B is at 2
  double peak = 3.0;         ///< height of g_A_B, from r = 1 to 2
  double diffusion = 0.5;    ///< of A; of B twice that
  int frequencies = 101;     ///< from 0 to 10
  int rows = 100;
  std::string time = "tau", other_type = "B";

  std::string series() const;
  std::string rdf() const;
  std::string vdos() const;
  std::string msd() const;
  /// Local.
  learn::comparison::Trajectory make(const std::string& who) const;
};

}  // namespace tessera::test
