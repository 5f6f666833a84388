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
  int first = 0, end = 0;  // segments
  bool is_fused = true;

  struct Particle {
    double x[room], v[room], f[room];
    int image[room];
  };

  /// The lowest row whose position cannot be followed any more goes to `lost`.
  KOKKOS_INLINE_FUNCTION void operator()(const int row, std::int64_t& lost) const {
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
      for (int n = 0; n < steps.segment[s].num_parts; ++n) move(steps.segment[s].part[n], id, d, p);
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
    if (!is_here && row < lost) lost = row;
  }

  KOKKOS_INLINE_FUNCTION void move(const Part& part, std::uint64_t id, int d, Particle& p) const {
    if (part.move == Move::drift) {
      for (int c = 0; c < d; ++c) p.x[c] += part.a * p.v[c];
      return;
    }
    if (part.move == Move::correct) {
      for (int c = 0; c < d; ++c) p.x[c] = p.v[c] + 0.5 * part.b * p.f[c];
      return;
    }
    for (int c = 0; c < d; c += 2) {
      Random::Pair noise{0.0, 0.0};
      if (part.c != 0.0)
        noise = random.normal(id, step + static_cast<std::uint64_t>(part.ahead),
                              static_cast<std::uint32_t>(part.noise * (max_dimensions / 2) + c / 2));
      push(part, c, part.c * noise.first, p);
      if (c + 1 < d) push(part, c + 1, part.c * noise.second, p);
    }
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
