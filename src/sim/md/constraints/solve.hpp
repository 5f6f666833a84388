// Rigid clusters of a fixed shape: the equations of SHAKE and RATTLE, solved together by Newton's method.
//
// SHAKE: Ryckaert, Ciccotti and Berendsen, J. Comput. Phys. 23, 327 (1977); RATTLE: Andersen, J. Comput. Phys. 52, 24
// (1983); all equations of a cluster at once: Ciccotti and Ryckaert, Comput. Phys. Rep. 4, 345 (1986), section 2.
#pragma once

#include "base/largest.hpp"

namespace tessera::sim::md {

/// Atom 0 is the middle one; distance k is that of atoms 0 and k + 1, and in a triangle the third is that of 1 and 2.
template <int Atoms, int Distances>
struct Shape {
  static_assert(Distances == Atoms - 1 || (Atoms == 3 && Distances == 3));
  static constexpr int atoms = Atoms, distances = Distances;

  KOKKOS_FORCEINLINE_FUNCTION static constexpr int first(int k) { return k == Atoms - 1 ? 1 : 0; }
  KOKKOS_FORCEINLINE_FUNCTION static constexpr int second(int k) { return k == Atoms - 1 ? 2 : k + 1; }

  /// How much a unit force along distance l accelerates the two ends of distance k apart, for inverse masses w.
  KOKKOS_FORCEINLINE_FUNCTION static double coupling(const double (&w)[Atoms], int k, int l) {
    const auto pull = [&](int atom) {
      return w[atom] * (static_cast<double>(first(l) == atom) - static_cast<double>(second(l) == atom));
    };
    return pull(first(k)) - pull(second(k));
  }
};

template <int Size>
using Vectors = double[Size][3];

KOKKOS_FORCEINLINE_FUNCTION double dot3(const double (&a)[3], const double (&b)[3]) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/// x of m x = b, by elimination; m and b are used up. Without pivots: each distance couples to itself most.
template <int Size>
KOKKOS_FORCEINLINE_FUNCTION void solve_small(double (&m)[Size][Size], double (&b)[Size]) {
  for (int k = 0; k < Size; ++k)
    for (int r = k + 1; r < Size; ++r) {
      const double factor = m[r][k] / m[k][k];
      for (int c = k + 1; c < Size; ++c) m[r][c] -= factor * m[k][c];
      b[r] -= factor * b[k];
    }
  for (int k = Size - 1; k >= 0; --k) {
    for (int c = k + 1; c < Size; ++c) b[k] -= m[k][c] * b[c];
    b[k] /= m[k][k];
  }
}

/// d(k) = x(first) - x(second)
template <class S>
KOKKOS_FORCEINLINE_FUNCTION void differences(const Vectors<S::atoms>& x, Vectors<S::distances>& d) {
  for (int k = 0; k < S::distances; ++k)
    for (int c = 0; c < 3; ++c) d[k][c] = x[S::first(k)][c] - x[S::second(k)][c];
}

/// What forces lambda(k) d(k) at the ends of each distance do to the atoms.
template <class S>
KOKKOS_FORCEINLINE_FUNCTION void pull(const double (&w)[S::atoms], const double (&lambda)[S::distances],
                                      const Vectors<S::distances>& d, Vectors<S::atoms>& change) {
  for (int a = 0; a < S::atoms; ++a)
    for (int c = 0; c < 3; ++c) change[a][c] = 0.0;
  for (int k = 0; k < S::distances; ++k)
    for (int c = 0; c < 3; ++c) {
      change[S::first(k)][c] += w[S::first(k)] * lambda[k] * d[k][c];
      change[S::second(k)][c] -= w[S::second(k)] * lambda[k] * d[k][c];
    }
}

/// Sets lambda so that sum over l of coupling(k, l) d_k . d_l lambda_l = wanted_k.
template <class S>
KOKKOS_FORCEINLINE_FUNCTION void multipliers(const double (&w)[S::atoms], const Vectors<S::distances>& d,
                                             const double (&wanted)[S::distances], double (&lambda)[S::distances]) {
  double matrix[S::distances][S::distances];
  for (int k = 0; k < S::distances; ++k) {
    lambda[k] = wanted[k];
    for (int l = 0; l < S::distances; ++l) matrix[k][l] = S::coupling(w, k, l) * dot3(d[k], d[l]);
  }
  solve_small(matrix, lambda);
}

/// Moves of the atoms at x, along the distances `old` before the step, after which all distances are those wanted, to
/// a relative error of `tolerance`. Returns false if there are none.
template <class S>
KOKKOS_FORCEINLINE_FUNCTION bool shake(const double (&w)[S::atoms], const Vectors<S::distances>& old,
                                       const Vectors<S::atoms>& x, const double (&length)[S::distances],
                                       double tolerance, Vectors<S::atoms>& move) {
  constexpr int most_turns = 30;  // Newton's method: where there is a solution, some four
  Vectors<S::distances> start, now;
  differences<S>(x, start);
  double lambda[S::distances] = {};
  for (int turn = 0; turn < most_turns; ++turn) {
    double matrix[S::distances][S::distances], error[S::distances];
    double worst = 0.0;
    for (int k = 0; k < S::distances; ++k) {
      for (int c = 0; c < 3; ++c) {
        now[k][c] = start[k][c];
        for (int l = 0; l < S::distances; ++l) now[k][c] += S::coupling(w, k, l) * lambda[l] * old[l][c];
      }
      const double wanted = length[k] * length[k];
      error[k] = wanted - dot3(now[k], now[k]);
      const double relative = kmath::fabs(error[k]) / wanted;
      worst = larger_or_nan(worst, relative);
      for (int l = 0; l < S::distances; ++l) matrix[k][l] = 2.0 * S::coupling(w, k, l) * dot3(now[k], old[l]);
    }
    if (worst <= 2.0 * tolerance) {
      pull<S>(w, lambda, old, move);
      return true;
    }
    if (!(worst < 1e6)) return false;
    solve_small(matrix, error);
    for (int k = 0; k < S::distances; ++k) lambda[k] += error[k];
  }
  return false;
}

/// Changes of the velocities v after which no distance d grows or shrinks.
template <class S>
KOKKOS_FORCEINLINE_FUNCTION void rattle(const double (&w)[S::atoms], const Vectors<S::distances>& d,
                                        const Vectors<S::atoms>& v, Vectors<S::atoms>& change) {
  Vectors<S::distances> growth;
  differences<S>(v, growth);
  double wanted[S::distances], lambda[S::distances];
  for (int k = 0; k < S::distances; ++k) wanted[k] = -dot3(d[k], growth[k]);
  multipliers<S>(w, d, wanted, lambda);
  pull<S>(w, lambda, d, change);
}

/// Forces lambda d that keep the distances as they are at velocities v and accelerations a of the other forces:
/// the second time derivative of |d|^2 is zero.
template <class S>
KOKKOS_FORCEINLINE_FUNCTION void forces_of_constraints(const double (&w)[S::atoms], const Vectors<S::distances>& d,
                                                       const Vectors<S::atoms>& v, const Vectors<S::atoms>& a,
                                                       double (&lambda)[S::distances]) {
  Vectors<S::distances> velocity, acceleration;
  differences<S>(v, velocity);
  differences<S>(a, acceleration);
  double wanted[S::distances];
  for (int k = 0; k < S::distances; ++k) wanted[k] = -dot3(d[k], acceleration[k]) - dot3(velocity[k], velocity[k]);
  multipliers<S>(w, d, wanted, lambda);
}

}  // namespace tessera::sim::md
