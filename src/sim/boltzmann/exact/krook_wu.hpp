// Exact relaxation of two species of Maxwell molecules: Krook and Wu, Phys. Fluids 20 (1977) 1589.
#pragma once

#include <span>

#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann {

/// f_i = n_i (m_i / 2 pi K)^(3/2) exp(-m_i v^2 / 2K) (1 - 3 Q_i + m_i Q_i v^2 / K), Q_i = p_i Q(t), of temperature
/// K (1 + 2 Q_i); isotropic scattering of strength C_ij per steradian.
class KrookWu {
 public:
  struct Params {
    double density[2], mass[2];
    double strength[3];  ///< C_11, C_12, C_22
  };
  /// Throws Error (input) unless the numbers belong to one of the two classes that there are: p_1 = p_2 (both species
  /// have the same temperature at all times), or p_1 (3 mu lambda_21 - lambda_11) + 2 mu^2 lambda_12 p_2 = 0, with
  /// mu = 4 m_1 m_2 / (m_1 + m_2)^2, lambda_ij = 4 pi C_ij n_j, to a relative 1e-9; elsewhere it is no solution.
  explicit KrookWu(const Params& params);

  double width(double t) const;               ///< K
  double departure(int i, double t) const;    ///< Q_i
  double temperature(int i, double t) const;  ///< K (1 + 2 Q_i)
  double first_time() const;                  ///< from when on both are positive
  double value(int i, double square, double t) const;
  double slope(int i, double square, double t) const;  ///< derivative with time: what collisions do
  void sample(const VelocityGrid& grid, int i, double t, std::span<double> f) const;
  void sample_slope(const VelocityGrid& grid, int i, double t, std::span<double> rates) const;

 private:
  Params params_;
  double p_[2], a_, b_;
};

}  // namespace tessera::sim::boltzmann
