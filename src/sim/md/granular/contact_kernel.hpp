// Forces and torques on the grains of one cluster, from all that they touch.
#pragma once

#include "data/cluster_pairs.hpp"
#include "sim/md/forces/close_neighbours.hpp"
#include "sim/md/granular/contact_law.hpp"
#include "sim/md/granular/grain_types.hpp"

namespace tessera::sim::md {

/// Every contact is worked out from both sides, with lists that hold it twice: nothing is sent back, and both grains
/// keep the same history, but for its sign.
struct ContactKernel {
  CloseSearch search;
  Array1<int> work_order;
  int num_owned;
  ContactLaw law;
  GrainTypes types;
  bool is_lever_whole;
  double dt;
  Array2<int> type;
  Array2<std::int64_t> id;  // copies included, as in the next one
  Array2<double> motion;    // velocity and angular velocity
  Array2<std::int64_t> partner;
  Array2<double> slip, force, torque, kept_force, sums;

  /// A row's contacts of the last step.
  struct Memory {
    std::int64_t partner[max_contacts];
    double slip[max_contacts][3];
    int count = 0;
  };

  struct Total {
    double force[3] = {}, torque[3] = {}, sums[7] = {};
    int count = 0;
  };

  /// `crowded`: the last row that has too many contacts.
  KOKKOS_FUNCTION void operator()(int n, int& crowded) const {
    const int first = work_order(n) * simd::width;
    for (int i = first; i < first + simd::width && i < num_owned; ++i) {
      Total total;
      if (types.is_frozen(type(i, 0)) == 0) {
        add_contacts(i, total);
        if (total.count > max_contacts) crowded = i > crowded ? i : crowded;
      }
      write(i, total);
    }
  }

 private:
  KOKKOS_FUNCTION void add_contacts(int i, Total& total) const {
    const Memory memory = remember(i);
    CloseNeighbours close;
    const int end = search.list.num_total(i);
    for (int at = 0; at < end;) {
      at = search.find(i, at, end, false, close);
      for (int k = 0; k < close.count; ++k) add_contact(i, close, k, memory, total);
    }
  }

  KOKKOS_FUNCTION Memory remember(int i) const {
    Memory memory;
    for (; memory.count < max_contacts && partner(i, memory.count) != 0; ++memory.count) {
      memory.partner[memory.count] = partner(i, memory.count);
      for (int c = 0; c < 3; ++c) memory.slip[memory.count][c] = slip(i, 3 * memory.count + c);
    }
    return memory;
  }

  KOKKOS_FUNCTION void add_contact(int i, const CloseNeighbours& close, int k, const Memory& memory,
                                   Total& total) const {
    const int j = close.row[k], type_i = type(i, 0), type_j = type(j, 0);
    const double reach = types.radius(type_i) + types.radius(type_j);
    const double d[3] = {close.dx[k], close.dy[k], close.dz[k]};
    const double r = kmath::sqrt(close.r2[k]);
    if (!(r < reach)) return;
    const int place = total.count++;
    if (place >= max_contacts) return;

    const bool is_wall = types.is_frozen(type_j) != 0;
    const double m_i = types.mass(type_i), m_j = types.mass(type_j);
    Touch touch{};
    touch.overlap = reach - r;
    touch.reduced_mass = is_wall ? m_i : m_i * m_j / (m_i + m_j);
    const double shorter = is_lever_whole ? 0.0 : 0.5 * touch.overlap;
    const double lever_i = types.radius(type_i) - shorter, lever_j = types.radius(type_j) - shorter;
    double v[3], turn[3];
    for (int c = 0; c < 3; ++c) {
      touch.normal[c] = d[c] / r;
      v[c] = motion(i, c) - motion(j, c);
      turn[c] = lever_i * motion(i, 3 + c) + lever_j * motion(j, 3 + c);
      touch.velocity_normal += v[c] * touch.normal[c];
    }
    const double* n = touch.normal;
    const double rolled[3] = {turn[1] * n[2] - turn[2] * n[1], turn[2] * n[0] - turn[0] * n[2],
                              turn[0] * n[1] - turn[1] * n[0]};
    for (int c = 0; c < 3; ++c) touch.slip_velocity[c] = v[c] - touch.velocity_normal * n[c] - rolled[c];

    const std::int64_t other = id(j, 0);
    double xi[3] = {};
    for (int m = 0; m < memory.count; ++m)
      if (memory.partner[m] == other)
        for (int c = 0; c < 3; ++c) xi[c] = memory.slip[m][c];
    const ContactForce acts = contact_force(law, touch, dt, xi);
    partner(i, place) = other;
    for (int c = 0; c < 3; ++c) slip(i, 3 * place + c) = xi[c];
    add(d, n, lever_i, acts, is_wall ? 1.0 : 0.5, total);
  }

  /// `share`: of the contact's energy and virial, the rest being the other grain's.
  KOKKOS_FUNCTION static void add(const double (&d)[3], const double* n, double lever, const ContactForce& acts,
                                  double share, Total& total) {
    const double* t = acts.tangential;
    double f[3];
    for (int c = 0; c < 3; ++c) {
      f[c] = acts.normal * n[c] + t[c];
      total.force[c] += f[c];
      total.sums[1 + c] += share * d[c] * f[c];
    }
    total.torque[0] -= lever * (n[1] * t[2] - n[2] * t[1]);
    total.torque[1] -= lever * (n[2] * t[0] - n[0] * t[2]);
    total.torque[2] -= lever * (n[0] * t[1] - n[1] * t[0]);
    total.sums[0] += share * acts.energy;
    total.sums[4] += share * d[0] * f[1];
    total.sums[5] += share * d[0] * f[2];
    total.sums[6] += share * d[1] * f[2];
  }

  /// What is frozen feels no force at all, and remembers nothing.
  KOKKOS_FUNCTION void write(int i, const Total& total) const {
    const bool moves = types.is_frozen(type(i, 0)) == 0;
    for (int c = 0; c < 3; ++c) {
      force(i, c) = moves ? force(i, c) + total.force[c] : 0.0;
      kept_force(i, c) = total.force[c];
      torque(i, c) = total.torque[c];
    }
    for (int c = 0; c < 7; ++c) sums(i, c) = total.sums[c];
    if (total.count < max_contacts) partner(i, total.count) = 0;
  }
};

}  // namespace tessera::sim::md
