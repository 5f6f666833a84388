// Linear maps of functions of velocity that act along one direction after the other.
#pragma once

#include <span>
#include <vector>

#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann::disparate {

/// A dense N x N matrix for each direction, 6 N^4 operations for a function in three dimensions. Functions are read as
/// trigonometric polynomials without Nyquist modes; periodic images are not drawn in by dilations.
class SeparableMap {
 public:
  explicit SeparableMap(const VelocityGrid& grid);

  /// Local. g(w) = f(w - shift).
  void translate(const double (&shift)[3]);
  /// Local. The propagator of d_t f = a div((w - centre) f) + b Laplace f over a time in which int a dt = `friction`
  /// and the variance added is `variance`: f is drawn together about the centre and smoothed with a Gaussian. Exact in
  /// velocity to the accuracy of the grid.
  void relax(const double (&centre)[3], double friction, double variance);

  /// Local. Of one cell, in place.
  void apply(std::span<double> f);

 private:
  /// theta -> 1/N sum_k exp(i k theta), |k| < N/2
  double cardinal(double theta) const;
  std::vector<double>& matrix(int d) { return matrices_[d]; }

  VelocityGrid grid_;
  std::vector<double> matrices_[3];  // [from][to]
  std::vector<double> smoothing_, kernel_, row_, work_;
};

}  // namespace tessera::sim::boltzmann::disparate
