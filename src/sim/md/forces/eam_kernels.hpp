// Kernels of the embedded atom method (Daw and Baskes, Phys. Rev. B 29, 6443 (1984)) on cluster lists:
// U = sum_i F(rho_i) + sum_pairs phi(r_ij), rho_i = sum_j f_j(r_ij), so that the force on i is
// -sum_j [phi'(r) + F'(rho_i) f_j'(r) + F'(rho_j) f_i'(r)] (x_i - x_j) / r.
#pragma once

#include "base/sum.hpp"
#include "sim/md/forces/close_neighbours.hpp"
#include "sim/md/forces/cubic_table.hpp"

namespace tessera::sim::md {

/// All functions as coefficients of cubics. Row [pair][interval] holds eight numbers, a line of cache: those of the
/// density that b makes at a, and of r phi; pair = a * num_types + b.
struct EamFunctions {
  Array1<double> by_distance;  ///< (types, types, intervals, 8)
  Array1<double> embedding;    ///< (types, density intervals, 4)
  int num_types = 1;
  int intervals = 1, density_intervals = 1;
  double inverse_dr = 1.0, inverse_drho = 1.0;
  static constexpr int row = 8, r_phi = 4;

  /// F and F' at a density; straight on beyond the last one.
  KOKKOS_FORCEINLINE_FUNCTION double embed(int type, double rho, double& slope) const {
    const double scaled = rho * inverse_drho;
    const int last = density_intervals - 1;
    const int cell = scaled > 0.0 ? (scaled < last ? static_cast<int>(scaled) : last) : 0;
    const double to = scaled - cell, p = to > 1.0 ? 1.0 : to;
    const double* c = embedding.data() + (static_cast<std::size_t>(type) * density_intervals + cell) * 4;
    slope = (c[1] + p * (2.0 * c[2] + p * 3.0 * c[3])) * inverse_drho;
    return c[0] + p * (c[1] + p * (c[2] + p * c[3])) + slope * (to - p) / inverse_drho;
  }
};

/// Where a register of neighbours stands in the tables. MultiType: the tables depend on types.
template <bool MultiType>
struct EamPlace {
  int offset[pack_width];        // density of the neighbours at i
  int other_offset[pack_width];  // density of i at the neighbours
  simd::Pack p;

  KOKKOS_FORCEINLINE_FUNCTION EamPlace(const EamFunctions& functions, const Array2<int>& type, int own_type,
                                       const int* row, const simd::Pack& r) {
    CubicPlace place;
    find_place(r * functions.inverse_dr, static_cast<double>(functions.intervals - 1), place);
    p = place.p;
    for (int n = 0; n < pack_width; ++n) {
      if constexpr (MultiType) {
        const int other = type(row[n], 0);
        offset[n] =
            ((own_type * functions.num_types + other) * functions.intervals + place.interval[n]) * functions.row;
        other_offset[n] =
            ((other * functions.num_types + own_type) * functions.intervals + place.interval[n]) * functions.row;
      } else {
        offset[n] = place.interval[n] * functions.row;
      }
    }
  }
};

struct EamInputs {
  CloseSearch search;
  Array2<int> type;
  EamFunctions functions;
  Array1<int> order;  // owned clusters in the order of work
  int num_owned;
};

/// rho of owned particles. Reaction: lists hold each owned pair once, and what i makes at j is added there.
template <bool MultiType, bool Reaction>
struct EamDensityKernel {
  EamInputs in;
  Array1<double> rho;

  KOKKOS_FUNCTION void operator()(int n) const {
    const int first = in.order(n) * pack_width;
    for (int i = first; i < first + pack_width && i < in.num_owned; ++i) {
      const auto& list = in.search.list;
      simd::Pack sum = 0.0;
      add<Reaction>(i, 0, list.num_owned(i), sum);
      add<false>(i, list.num_owned(i), list.num_total(i), sum);
      rho(i) += simd::sum(sum);
    }
  }

 private:
  template <bool React>
  KOKKOS_FORCEINLINE_FUNCTION void add(int i, int begin, int end, simd::Pack& sum) const {
    CloseNeighbours near;
    const double* table = in.functions.by_distance.data();
    const int own_type = MultiType ? in.type(i, 0) : 0;
    for (int at = begin; at < end;) {
      at = in.search.template find<false>(i, at, end, React, near);
      fill_up(near, i, in.search.cutoff2);
      for (int k = 0; k < near.count; k += pack_width) {
        const EamPlace<MultiType> place(in.functions, in.type, own_type, near.row + k,
                                        simd::root(simd::load(near.r2 + k)));
        const simd::Mask is_there = first_lanes(near.count - k);
        simd::Pack c[4];
        load_four(table, place.offset, c);
        const simd::Pack& p = place.p;
        const simd::Pack f = simd::zero_unless(is_there, c[0] + p * (c[1] + p * (c[2] + p * c[3])));
        sum += f;
        if constexpr (!React) continue;
        if constexpr (MultiType) {
          load_four(table, place.other_offset, c);
          add_to_rows(rho.data(), near.row + k, simd::zero_unless(is_there, c[0] + p * (c[1] + p * (c[2] + p * c[3]))));
        } else {
          add_to_rows(rho.data(), near.row + k, f);
        }
      }
    }
  }
};

/// -dU/dr / r of a register of neighbours, and phi if asked for.
template <bool MultiType, bool Energy>
KOKKOS_FORCEINLINE_FUNCTION simd::Pack eam_force_over_r(const EamInputs& in, const double* slope, int i,
                                                        const CloseNeighbours& near, int k, simd::Pack& energy) {
  const double* table = in.functions.by_distance.data();
  const simd::Pack r = simd::root(simd::load(near.r2 + k)), inverse = simd::reciprocal(r);
  const EamPlace<MultiType> place(in.functions, in.type, MultiType ? in.type(i, 0) : 0, near.row + k, r);
  const simd::Pack& p = place.p;
  const simd::Pack scale = in.functions.inverse_dr;
  const auto derivative = [&](const simd::Pack(&c)[4]) { return c[1] + p * (2.0 * c[2] + p * (3.0 * c[3])); };
  simd::Pack c[4];
  load_four(table, place.offset, c);
  const simd::Pack other_slope = simd::gather(slope, near.row + k);
  simd::Pack embedded;
  if constexpr (MultiType) {
    embedded = slope[i] * derivative(c);
    load_four(table, place.other_offset, c);
    embedded += other_slope * derivative(c);
  } else {
    embedded = (slope[i] + other_slope) * derivative(c);
  }
  load_four(table + EamFunctions::r_phi, place.offset, c);
  const simd::Pack phi = (c[0] + p * (c[1] + p * (c[2] + p * c[3]))) * inverse;
  if constexpr (Energy) energy = phi;
  return (phi * inverse - scale * (derivative(c) * inverse + embedded)) * inverse;
}

/// Forces, once F' is known of all rows.
template <bool MultiType, bool Reaction>
struct EamForceKernel {
  EamInputs in;
  Array2<double> slope;  // F'(rho)
  Array2<double> force;

  struct Vector {
    simd::Pack x = 0.0, y = 0.0, z = 0.0;
  };

  KOKKOS_FUNCTION void operator()(int n) const {
    const int first = in.order(n) * pack_width;
    for (int i = first; i < first + pack_width && i < in.num_owned; ++i) {
      const auto& list = in.search.list;
      Vector sum;
      add<Reaction>(i, 0, list.num_owned(i), sum);
      add<false>(i, list.num_owned(i), list.num_total(i), sum);
      force(i, 0) += simd::sum(sum.x);
      force(i, 1) += simd::sum(sum.y);
      force(i, 2) += simd::sum(sum.z);
    }
  }

 private:
  template <bool React>
  KOKKOS_FORCEINLINE_FUNCTION void add(int i, int begin, int end, Vector& sum) const {
    CloseNeighbours near;
    const std::size_t stride = force.extent(0);
    for (int at = begin; at < end;) {
      at = in.search.find(i, at, end, React, near);
      fill_up(near, i, in.search.cutoff2);
      for (int k = 0; k < near.count; k += pack_width) {
        simd::Pack unused;
        const simd::Pack f = eam_force_over_r<MultiType, false>(in, slope.data(), i, near, k, unused);
        // Lanes behind the last neighbour have dx = 0.
        const simd::Pack fx = f * simd::load(near.dx + k), fy = f * simd::load(near.dy + k),
                         fz = f * simd::load(near.dz + k);
        sum.x += fx;
        sum.y += fy;
        sum.z += fz;
        if constexpr (React) {
          add_to_rows(force.data(), near.row + k, -fx);
          add_to_rows(force.data() + stride, near.row + k, -fy);
          add_to_rows(force.data() + 2 * stride, near.row + k, -fz);
        }
      }
    }
  }
};

/// Energy and virial of one owned particle: pairs found from both sides count half.
template <bool MultiType>
struct EamSumKernel {
  using Value = ExactSums<7>;
  EamInputs in;
  Array1<double> rho;
  Array2<double> slope;
  bool half;

  KOKKOS_FUNCTION void operator()(int i, Value& total) const {
    const auto& list = in.search.list;
    simd::Pack owned[7] = {}, copies[7] = {};
    add(i, 0, list.num_owned(i), owned);
    add(i, list.num_owned(i), list.num_total(i), copies);
    const double owned_weight = half ? 1.0 : 0.5;
    for (int n = 0; n < 7; ++n) total.part[n].add(owned_weight * simd::sum(owned[n]) + 0.5 * simd::sum(copies[n]));
    double unused = 0.0;
    total.part[0].add(in.functions.embed(MultiType ? in.type(i, 0) : 0, rho(i), unused));
  }

 private:
  KOKKOS_FUNCTION void add(int i, int begin, int end, simd::Pack (&sum)[7]) const {
    CloseNeighbours near;
    for (int at = begin; at < end;) {
      at = in.search.find(i, at, end, half, near);
      fill_up(near, i, in.search.cutoff2);
      for (int k = 0; k < near.count; k += pack_width) {
        simd::Pack energy;
        const simd::Pack f = eam_force_over_r<MultiType, true>(in, slope.data(), i, near, k, energy);
        const simd::Pack dx = simd::load(near.dx + k), dy = simd::load(near.dy + k), dz = simd::load(near.dz + k);
        sum[0] += simd::zero_unless(first_lanes(near.count - k), energy);
        sum[1] += f * dx * dx;
        sum[2] += f * dy * dy;
        sum[3] += f * dz * dz;
        sum[4] += f * dx * dy;
        sum[5] += f * dx * dz;
        sum[6] += f * dy * dz;
      }
    }
  }
};

}  // namespace tessera::sim::md
