// Kernels of the Stillinger-Weber potential on full cluster lists. Around each particle i, with u_j = (x_i - x_j)/r_j,
// g_j = exp(gamma sigma/(r_j - a sigma)), c = u_j . u_k and t_k = L (c - c0) g_k, L = lambda eps, the force on j is
//   g_j { (2/r_j) [sum_k t_k u_k - u_j sum_k t_k c] + u_j (g_j'/g_j) sum_k t_k (c - c0) }:
// lanes of a register are the j, and the loop over k broadcasts, so that nothing is summed across lanes.
#pragma once

#include "base/sum.hpp"
#include "sim/md/forces/close_neighbours.hpp"

namespace tessera::sim::md {

/// Values by pairs of types (types, types), each parameter a block of its own, and by triples.
struct StillingerWeberTables {
  enum { reach, cutoff2, range, gamma_range, c_p, c_q, p, q, num_pair_values };
  // reach = a sigma; range = sigma; gamma_range = gamma sigma; c_p = A eps B sigma^p; c_q = A eps sigma^q
  Array1<double> pair;      ///< (num_pair_values, types, types)
  Array1<double> strength;  ///< (types, types, types): lambda eps
  Array1<double> cosine;    ///< likewise: cos theta_0
  int num_types = 1;
  int p_all = -1, q_all = -1;  ///< p and q of all pairs where they are small whole numbers, or -1
};

struct StillingerWeberInputs {
  CloseSearch search;
  Array2<int> type;
  StillingerWeberTables tables;
  Array1<int> order;
  int num_owned;
};

/// Neighbours of one particle with all that does not depend on a second one.
struct StillingerWeberNeighbours {
  static constexpr int room = CloseNeighbours::room;
  CloseNeighbours near;
  alignas(64) double ux[room], uy[room], uz[room], inverse[room];
  alignas(64) double g[room], g_slope[room];       ///< g and g'/g
  alignas(64) double pair_force[room], phi[room];  ///< -phi2' and phi2
};

template <bool MultiType>
struct StillingerWeberCore {
  StillingerWeberInputs in;

  /// Calls visit(neighbours, k, fx, fy, fz, energy) for each register of neighbours of i, from k on: the force
  /// of all angles at i on them, and twice the energy of those angles, shared out.
  template <class Visit>
  KOKKOS_FORCEINLINE_FUNCTION void operator()(int i, const Visit& visit) const {
    const int end = in.search.list.num_total(i);
    StillingerWeberNeighbours one;
    for (int at = 0; at < end;) {
      const int begin = at;
      at = in.search.find(i, at, end, false, one.near);
      fill(i, one);
      const bool has_all = begin == 0 && at == end;
      for (int k = 0; k < one.near.count; k += pack_width) {
        Sums sums;
        load_types(i, one, k, sums);
        if (has_all)
          add_angles(i, one, k, one, k, sums);
        else
          add_all_angles(i, one, k, begin, sums);
        finish(one, k, sums, visit);
      }
    }
  }

 private:
  using Tables = StillingerWeberTables;

  struct Sums {
    simd::Pack x = 0.0, y = 0.0, z = 0.0;  // of t u_k
    simd::Pack cosine = 0.0;               // of t c
    simd::Pack energy = 0.0;               // of t (c - c0)
    int triple[pack_width];                // (own type, type of j, 0) in tables of triples
  };

  KOKKOS_FORCEINLINE_FUNCTION simd::Pack value(int number, const int* pair) const {
    const double* block = in.tables.pair.data() + number * in.tables.num_types * in.tables.num_types;
    if constexpr (MultiType)
      return simd::gather(block, pair);
    else
      return block[0];
  }

  /// x^n of one number n for all lanes, or of one a lane.
  KOKKOS_FORCEINLINE_FUNCTION simd::Pack power(const simd::Pack& x, int all, int number, const int* pair) const {
    simd::Pack result = 1.0;
    if (all >= 0) {
      for (int n = 0; n < all; ++n) result *= x;
      return result;
    }
    alignas(64) double base[pack_width], exponent[pack_width];
    simd::store(base, x);
    simd::store(exponent, value(number, pair));
    for (int n = 0; n < pack_width; ++n) base[n] = kmath::pow(base[n], exponent[n]);
    return simd::load(base);
  }

  KOKKOS_FORCEINLINE_FUNCTION void fill(int i, StillingerWeberNeighbours& one) const {
    auto& near = one.near;
    fill_up(near, i, in.search.cutoff2);
    for (int k = 0; k < near.count; k += pack_width) {
      int pair[pack_width] = {};
      if constexpr (MultiType)
        for (int n = 0; n < pack_width; ++n)
          pair[n] = in.type(i, 0) * in.tables.num_types + in.type(near.row[k + n], 0);
      const simd::Pack r2 = simd::load(near.r2 + k), r = simd::root(r2), inverse = simd::reciprocal(r);
      const simd::Mask inside = r2 < value(Tables::cutoff2, pair) && first_lanes(near.count - k);
      simd::store(one.ux + k, simd::load(near.dx + k) * inverse);
      simd::store(one.uy + k, simd::load(near.dy + k) * inverse);
      simd::store(one.uz + k, simd::load(near.dz + k) * inverse);
      simd::store(one.inverse + k, inverse);
      // What is left to the end of the potential; both exponentials vanish with it.
      const simd::Pack left = simd::reciprocal(simd::larger(value(Tables::reach, pair) - r, simd::Pack(1e-9)));
      const simd::Pack range = value(Tables::range, pair) * left, gamma_range = value(Tables::gamma_range, pair) * left;
      simd::store(one.g + k, simd::zero_unless(inside, simd::exponential(-gamma_range)));
      simd::store(one.g_slope + k, -gamma_range * left);
      const simd::Pack e = simd::zero_unless(inside, simd::exponential(-range));
      const simd::Pack up = value(Tables::c_p, pair) * power(inverse, in.tables.p_all, Tables::p, pair),
                       down = value(Tables::c_q, pair) * power(inverse, in.tables.q_all, Tables::q, pair);
      const simd::Pack phi = (up - down) * e;
      simd::store(one.phi + k, phi);
      simd::store(one.pair_force + k,
                  (value(Tables::p, pair) * up - value(Tables::q, pair) * down) * inverse * e + phi * range * left);
    }
  }

  KOKKOS_FORCEINLINE_FUNCTION void load_types(int i, const StillingerWeberNeighbours& one, int k, Sums& sums) const {
    if constexpr (MultiType)
      for (int n = 0; n < pack_width; ++n)
        sums.triple[n] = (in.type(i, 0) * in.tables.num_types + in.type(one.near.row[k + n], 0)) * in.tables.num_types;
  }

  /// Angles between neighbours [k, k + width) of `one` and all of `other`; lane n is other's number same + n.
  KOKKOS_FORCEINLINE_FUNCTION void add_angles(int, const StillingerWeberNeighbours& one, int k,
                                              const StillingerWeberNeighbours& other, int same, Sums& sums) const {
    const simd::Pack ux = simd::load(one.ux + k), uy = simd::load(one.uy + k), uz = simd::load(one.uz + k);
    simd::Pack strength = in.tables.strength(0), cosine = in.tables.cosine(0);
    for (int m = 0; m < other.near.count; ++m) {
      if constexpr (MultiType) {
        const int type = in.type(other.near.row[m], 0);
        strength = simd::gather(in.tables.strength.data() + type, sums.triple);
        cosine = simd::gather(in.tables.cosine.data() + type, sums.triple);
      }
      const simd::Pack vx = other.ux[m], vy = other.uy[m], vz = other.uz[m];
      const simd::Pack c = ux * vx + uy * vy + uz * vz, away = c - cosine;
      const simd::Mask is_other = simd::lane_number() != simd::Pack(static_cast<double>(m - same));
      const simd::Pack t = simd::zero_unless(is_other, away * (strength * other.g[m]));
      sums.x += t * vx;
      sums.y += t * vy;
      sums.z += t * vz;
      sums.cosine += t * c;
      sums.energy += t * away;
    }
  }

  /// The same where there are more neighbours than room for them: they are searched once more.
  KOKKOS_FUNCTION void add_all_angles(int i, const StillingerWeberNeighbours& one, int k, int begin, Sums& sums) const {
    const int end = in.search.list.num_total(i);
    StillingerWeberNeighbours other;
    for (int at = 0; at < end;) {
      const bool is_same = at == begin;
      at = in.search.find(i, at, end, false, other.near);
      fill(i, other);
      add_angles(i, one, k, other, is_same ? k : -CloseNeighbours::room, sums);
    }
  }

  template <class Visit>
  KOKKOS_FORCEINLINE_FUNCTION void finish(const StillingerWeberNeighbours& one, int k, const Sums& sums,
                                          const Visit& visit) const {
    const simd::Pack g = simd::load(one.g + k), ux = simd::load(one.ux + k), uy = simd::load(one.uy + k),
                     uz = simd::load(one.uz + k);
    const simd::Pack across = 2.0 * g * simd::load(one.inverse + k);
    const simd::Pack along = g * simd::load(one.g_slope + k) * sums.energy - across * sums.cosine;
    visit(one, k, across * sums.x + along * ux, across * sums.y + along * uy, across * sums.z + along * uz,
          g * sums.energy);
  }
};

/// Adds to one number of a column; others may do so at the same time.
template <bool Atomic>
KOKKOS_FORCEINLINE_FUNCTION void add_lanes(double* column, const int* row, const simd::Pack& x) {
  if constexpr (Atomic) {
    alignas(64) double value[pack_width];
    simd::store(value, x);
    for (int n = 0; n < pack_width; ++n) Kokkos::atomic_add(column + row[n], value[n]);
  } else {
    add_to_rows(column, row, x);
  }
}

template <bool MultiType, bool Atomic>
struct StillingerWeberForceKernel {
  StillingerWeberCore<MultiType> core;
  Array2<double> force;

  KOKKOS_FUNCTION void operator()(int n) const {
    const int first = core.in.order(n) * pack_width;
    for (int i = first; i < first + pack_width && i < core.in.num_owned; ++i) one_particle(i);
  }

 private:
  KOKKOS_FORCEINLINE_FUNCTION void one_particle(int i) const {
    simd::Pack x = 0.0, y = 0.0, z = 0.0;
    const std::size_t stride = force.extent(0);
    double* f = force.data();
    core(i, [&](const StillingerWeberNeighbours& one, int k, const simd::Pack& fx, const simd::Pack& fy,
                const simd::Pack& fz, const simd::Pack&) {
      const simd::Pack pair = simd::load(one.pair_force + k);
      x += pair * simd::load(one.ux + k) - fx;
      y += pair * simd::load(one.uy + k) - fy;
      z += pair * simd::load(one.uz + k) - fz;
      add_lanes<Atomic>(f, one.near.row + k, fx);
      add_lanes<Atomic>(f + stride, one.near.row + k, fy);
      add_lanes<Atomic>(f + 2 * stride, one.near.row + k, fz);
    });
    const double sum[3] = {simd::sum(x), simd::sum(y), simd::sum(z)};
    for (int c = 0; c < 3; ++c) {
      if constexpr (Atomic)
        Kokkos::atomic_add(&force(i, c), sum[c]);
      else
        force(i, c) += sum[c];
    }
  }
};

/// Energy and virial of the angles at one particle and of half of its pairs.
template <bool MultiType>
struct StillingerWeberSumKernel {
  using Value = ExactSums<7>;
  StillingerWeberCore<MultiType> core;

  KOKKOS_FUNCTION void operator()(int i, Value& total) const {
    simd::Pack sum[7] = {};
    core(i, [&](const StillingerWeberNeighbours& one, int k, const simd::Pack& fx, const simd::Pack& fy,
                const simd::Pack& fz, const simd::Pack& angles) {
      const simd::Pack dx = simd::load(one.near.dx + k), dy = simd::load(one.near.dy + k),
                       dz = simd::load(one.near.dz + k), half = 0.5 * simd::load(one.pair_force + k);
      const simd::Pack px = half * simd::load(one.ux + k) - fx, py = half * simd::load(one.uy + k) - fy,
                       pz = half * simd::load(one.uz + k) - fz;
      sum[0] += 0.5 * (angles + simd::load(one.phi + k));
      sum[1] += dx * px;
      sum[2] += dy * py;
      sum[3] += dz * pz;
      sum[4] += dx * py;
      sum[5] += dx * pz;
      sum[6] += dy * pz;
    });
    for (int n = 0; n < 7; ++n) total.part[n].add(simd::sum(sum[n]));
  }
};

}  // namespace tessera::sim::md
