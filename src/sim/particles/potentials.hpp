// Potentials with a closed form, evaluated within kernels in d <= max_dimensions dimensions: each adds its force to f
// for a vector of particles at x, and gives the energy of one particle.
#pragma once

#include <variant>

#include "base/simd.hpp"
#include "sim/particles/params.hpp"

namespace tessera::sim::particles {

struct NoPotential {
  KOKKOS_INLINE_FUNCTION void add_force(const simd::Pack*, int, simd::Pack*) const {}
  KOKKOS_INLINE_FUNCTION double energy(const double*, int) const { return 0.0; }
};

/// sum over coordinates of k/2 (x - centre)^2
struct Harmonic {
  double stiffness[max_dimensions] = {}, centre[max_dimensions] = {};

  KOKKOS_INLINE_FUNCTION void add_force(const simd::Pack* x, int d, simd::Pack* f) const {
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

  KOKKOS_INLINE_FUNCTION void add_force(const simd::Pack* x, int d, simd::Pack* f) const {
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
  /// One by one: simd::exponential() is for numbers below 0.
  KOKKOS_INLINE_FUNCTION static simd::Pack exponential(const simd::Pack& x) {
    alignas(64) double of[simd::width];
    simd::store(of, x);
    for (double& value : of) value = kmath::exp(value);
    return simd::load(of);
  }
  KOKKOS_INLINE_FUNCTION static Term term(int n) {
    constexpr Term terms[4] = {{-200.0, -1.0, 0.0, -10.0, 1.0, 0.0},
                               {-100.0, -1.0, 0.0, -10.0, 0.0, 0.5},
                               {-170.0, -6.5, 11.0, -6.5, -0.5, 1.5},
                               {15.0, 0.7, 0.6, 0.7, -1.0, 1.0}};
    return terms[n];
  }
  KOKKOS_INLINE_FUNCTION void add_force(const simd::Pack* x, int, simd::Pack* f) const {
    for (int n = 0; n < 4; ++n) {
      const Term t = term(n);
      const simd::Pack u = x[0] - t.x, v = x[1] - t.y;
      const simd::Pack value = scale * t.height * exponential(simd::Pack(t.a * u * u + t.b * u * v + t.c * v * v));
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

  /// Of component k.
  template <class V>
  KOKKOS_INLINE_FUNCTION V log_term(int k, const V* x, int d) const {
    V sum = log_height(k);
    for (int c = 0; c < d; ++c) sum -= 0.5 * precision(k, c) * (x[c] - mean(k, c)) * (x[c] - mean(k, c));
    return sum;
  }

  /// In both, the largest term leads, so that nothing overflows or vanishes far out. What has been summed up, or the
  /// term that is added, is multiplied with the exponential of minus their distance.
  KOKKOS_INLINE_FUNCTION void add_force(const simd::Pack* x, int d, simd::Pack* f) const {
    using simd::Pack;
    const auto count = static_cast<int>(log_height.extent(0));
    Pack top = log_term(0, x, d), sum = 1.0, slope[max_dimensions];
    for (int c = 0; c < d; ++c) slope[c] = precision(0, c) * (x[c] - mean(0, c));
    for (int k = 1; k < count; ++k) {
      const Pack now = log_term(k, x, d), high = simd::larger(now, top);
      const Pack less = simd::exponential(Pack(-simd::larger(Pack(now - top), Pack(top - now))));
      const simd::Mask leads = now > top;
      const Pack older = simd::zero_unless(leads, less) + simd::zero_unless(!leads, Pack(1.0));
      const Pack newer = simd::zero_unless(leads, Pack(1.0)) + simd::zero_unless(!leads, less);
      top = high;
      sum = sum * older + newer;
      for (int c = 0; c < d; ++c) slope[c] = slope[c] * older + newer * precision(k, c) * (x[c] - mean(k, c));
    }
    const Pack scale = energy_unit / sum;
    for (int c = 0; c < d; ++c) f[c] -= scale * slope[c];
  }
  KOKKOS_INLINE_FUNCTION double energy(const double* x, int d) const {
    const auto count = static_cast<int>(log_height.extent(0));
    double top = log_term(0, x, d), sum = 1.0;
    for (int k = 1; k < count; ++k) {
      const double now = log_term(k, x, d);
      sum = now > top ? sum * kmath::exp(top - now) + 1.0 : sum + kmath::exp(now - top);
      if (now > top) top = now;
    }
    return -energy_unit * (top + kmath::log(sum));
  }
};

/// Visited once a step, never for a particle.
using Potential = std::variant<NoPotential, Harmonic, DoubleWell, MuellerBrown, GaussianMixture>;

/// NoPotential for a formula, which forces.hpp evaluates.
Potential make_potential(const PotentialParams& params);

/// Components as kernels want them; weights are normalised.
GaussianMixture make_mixture(const std::vector<ComponentParams>& components, double energy);

}  // namespace tessera::sim::particles
