// Potentials with a closed form, evaluated within kernels: each adds its force to f and gives its energy, for one
// particle at x in d <= max_dimensions dimensions.
#pragma once

#include <variant>

#include "base/kokkos.hpp"
#include "sim/particles/params.hpp"

namespace tessera::sim::particles {

struct NoPotential {
  KOKKOS_INLINE_FUNCTION void add_force(const double*, int, double*) const {}
  KOKKOS_INLINE_FUNCTION double energy(const double*, int) const { return 0.0; }
};

/// sum over coordinates of k/2 (x - centre)^2
struct Harmonic {
  double stiffness[max_dimensions] = {}, centre[max_dimensions] = {};

  KOKKOS_INLINE_FUNCTION void add_force(const double* x, int d, double* f) const {
    for (int c = 0; c < d; ++c) f[c] -= stiffness[c] * (x[c] - centre[c]);
  }
  KOKKOS_INLINE_FUNCTION double energy(const double* x, int d) const {
    double sum = 0.0;
    for (int c = 0; c < d; ++c) sum += 0.5 * stiffness[c] * (x[c] - centre[c]) * (x[c] - centre[c]);
    return sum;
  }
};

/// height ((x/a)^2 - 1)^2 along the first coordinate, k/2 y^2 along the others
struct DoubleWell {
  double height = 1.0, inverse_distance2 = 1.0, other_stiffness = 0.0;

  KOKKOS_INLINE_FUNCTION void add_force(const double* x, int d, double* f) const {
    f[0] -= 4.0 * height * inverse_distance2 * x[0] * (inverse_distance2 * x[0] * x[0] - 1.0);
    for (int c = 1; c < d; ++c) f[c] -= other_stiffness * x[c];
  }
  KOKKOS_INLINE_FUNCTION double energy(const double* x, int d) const {
    const double q = inverse_distance2 * x[0] * x[0] - 1.0;
    double sum = height * q * q;
    for (int c = 1; c < d; ++c) sum += 0.5 * other_stiffness * x[c] * x[c];
    return sum;
  }
};

/// K. Mueller and L. D. Brown, Theor. Chim. Acta 53, 75 (1979): sum of A exp(a u^2 + b u v + c v^2), u = x - x0,
/// v = y - y0.
struct MuellerBrown {
  double scale = 1.0;

  struct Term {
    double height, a, b, c, x, y;
  };
  KOKKOS_INLINE_FUNCTION static Term term(int n) {
    constexpr Term terms[4] = {{-200.0, -1.0, 0.0, -10.0, 1.0, 0.0},
                               {-100.0, -1.0, 0.0, -10.0, 0.0, 0.5},
                               {-170.0, -6.5, 11.0, -6.5, -0.5, 1.5},
                               {15.0, 0.7, 0.6, 0.7, -1.0, 1.0}};
    return terms[n];
  }
  KOKKOS_INLINE_FUNCTION void add_force(const double* x, int, double* f) const {
    for (int n = 0; n < 4; ++n) {
      const Term t = term(n);
      const double u = x[0] - t.x, v = x[1] - t.y;
      const double value = scale * t.height * kmath::exp(t.a * u * u + t.b * u * v + t.c * v * v);
      f[0] -= value * (2.0 * t.a * u + t.b * v);
      f[1] -= value * (t.b * u + 2.0 * t.c * v);
    }
  }
  KOKKOS_INLINE_FUNCTION double energy(const double* x, int) const {
    double sum = 0.0;
    for (int n = 0; n < 4; ++n) {
      const Term t = term(n);
      const double u = x[0] - t.x, v = x[1] - t.y;
      sum += scale * t.height * kmath::exp(t.a * u * u + t.b * u * v + t.c * v * v);
    }
    return sum;
  }
};

/// -energy log sum_k w_k N(x; mean_k, diag variance_k), the weights summing up to 1
struct GaussianMixture {
  double energy_unit = 1.0;
  Array1<double> log_height;       // of each component: log of w_k / prod sqrt(2 pi variance)
  Array2<double> mean, precision;  // (component, coordinate)

  /// log of the sum over components; if `slope` is given, its gradient is put there. The largest term leads, so that
  /// nothing overflows or vanishes far out.
  KOKKOS_INLINE_FUNCTION double log_density(const double* x, int d, double* slope) const {
    const auto count = static_cast<int>(log_height.extent(0));
    double top = -1.0e308, sum = 0.0;
    if (slope != nullptr)
      for (int c = 0; c < d; ++c) slope[c] = 0.0;
    for (int k = 0; k < count; ++k) {
      double now = log_height(k);
      for (int c = 0; c < d; ++c) now -= 0.5 * precision(k, c) * (x[c] - mean(k, c)) * (x[c] - mean(k, c));
      const double older = now > top ? kmath::exp(top - now) : 1.0, newer = now > top ? 1.0 : kmath::exp(now - top);
      if (now > top) top = now;
      sum = sum * older + newer;
      if (slope == nullptr) continue;
      for (int c = 0; c < d; ++c) slope[c] = slope[c] * older - newer * precision(k, c) * (x[c] - mean(k, c));
    }
    if (slope != nullptr)
      for (int c = 0; c < d; ++c) slope[c] /= sum;
    return top + kmath::log(sum);
  }
  KOKKOS_INLINE_FUNCTION void add_force(const double* x, int d, double* f) const {
    double slope[max_dimensions];
    log_density(x, d, slope);
    for (int c = 0; c < d; ++c) f[c] += energy_unit * slope[c];
  }
  KOKKOS_INLINE_FUNCTION double energy(const double* x, int d) const {
    return -energy_unit * log_density(x, d, nullptr);
  }
};

/// Visited once a step, never for a particle.
using Potential = std::variant<NoPotential, Harmonic, DoubleWell, MuellerBrown, GaussianMixture>;

/// NoPotential for a formula, which forces.hpp evaluates.
Potential make_potential(const PotentialParams& params);

/// Components as kernels want them; weights are normalised.
GaussianMixture make_mixture(const std::vector<ComponentParams>& components, double energy);

}  // namespace tessera::sim::particles
