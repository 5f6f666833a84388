// Collisions within one cell: pairs are drawn, and accepted with the probability that they collide (Bird's no time
// counter; Molecular Gas Dynamics 1994, 11.1).
#pragma once

#include "base/normals.hpp"
#include "base/random.hpp"
#include "sim/dsmc/flight.hpp"
#include "sim/gas.hpp"

namespace tessera::sim::dsmc {

/// Kernel of a pair of species a <= b: sigma g = total g^gamma.
struct PairRule {
  double total, gamma, inverse_alpha;
  double share_a, share_b;  ///< of the relative velocity, m_b/(m_a+m_b) and m_a/(m_a+m_b)
};

struct CollisionTally {
  std::int64_t candidates = 0, collisions = 0;
  bool is_overfull = false;  ///< more candidates in a cell than can be numbered
};

/// Components of velocities: that of row r is at [r].
struct VelocityColumns {
  double *x, *y, *z;
};

struct CollisionRules {
  int num_species = 1;
  PairRule pair[max_species * max_species];  ///< (a, b) at a * num_species + b
  double density;                            ///< dt times real particles that one stands for, over the cell's volume
  Random random;
  std::uint64_t step = 0;

  static constexpr std::int64_t max_candidates = 1 << 22;  ///< of a pair of species, in a cell and step
  static constexpr int batch = device_is_host ? 8 : 1;     ///< blocks of random numbers kept
  static constexpr int worth_vectors = 6;                  ///< fewer are made faster one by one

  /// Cell `cell` of the mesh; particles of species a are rows begin[a] to begin[a + 1]. `majorant` is the largest
  /// sigma g that the cell has seen, of the pairs (a, b) at [apart * n], n counting those with a <= b.
  KOKKOS_INLINE_FUNCTION void collide(std::int64_t cell, const int* begin, const VelocityColumns& v, double* majorant,
                                      std::int64_t apart, CollisionTally& tally) const {
    int number = 0;
    for (int a = 0; a < num_species; ++a)
      for (int b = a; b < num_species; ++b, ++number) {
        const int count_a = begin[a + 1] - begin[a], count_b = begin[b + 1] - begin[b];
        if (count_a < 1 || count_b < 1 || (a == b && count_a < 2)) continue;
        const auto id = static_cast<std::uint64_t>(cell) + (static_cast<std::uint64_t>(number) << id_shift);
        collide_pair(pair[a * num_species + b], id, {begin[a], count_a, begin[b], count_b, a == b}, v,
                     majorant[apart * number], tally);
      }
  }

 private:
  struct Groups {
    int first_a, count_a, first_b, count_b;
    bool are_same;
  };

  KOKKOS_INLINE_FUNCTION void collide_pair(const PairRule& rule, std::uint64_t id, const Groups& groups,
                                           const VelocityColumns& v, double& top, CollisionTally& tally) const {
    const double pairs =
        groups.are_same ? 0.5 * groups.count_a * (groups.count_a - 1.0) : 1.0 * groups.count_a * groups.count_b;
    // Draw 0 rounds the number of candidates, the others are candidates.
    const auto first = random.block(id, step, 0);
    const double expected = pairs * density * top + Random::open_unit(first.v[0], first.v[1]);
    if (!(expected < static_cast<double>(max_candidates))) {
      tally.is_overfull = true;
      return;
    }
    const auto candidates = static_cast<std::uint32_t>(expected);
    tally.candidates += candidates;
    // Two 32-bit numbers choose a pair of many particles, one a pair of few: what is left of it once it has chosen the
    // first particle chooses the second.
    const bool is_large = static_cast<std::int64_t>(groups.count_a) * groups.count_b > (std::int64_t{1} << 20);
    if (is_large) {
      collide_large(rule, id, groups, v, candidates, top, tally);
      return;
    }
    std::uint32_t words[4][batch];
    for (std::uint32_t n = 0; n < candidates; ++n) {
      const auto slot = n % batch;
      if (slot == 0) fill(id, n + 1, candidates - n, words);
      const std::uint64_t chosen = std::uint64_t{words[0][slot]} * static_cast<std::uint32_t>(groups.count_a);
      attempt(rule, groups, static_cast<std::uint32_t>(chosen >> 32), static_cast<std::uint32_t>(chosen),
              words[1][slot], words[2][slot], words[3][slot], v, top, tally);
    }
  }

  KOKKOS_INLINE_FUNCTION void collide_large(const PairRule& rule, std::uint64_t id, const Groups& groups,
                                            const VelocityColumns& v, std::uint32_t candidates, double& top,
                                            CollisionTally& tally) const {
    for (std::uint32_t n = 0; n < candidates; ++n) {
      const auto choice = random.block(id, step, 2 * n + 1), angles = random.block(id, step, 2 * n + 2);
      const std::uint64_t chosen = std::uint64_t{choice.v[0]} * static_cast<std::uint32_t>(groups.count_a);
      attempt(rule, groups, static_cast<std::uint32_t>(chosen >> 32), choice.v[1], choice.v[2], angles.v[0],
              angles.v[1], v, top, tally);
    }
  }

  /// Blocks of draws from `first` on, as many as there is room for, at least `needed` of these.
  KOKKOS_INLINE_FUNCTION void fill(std::uint64_t id, std::uint32_t first, std::uint32_t needed,
                                   std::uint32_t (&words)[4][batch]) const {
    if (needed < worth_vectors || batch == 1) {
      for (std::uint32_t n = 0; n < needed && n < batch; ++n) {
        const auto block = random.block(id, step, first + n);
        for (int w = 0; w < 4; ++w) words[w][n] = block.v[w];
      }
      return;
    }
    std::uint64_t ids[batch], steps[batch];
    std::uint32_t draws[batch];
    for (int n = 0; n < batch; ++n) {
      ids[n] = id;
      steps[n] = step;
      draws[n] = first + static_cast<std::uint32_t>(n);
    }
    random.blocks<batch>(ids, steps, draws, words);
  }

  KOKKOS_INLINE_FUNCTION static double rate(const PairRule& rule, double speed2) {
    if (rule.gamma == 1.0) return rule.total * kmath::sqrt(speed2);
    if (rule.gamma == 0.0) return rule.total;
    return rule.total * kmath::pow(speed2, 0.5 * rule.gamma);
  }

  /// Particle number `place` of a and one of b, chosen by `other`, which is even on all 32-bit numbers.
  KOKKOS_INLINE_FUNCTION void attempt(const PairRule& rule, const Groups& groups, std::uint32_t place,
                                      std::uint32_t other, std::uint32_t chance, std::uint32_t polar,
                                      std::uint32_t around, const VelocityColumns& v, double& top,
                                      CollisionTally& tally) const {
    const auto partners = static_cast<std::uint32_t>(groups.are_same ? groups.count_b - 1 : groups.count_b);
    auto partner = static_cast<std::uint32_t>((std::uint64_t{other} * partners) >> 32);
    if (groups.are_same && partner >= place) ++partner;
    const int i = groups.first_a + static_cast<int>(place), j = groups.first_b + static_cast<int>(partner);
    const double qx = v.x[i] - v.x[j], qy = v.y[i] - v.y[j], qz = v.z[i] - v.z[j];
    const double speed2 = qx * qx + qy * qy + qz * qz, now = rate(rule, speed2);
    if (normals::open_unit_of(chance) * top >= now) return;
    if (now > top) top = now;
    ++tally.collisions;
    const double speed = kmath::sqrt(speed2);
    const auto turn = normals::direction_of(normals::open_unit_of(around));
    double rx, ry, rz;  // the relative velocity afterwards
    if (rule.inverse_alpha == 1.0) {
      const double cosine = 2.0 * normals::open_unit_of(polar) - 1.0, sine = kmath::sqrt(1.0 - cosine * cosine);
      rx = speed * cosine;
      ry = speed * sine * turn.cosine;
      rz = speed * sine * turn.sine;
    } else {  // Bird 1994, 2.22 and 11.8
      const double cosine = 2.0 * kmath::pow(normals::open_unit_of(polar), rule.inverse_alpha) - 1.0,
                   sine = kmath::sqrt(1.0 - cosine * cosine), across = kmath::sqrt(qy * qy + qz * qz);
      rx = cosine * qx + sine * turn.sine * across;
      if (across > 1e-12 * speed) {
        ry = cosine * qy + sine * (speed * qz * turn.cosine - qx * qy * turn.sine) / across;
        rz = cosine * qz - sine * (speed * qy * turn.cosine + qx * qz * turn.sine) / across;
      } else {
        ry = sine * qx * turn.cosine;
        rz = sine * qx * turn.sine;
      }
    }
    const double dx = rx - qx, dy = ry - qy, dz = rz - qz;
    v.x[i] += rule.share_a * dx;
    v.y[i] += rule.share_a * dy;
    v.z[i] += rule.share_a * dz;
    v.x[j] -= rule.share_b * dx;
    v.y[j] -= rule.share_b * dy;
    v.z[j] -= rule.share_b * dz;
  }
};

}  // namespace tessera::sim::dsmc
