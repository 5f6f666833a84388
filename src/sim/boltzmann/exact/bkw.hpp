// The exact relaxation of Maxwell molecules found by Bobylev (1976) and by Krook and Wu (1977).
#pragma once

#include <span>

#include "sim/boltzmann/velocity_grid.hpp"
#include "sim/gas.hpp"

namespace tessera::sim::boltzmann {

/// With c the velocity in units of sqrt(T / m), d directions, K(t) = 1 - exp(-rate t),
/// d = 3: f = n (m/T)^(3/2) (2 pi K)^(-3/2) / 2 exp(-c^2/2K) ((5 K - 3)/K + (1 - K) c^2/K^2),
/// d = 2: f = n m/T / (2 pi K) exp(-c^2/2K) ((2 K - 1)/K + (1 - K) c^2/(2 K^2)).
class Bkw {
 public:
  /// Throws Error (input) unless the kernel is that of Maxwell molecules (in two dimensions isotropic) and there are
  /// two or three directions. Density, temperature (as an energy) and mass are positive.
  Bkw(int dimensions, const CollisionKernel& kernel, double density = 1.0, double temperature = 1.0, double mass = 1.0);

  /// n int B sin^2 / 4 (3-D); n int B / 8 (2-D): 1/6 and 1/8 for isotropic scattering at n int B = 1.
  double rate() const { return rate_; }
  /// From when on f is positive.
  double first_time() const;
  /// At a distance of that square from the mean velocity.
  double value(double square, double t) const;
  /// Its derivative with time, which is Q(f, f).
  double slope(double square, double t) const;
  /// At the points of a grid, around its centre.
  void sample(const VelocityGrid& grid, double t, std::span<double> f) const;
  void sample_slope(const VelocityGrid& grid, double t, std::span<double> rates) const;

 private:
  int dimensions_;
  double rate_, peak_, inverse_square_;
};

}  // namespace tessera::sim::boltzmann
