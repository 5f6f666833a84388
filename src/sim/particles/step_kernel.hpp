// The kernel of all integrators: one particle goes through its parts of a step in registers.
#pragma once

#include <cstdint>
#include <limits>

#include "base/random.hpp"
#include "sim/particles/scheme.hpp"
#include "sim/particles/space.hpp"

namespace tessera::sim::particles {

/// Columns, as kernels hold them. Those that are not there have no rows.
struct Columns {
  Array2<std::int64_t> id;
  Array2<double> position, velocity, force;  ///< velocity: or what else an integrator keeps (scheme.hpp)
  Array2<int> image;                         ///< lengths crossed in periodic directions
};

/// Numbers come in pairs. Of an odd number of dimensions the last one shares a pair with that of the next id: the
/// second half is kept here for as long as that particle may come, one for each noise of a step.
struct SpareNoise {
  static constexpr int max_noises = 2;
  static constexpr std::uint64_t nobody = ~std::uint64_t{0};
  std::uint64_t pair[max_noises] = {nobody, nobody};
  double value[max_noises] = {};
};

/// Rows that one call of the kernel goes through: on processors many, for the sake of spare noise.
inline constexpr int rows_at_once = device_is_host ? 64 : 1;

/// D dimensions; 0: as many as the space has. With is_fused all segments of a step, with forces of the potential
/// between them; otherwise one segment alone, with what the force column holds.
template <int D, class Potential>
struct StepKernel {
  using value_type = std::int64_t;
  static constexpr int room = D > 0 ? D : max_dimensions;
  static constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();

  Columns columns;
  Steps steps;
  Space space;
  Potential potential;
  Random random;
  std::uint64_t step = 0;
  int num_rows = 0;
  int first = 0, end = 0;  // segments
  bool is_fused = true;

  struct Particle {
    double x[room], v[room], f[room];
    int image[room];
  };

  /// The lowest row whose position cannot be followed any more goes to `lost`.
  KOKKOS_INLINE_FUNCTION void operator()(const int group, std::int64_t& lost) const {
    SpareNoise spare;
    const int begin = group * rows_at_once;
    for (int row = begin; row < begin + rows_at_once && row < num_rows; ++row)
      if (!advance(row, spare) && row < lost) lost = row;
  }

  KOKKOS_INLINE_FUNCTION bool advance(int row, SpareNoise& spare) const {
    const int d = D > 0 ? D : space.dimensions;
    const bool has_more = steps.has_more();
    Particle p{};
    for (int c = 0; c < d; ++c) {
      p.x[c] = columns.position(row, c);
      p.f[c] = columns.force(row, c);
      if (has_more) p.v[c] = columns.velocity(row, c);
      if (space.has_periodic) p.image[c] = columns.image(row, c);
    }
    const auto id = static_cast<std::uint64_t>(columns.id(row, 0));
    bool is_here = true;
    for (int s = first; s < end; ++s) {
      for (int n = 0; n < steps.segment[s].num_parts; ++n) move(steps.segment[s].part[n], id, d, p, spare);
      is_here = settle(d, p) && is_here;
      if (!is_fused || s + 1 == steps.num_segments) continue;
      for (int c = 0; c < d; ++c) p.f[c] = 0.0;
      potential.add_force(p.x, d, p.f);
    }
    for (int c = 0; c < d; ++c) {
      columns.position(row, c) = p.x[c];
      if (is_fused) columns.force(row, c) = p.f[c];
      if (has_more) columns.velocity(row, c) = p.v[c];
      if (space.has_periodic) columns.image(row, c) = p.image[c];
    }
    return is_here;
  }

  KOKKOS_INLINE_FUNCTION void move(const Part& part, std::uint64_t id, int d, Particle& p, SpareNoise& spare) const {
    if (part.move == Move::drift) {
      for (int c = 0; c < d; ++c) p.x[c] += part.a * p.v[c];
      return;
    }
    if (part.move == Move::correct) {
      for (int c = 0; c < d; ++c) p.x[c] = p.v[c] + 0.5 * part.b * p.f[c];
      return;
    }
    if (part.c == 0.0) {
      for (int c = 0; c < d; ++c) push(part, c, 0.0, p);
      return;
    }
    for (int c = 0; c + 1 < d; c += 2) {
      const auto noise = draw(part, id, c);
      push(part, c, part.c * noise.first, p);
      push(part, c + 1, part.c * noise.second, p);
    }
    if (d % 2 == 1) push(part, d - 1, part.c * last_noise(part, id, d - 1, spare), p);
  }

  KOKKOS_INLINE_FUNCTION Random::Pair draw(const Part& part, std::uint64_t id, int c) const {
    return random.normal(id, step + static_cast<std::uint64_t>(part.ahead),
                         static_cast<std::uint32_t>(part.noise * (max_dimensions / 2) + c / 2));
  }

  /// Of ids 1 and 2, 3 and 4, and so on: one pair for both.
  KOKKOS_INLINE_FUNCTION double last_noise(const Part& part, std::uint64_t id, int c, SpareNoise& spare) const {
    const std::uint64_t pair = (id - 1) / 2;
    const int slot = part.noise + part.ahead;
    if (id % 2 == 0 && spare.pair[slot] == pair) return spare.value[slot];
    const auto noise = draw(part, pair, c);
    if (id % 2 == 0) return noise.second;
    spare.pair[slot] = pair;
    spare.value[slot] = noise.second;
    return noise.first;
  }

  KOKKOS_INLINE_FUNCTION void push(const Part& part, int c, double noise, Particle& p) const {
    if (part.move == Move::turn) {
      p.v[c] = part.a * p.v[c] + part.b * p.f[c] + noise;
      return;
    }
    if (part.move == Move::average) {
      p.x[c] += part.b * p.f[c] + p.v[c] + noise;
      p.v[c] = noise;
      return;
    }
    if (part.move == Move::predict) p.v[c] = p.x[c] + 0.5 * part.b * p.f[c] + noise;
    p.x[c] += part.b * p.f[c] + noise;
  }

  /// Into the box; false for what is lost. What a predictor keeps moves along.
  KOKKOS_INLINE_FUNCTION bool settle(int d, Particle& p) const {
    bool is_here = true;
    for (int c = 0; c < d; ++c) {
      if (!(kmath::fabs(p.x[c]) < Space::farthest)) is_here = false;
      if (!space.has_periodic || !is_here) continue;
      const double crossings = space.wrap(p.x[c], c);
      if (crossings == 0.0) continue;
      if (!(kmath::fabs(p.image[c] + crossings) < Space::most_crossings)) {
        is_here = false;
        continue;
      }
      p.image[c] += static_cast<int>(crossings);
      if (steps.has_predictor) p.v[c] -= crossings * space.length[c];
    }
    return is_here;
  }
};

/// Calls work with the number of dimensions as a constant: 1, 2 or 3, or 0 for more.
template <class Work>
auto with_dimensions(int dimensions, const Work& work) {
  switch (dimensions) {
    case 1:
      return work(std::integral_constant<int, 1>());
    case 2:
      return work(std::integral_constant<int, 2>());
    case 3:
      return work(std::integral_constant<int, 3>());
    default:
      return work(std::integral_constant<int, 0>());
  }
}

}  // namespace tessera::sim::particles
