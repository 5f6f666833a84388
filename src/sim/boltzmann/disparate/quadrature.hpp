// Gauss' rules for integrals over velocities.
#pragma once

#include <vector>

namespace tessera::sim::boltzmann::disparate {

struct Rule {
  std::vector<double> points, weights;
  int size() const { return static_cast<int>(points.size()); }
};

/// int_0^inf x^power e^-x p(x) dx, exact for polynomials up to degree 2 size - 1 (Golub and Welsch 1969).
Rule gauss_laguerre(int size, double power);
/// int_-1^1 p(x) dx.
Rule gauss_legendre(int size);

}  // namespace tessera::sim::boltzmann::disparate
