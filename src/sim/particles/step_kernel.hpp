// The kernel of all integrators: particles go through their parts of a step, many at a time on processors.
#pragma once

#include <cstdint>
#include <limits>

#include "base/random.hpp"
#include "sim/particles/row_group.hpp"
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
  int num_rows = 0;
  int first = 0, end = 0;  // segments
  bool is_fused = true;

  using Values = Rows<room>;
  struct Group {
    int first, count;  // rows; behind them values are 0, so that loops are of one length, and rows all treated alike
    Values x, v, f, noise;
  };

  /// The lowest row whose position cannot be followed any more goes to `lost`.
  KOKKOS_INLINE_FUNCTION void operator()(const int number, std::int64_t& lost) const {
    const int d = D > 0 ? D : space.dimensions;
    const bool has_more = steps.has_more();
    Group g;
    g.first = number * rows_at_once;
    g.count = num_rows - g.first < rows_at_once ? num_rows - g.first : rows_at_once;
    load_rows(columns.position, g.first, g.count, d, g.x);
    load_rows(columns.force, g.first, g.count, d, g.f);
    if (has_more) load_rows(columns.velocity, g.first, g.count, d, g.v);
    for (int s = first; s < end; ++s) {
      for (int n = 0; n < steps.segment[s].num_parts; ++n) move(steps.segment[s].part[n], d, g);
      settle(d, g, lost);
      if (!is_fused || s + 1 == steps.num_segments) continue;
      for (int c = 0; c < d; ++c)
        for (int n = 0; n < rows_at_once; ++n) g.f.of[c][n] = 0.0;
      add_forces(potential, g.x, d, g.f);
    }
    store_rows(g.x, g.first, g.count, d, columns.position);
    if (is_fused) store_rows(g.f, g.first, g.count, d, columns.force);
    if (has_more) store_rows(g.v, g.first, g.count, d, columns.velocity);
  }

  KOKKOS_INLINE_FUNCTION void move(const Part& part, int d, Group& g) const {
    const bool is_noisy = part.c != 0.0;
    if (is_noisy) draw_noise(part, d, g);
    for (int c = 0; c < d; ++c) {
      double *x = g.x.of[c], *v = g.v.of[c];
      const double *f = g.f.of[c], *noise = g.noise.of[c];
      switch (part.move) {
        case Move::drift:
          for (int n = 0; n < rows_at_once; ++n) x[n] += part.a * v[n];
          break;
        case Move::turn:
          if (is_noisy)
            for (int n = 0; n < rows_at_once; ++n) v[n] = part.a * v[n] + part.b * f[n] + noise[n];
          else
            for (int n = 0; n < rows_at_once; ++n) v[n] = part.a * v[n] + part.b * f[n];
          break;
        case Move::shift:
          for (int n = 0; n < rows_at_once; ++n) x[n] += part.b * f[n] + (is_noisy ? noise[n] : 0.0);
          break;
        case Move::average:
          for (int n = 0; n < rows_at_once; ++n) {
            const double now = is_noisy ? noise[n] : 0.0;
            x[n] += part.b * f[n] + v[n] + now;
            v[n] = now;
          }
          break;
        case Move::predict:
          for (int n = 0; n < rows_at_once; ++n) {
            const double now = is_noisy ? noise[n] : 0.0;
            v[n] = x[n] + 0.5 * part.b * f[n] + now;
            x[n] += part.b * f[n] + now;
          }
          break;
        case Move::correct:
          for (int n = 0; n < rows_at_once; ++n) x[n] = v[n] + 0.5 * part.b * f[n];
          break;
      }
    }
  }

  /// Numbers come in pairs. Of an odd number of dimensions the last ones of ids 1 and 2, 3 and 4, and so on, share one:
  /// the second half is kept for as long as that particle may come.
  KOKKOS_INLINE_FUNCTION void draw_noise(const Part& part, int d, Group& g) const {
    for (int n = g.count; n < rows_at_once; ++n)
      for (int c = 0; c < d; ++c) g.noise.of[c][n] = 0.0;
    for (int c = 0; c + 1 < d; c += 2)
      for (int n = 0; n < g.count; ++n) {
        const auto noise = draw(part, id_of(g, n), c);
        g.noise.of[c][n] = part.c * noise.first;
        g.noise.of[c + 1][n] = part.c * noise.second;
      }
    if (d % 2 == 0) return;
    std::uint64_t kept = 0;  // the id that `spare` is for
    double spare = 0.0;
    for (int n = 0; n < g.count; ++n) {
      const std::uint64_t id = id_of(g, n);
      if (id != kept) {
        const auto noise = draw(part, (id - 1) / 2, d - 1);
        kept = id % 2 == 1 ? id + 1 : 0;
        g.noise.of[d - 1][n] = part.c * (id % 2 == 1 ? noise.first : noise.second);
        spare = part.c * noise.second;
      } else {
        g.noise.of[d - 1][n] = spare;
      }
    }
  }

  KOKKOS_INLINE_FUNCTION std::uint64_t id_of(const Group& g, int n) const {
    return static_cast<std::uint64_t>(columns.id(g.first + n, 0));
  }

  KOKKOS_INLINE_FUNCTION Random::Pair draw(const Part& part, std::uint64_t id, int c) const {
    return random.normal(id, step + static_cast<std::uint64_t>(part.ahead),
                         static_cast<std::uint32_t>(part.noise * (max_dimensions / 2) + c / 2));
  }

  /// Into the box. What a predictor keeps moves along.
  KOKKOS_INLINE_FUNCTION void settle(int d, Group& g, std::int64_t& lost) const {
    for (int c = 0; c < d; ++c) {
      bool are_here = true;
      for (int n = 0; n < rows_at_once; ++n) are_here = are_here & (kmath::fabs(g.x.of[c][n]) < Space::farthest);
      for (int n = 0; n < g.count && !are_here; ++n)
        if (!(kmath::fabs(g.x.of[c][n]) < Space::farthest)) lose(g.first + n, lost);
      if (!space.has_periodic || space.length[c] <= 0.0) continue;
      for (int n = 0; n < g.count; ++n)
        if (kmath::fabs(g.x.of[c][n]) < Space::farthest) wrap(c, n, g, lost);
    }
  }

  KOKKOS_INLINE_FUNCTION void wrap(int c, int n, Group& g, std::int64_t& lost) const {
    const double crossings = space.wrap(g.x.of[c][n], c);
    if (crossings == 0.0) return;
    int& image = columns.image(g.first + n, c);
    if (!(kmath::fabs(image + crossings) < Space::most_crossings)) return lose(g.first + n, lost);
    image += static_cast<int>(crossings);
    if (steps.has_predictor) g.v.of[c][n] -= crossings * space.length[c];
  }

  KOKKOS_INLINE_FUNCTION static void lose(std::int64_t row, std::int64_t& lost) {
    if (row < lost) lost = row;
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
