// Averages of a distribution function over spheres in velocity space.
#pragma once

#include <span>
#include <vector>

#include "math/fft.hpp"
#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann::disparate {

/// fbar(r) = sum_k F_k exp(i pi k.(centre - v_0)/L) sin(a r)/(a r), a = pi |k|/L: modes of one |k| are summed first,
/// the result is taken at 257 radii up to L, and a cubic spline with the right slopes at both ends joins them. Beyond L
/// it is 0. Three dimensions.
class SphericalMean {
 public:
  explicit SphericalMean(const VelocityGrid& grid);

  /// Local. The function of one cell, to be averaged about any number of centres.
  void take(std::span<const double> f);
  /// Local. About this centre from here on.
  void centre_at(const double (&centre)[3]);
  double operator()(double radius) const;

 private:
  static constexpr int num_radii = 257;

  void add_shells();
  void find_slopes(double last);

  VelocityGrid grid_;
  math::RealFft fft_;
  double step_;                       // between radii
  std::vector<double> wavenumbers_;   // a of each shell
  std::vector<int> shells_;           // of each mode of half the spectrum; -1: left out
  std::vector<double> table_;         // radius by radius: sin(a r)/(a r) of every shell; last row: its slope at L
  std::vector<math::Complex> modes_;  // F_k
  std::vector<math::Complex> phases_[3];
  std::vector<double> sums_;             // of shells
  std::vector<double> values_, slopes_;  // at radii
  std::vector<double> pivots_;           // of the spline's tridiagonal matrix
};

}  // namespace tessera::sim::boltzmann::disparate
