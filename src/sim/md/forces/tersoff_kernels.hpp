// Kernels of the Tersoff potential on full cluster lists, one bond at a time. With u_j = (x_i - x_j)/r_ij and
// c = u_j . u_k, what a third particle adds to zeta_ij gives forces
//   on j: P [f_C g e' u_j + f_C g' e (u_k - c u_j)/r_ij],
//   on k: P [(f_C' g e - f_C g e') u_k + f_C g' e (u_j - c u_k)/r_ik], P = dU/dzeta_ij, and on i what makes the sum
//   zero.
#pragma once

#include "base/sum.hpp"
#include "sim/md/forces/close_neighbours.hpp"

namespace tessera::sim::md {

/// Of a pair (i, j): the entry i j j.
struct TersoffPair {
  double lambda1, big_a, lambda2, big_b, n, beta, low, high, cutoff2;  // low, high: R - D, R + D
};

/// Of a triple (i, j, k).
struct TersoffTriple {
  double gamma, c2, d2, cosine, lambda3, low, high, cutoff2;
  int power;  // m: 1 or 3
};

/// f_C and its derivative.
KOKKOS_FORCEINLINE_FUNCTION double tersoff_fade(double low, double high, double r, double& slope) {
  constexpr double pi = 3.14159265358979323846;
  slope = 0.0;
  if (r <= low) return 1.0;
  if (r >= high) return 0.0;
  const double factor = pi / (high - low), angle = factor * (r - 0.5 * (low + high));
  slope = -0.5 * factor * kmath::cos(angle);
  return 0.5 - 0.5 * kmath::sin(angle);
}

struct TersoffInputs {
  CloseSearch search;
  Array2<int> type;
  Kokkos::View<TersoffPair*, MemSpace> pair;      // (types, types)
  Kokkos::View<TersoffTriple*, MemSpace> triple;  // (types, types, types)
  Array1<int> order;
  int num_types, num_owned;
};

struct TersoffVector {
  double x = 0.0, y = 0.0, z = 0.0;

  KOKKOS_FORCEINLINE_FUNCTION friend TersoffVector operator+(const TersoffVector& a, const TersoffVector& b) {
    return {a.x + b.x, a.y + b.y, a.z + b.z};
  }
  KOKKOS_FORCEINLINE_FUNCTION friend TersoffVector operator*(double s, const TersoffVector& a) {
    return {s * a.x, s * a.y, s * a.z};
  }
  KOKKOS_FORCEINLINE_FUNCTION double dot(const TersoffVector& b) const { return x * b.x + y * b.y + z * b.z; }
};

/// Neighbours of one particle with their distances.
struct TersoffNeighbours {
  CloseNeighbours near;
  double r[CloseNeighbours::room];

  KOKKOS_FORCEINLINE_FUNCTION TersoffVector direction(int n) const {
    return (1.0 / r[n]) * TersoffVector{near.dx[n], near.dy[n], near.dz[n]};
  }
};

/// Factors of what k adds to zeta_ij, and their derivatives: f_C by r_ik, g by the cosine, e by r_ij.
struct TersoffFactors {
  double fade = 0.0, fade_slope = 0.0, g = 0.0, g_slope = 0.0, e = 0.0, e_slope = 0.0;

  KOKKOS_FORCEINLINE_FUNCTION TersoffFactors(const TersoffTriple& p, double r_ij, double r_ik, double c) {
    fade = tersoff_fade(p.low, p.high, r_ik, fade_slope);
    const double away = c - p.cosine, below = 1.0 / (p.d2 + away * away);
    g = p.gamma * (1.0 + p.c2 / p.d2 - p.c2 * below);
    g_slope = 2.0 * p.gamma * p.c2 * away * below * below;
    e = 1.0;
    if (p.lambda3 == 0.0) return;
    // Beyond e^69 nothing but a collapse can lead.
    constexpr double largest = 69.0;
    const double x = p.lambda3 * (r_ij - r_ik), to_power = p.power == 3 ? x * x * x : x;
    const double exponent = to_power > largest ? largest : to_power;
    e = kmath::exp(exponent);
    e_slope = to_power > largest ? 0.0 : e * p.lambda3 * (p.power == 3 ? 3.0 * x * x : 1.0);
  }
};

struct TersoffCore {
  TersoffInputs in;

  /// Calls bond(j, d, f, energy) once for each neighbour of i: the force f on i along d = x_i - x_j with the bond order
  /// held, and the energy of that half of the bond; and third(j, k, d_j, f_j, d_k, f_k) for what its change gives j and
  /// k; j and k are rows.
  template <class Bond, class Third>
  KOKKOS_FORCEINLINE_FUNCTION void operator()(int i, const Bond& bond, const Third& third) const {
    const int end = in.search.list.num_total(i);
    TersoffNeighbours all;
    for (int at = 0; at < end;) {
      const int begin = at;
      at = gather(i, at, end, all);
      const bool has_all = begin == 0 && at == end;
      for (int n = 0; n < all.near.count; ++n) {
        const int row = all.near.row[n];
        const TersoffPair& pair = in.pair(in.type(i, 0) * in.num_types + in.type(row, 0));
        if (all.near.r2[n] >= pair.cutoff2) continue;
        const double zeta = has_all ? zeta_of(i, all, n, all, n) : zeta_of_all(i, all, n, begin);
        const double by_zeta = one_bond(pair, row, all, n, zeta, bond);
        if (has_all)
          share_out(i, all, n, all, n, by_zeta, third);
        else
          share_out_all(i, all, n, begin, by_zeta, third);
      }
    }
  }

 private:
  KOKKOS_FORCEINLINE_FUNCTION int gather(int i, int at, int end, TersoffNeighbours& all) const {
    const int next = in.search.find(i, at, end, false, all.near);
    for (int n = 0; n < all.near.count; ++n) all.r[n] = kmath::sqrt(all.near.r2[n]);
    return next;
  }

  KOKKOS_FORCEINLINE_FUNCTION const TersoffTriple& triple(int i, int j, int k) const {
    return in.triple((in.type(i, 0) * in.num_types + in.type(j, 0)) * in.num_types + in.type(k, 0));
  }

  /// What the particles of `others` add; number `same` of them is j itself.
  KOKKOS_FORCEINLINE_FUNCTION double zeta_of(int i, const TersoffNeighbours& all, int n,
                                             const TersoffNeighbours& others, int same) const {
    const TersoffVector u = all.direction(n);
    double zeta = 0.0;
    for (int m = 0; m < others.near.count; ++m) {
      const auto& parameters = triple(i, all.near.row[n], others.near.row[m]);
      if (m == same || others.near.r2[m] >= parameters.cutoff2) continue;
      const TersoffFactors f(parameters, all.r[n], others.r[m], u.dot(others.direction(m)));
      zeta += f.fade * f.g * f.e;
    }
    return zeta;
  }

  KOKKOS_FUNCTION double zeta_of_all(int i, const TersoffNeighbours& all, int n, int begin) const {
    const int end = in.search.list.num_total(i);
    TersoffNeighbours others;
    double zeta = 0.0;
    for (int at = 0; at < end;) {
      const int same = at == begin ? n : -1;
      at = gather(i, at, end, others);
      zeta += zeta_of(i, all, n, others, same);
    }
    return zeta;
  }

  /// Returns dU/dzeta.
  template <class Bond>
  KOKKOS_FORCEINLINE_FUNCTION double one_bond(const TersoffPair& p, int row, const TersoffNeighbours& all, int n,
                                              double zeta, const Bond& bond) const {
    const double r = all.r[n];
    double fade_slope = 0.0;
    const double fade = tersoff_fade(p.low, p.high, r, fade_slope);
    const double push = p.big_a * kmath::exp(-p.lambda1 * r), pull = p.big_b * kmath::exp(-p.lambda2 * r);
    double order = 1.0, order_slope = 0.0;
    if (zeta > 0.0 && p.beta > 0.0) {
      // (beta zeta)^n by its logarithm, for n = 22.9 leaves the range of numbers.
      const double x = p.n * kmath::log(p.beta * zeta);
      const double log_sum = x > 0.0 ? x + kmath::log(1.0 + kmath::exp(-x)) : log_of_one_plus(kmath::exp(x));
      order = kmath::exp(-0.5 / p.n * log_sum);
      order_slope = -0.5 * order / (zeta * (1.0 + kmath::exp(-x)));
    }
    const double energy = 0.5 * fade * (push - order * pull);
    const double slope =
        0.5 * (fade_slope * (push - order * pull) - fade * (p.lambda1 * push - p.lambda2 * order * pull));
    const TersoffVector d{all.near.dx[n], all.near.dy[n], all.near.dz[n]};
    bond(row, d, (-slope / r) * d, energy);
    return -0.5 * fade * pull * order_slope;
  }

  /// log(1 + x) of small x as well.
  KOKKOS_FORCEINLINE_FUNCTION static double log_of_one_plus(double x) {
    const double sum = 1.0 + x, rest = sum - 1.0;
    return rest == 0.0 ? x : kmath::log(sum) * (x / rest);
  }

  template <class Third>
  KOKKOS_FORCEINLINE_FUNCTION void share_out(int i, const TersoffNeighbours& all, int n,
                                             const TersoffNeighbours& others, int same, double by_zeta,
                                             const Third& third) const {
    if (by_zeta == 0.0) return;
    const TersoffVector u = all.direction(n);
    for (int m = 0; m < others.near.count; ++m) {
      const auto& parameters = triple(i, all.near.row[n], others.near.row[m]);
      if (m == same || others.near.r2[m] >= parameters.cutoff2) continue;
      const TersoffVector v = others.direction(m);
      const double c = u.dot(v);
      const TersoffFactors f(parameters, all.r[n], others.r[m], c);
      const double along = by_zeta * f.fade * f.g * f.e_slope, turn = by_zeta * f.fade * f.g_slope * f.e;
      const TersoffVector on_j = along * u + (turn / all.r[n]) * (v + (-c) * u);
      const TersoffVector on_k =
          (by_zeta * f.fade_slope * f.g * f.e - along) * v + (turn / others.r[m]) * (u + (-c) * v);
      third(all.near.row[n], others.near.row[m], all.r[n] * u, on_j, others.r[m] * v, on_k);
    }
  }

  template <class Third>
  KOKKOS_FUNCTION void share_out_all(int i, const TersoffNeighbours& all, int n, int begin, double by_zeta,
                                     const Third& third) const {
    const int end = in.search.list.num_total(i);
    TersoffNeighbours others;
    for (int at = 0; at < end;) {
      const int same = at == begin ? n : -1;
      at = gather(i, at, end, others);
      share_out(i, all, n, others, same, by_zeta, third);
    }
  }
};

template <bool Atomic>
struct TersoffForceKernel {
  TersoffCore core;
  Array2<double> force;

  KOKKOS_FUNCTION void operator()(int n) const {
    const int first = core.in.order(n) * pack_width;
    for (int i = first; i < first + pack_width && i < core.in.num_owned; ++i) {
      TersoffVector own;
      core(
          i,
          [&](int j, const TersoffVector&, const TersoffVector& f, double) {
            own = own + f;
            add(j, -1.0 * f);
          },
          [&](int j, int k, const TersoffVector&, const TersoffVector& on_j, const TersoffVector&,
              const TersoffVector& on_k) {
            own = own + (-1.0) * (on_j + on_k);
            add(j, on_j);
            add(k, on_k);
          });
      add(i, own);
    }
  }

 private:
  KOKKOS_FORCEINLINE_FUNCTION void add(int row, const TersoffVector& f) const {
    if constexpr (Atomic) {
      Kokkos::atomic_add(&force(row, 0), f.x);
      Kokkos::atomic_add(&force(row, 1), f.y);
      Kokkos::atomic_add(&force(row, 2), f.z);
    } else {
      force(row, 0) += f.x;
      force(row, 1) += f.y;
      force(row, 2) += f.z;
    }
  }
};

/// Energy and virial of the bonds of one particle.
struct TersoffSumKernel {
  using Value = ExactSums<7>;
  TersoffCore core;

  KOKKOS_FUNCTION void operator()(int i, Value& total) const {
    double sum[7] = {};
    const auto add = [&](const TersoffVector& d, const TersoffVector& f) {
      sum[1] += d.x * f.x;
      sum[2] += d.y * f.y;
      sum[3] += d.z * f.z;
      sum[4] += d.x * f.y;
      sum[5] += d.x * f.z;
      sum[6] += d.y * f.z;
    };
    core(
        i,
        [&](int, const TersoffVector& d, const TersoffVector& f, double energy) {
          sum[0] += energy;
          add(d, f);
        },
        [&](int, int, const TersoffVector& d_j, const TersoffVector& on_j, const TersoffVector& d_k,
            const TersoffVector& on_k) {
          add(-1.0 * d_j, on_j);
          add(-1.0 * d_k, on_k);
        });
    for (int n = 0; n < 7; ++n) total.part[n].add(sum[n]);
  }
};

}  // namespace tessera::sim::md
