// A Nose-Hoover chain: a row of thermostats, each of which keeps the one before it at temperature.
#pragma once

#include <string>
#include <vector>

#include "data/io/state.hpp"

namespace tessera::sim::md {

/// Martyna, Klein and Tuckerman, J. Chem. Phys. 97, 2635 (1992), integrated as by Martyna, Tuckerman, Tobias and Klein,
/// Mol. Phys. 87, 1117 (1996). Masses Q_1 = N_f k_B T tau^2, Q_k = k_B T tau^2. Works on numbers alone, the same on all
/// ranks.
class NoseHooverChain {
 public:
  /// In 1, 3 or 5 parts of a step (Suzuki and Yoshida).
  NoseHooverChain(int length, double tau, int parts);
  /// N_f, degrees of freedom that it acts on; before the first step.
  void set_freedom(double freedom) { freedom_ = freedom; }

  /// Half a step of length dt. `twice_kinetic`: twice the kinetic energy of what it acts on, at target k_B T = kt.
  /// Returns the factor by which its velocities are multiplied.
  double half_step(double twice_kinetic, double kt, double dt);

  /// Adds to its energy, when that of the particles was changed from outside.
  void give(double energy) { reservoir_ += energy; }

  /// Kinetic energy of the chain, and N_f k_B T eta_1 + sum k_B T eta_k (their sums over time, where T changes).
  double energy() const;

  void save(data::StateWriter& writer, const std::string& name) const;
  void restore(data::StateReader& reader, const std::string& name);

 private:
  void set_temperature(double kt);
  double part(double twice_kinetic, double h);
  double damping(std::size_t k, double h) const;

  double freedom_ = 0.0, tau_;
  std::vector<double> weights_;
  double kt_ = 0.0;           // of the masses
  double reservoir_ = 0.0;    // sum of k_B T d(eta)
  std::vector<double> rate_;  // d(eta)/dt
};

}  // namespace tessera::sim::md
