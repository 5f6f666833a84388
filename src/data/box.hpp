// The simulation box: a parallelepiped with periodic or open sides.
#pragma once

#include <array>

#include "base/kokkos.hpp"

namespace tessera::data {

using Vec3 = Kokkos::Array<double, 3>;
using Int3 = Kokkos::Array<int, 3>;

/// Cell vectors a, b, c (rows of `cell`), general orientation. Copied by value into kernels.
struct Box {
  Vec3 origin{0.0, 0.0, 0.0};
  double cell[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};     ///< cell[d][c]: component c of vector d
  double inverse[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};  ///< fractional s_d = sum_c (x_c - origin_c) inverse[c][d]
  bool is_periodic[3] = {true, true, true};

  /// Lengths that a box, a cutoff or a halo may have; anything else is a mistake in the units.
  static constexpr double shortest = 1e-50, longest = 1e50;

  /// Orthogonal box [low, low + length). Throws Error (input) unless all lengths are positive and finite.
  static Box orthogonal(Vec3 low, Vec3 length, std::array<bool, 3> periodic = {true, true, true});
  /// Throws Error (input) if the vectors are not finite, absurdly long or short, or do not span a volume, or if the
  /// origin is so far away that positions would have no digits left. A left-handed set is allowed.
  static Box triclinic(Vec3 origin, const double (&vectors)[3][3], std::array<bool, 3> periodic = {true, true, true});

  double volume() const;
  /// Distance between the two faces that vector d crosses: volume / area.
  double height(int d) const;
  bool is_orthogonal() const;

  KOKKOS_INLINE_FUNCTION Vec3 to_fractional(const Vec3& x) const {
    Vec3 s{0.0, 0.0, 0.0};
    for (int d = 0; d < 3; ++d)
      for (int c = 0; c < 3; ++c) s[d] += (x[c] - origin[c]) * inverse[c][d];
    return s;
  }

  KOKKOS_INLINE_FUNCTION Vec3 to_cartesian(const Vec3& s) const {
    Vec3 x = origin;
    for (int d = 0; d < 3; ++d)
      for (int c = 0; c < 3; ++c) x[c] += s[d] * cell[d][c];
    return x;
  }

  /// Cartesian displacement of an image n[0] a + n[1] b + n[2] c.
  KOKKOS_INLINE_FUNCTION Vec3 shift(const Int3& n) const {
    Vec3 x{0.0, 0.0, 0.0};
    for (int d = 0; d < 3; ++d)
      for (int c = 0; c < 3; ++c) x[c] += n[d] * cell[d][c];
    return x;
  }

  /// Whether x is finite and less than 2^30 cells away, also beyond open sides: what can be wrapped and counted.
  KOKKOS_INLINE_FUNCTION bool can_follow(const Vec3& x) const {
    constexpr double farthest = 1 << 30;
    const Vec3 s = to_fractional(x);
    bool near = true;
    for (int d = 0; d < 3; ++d) near = near && s[d] > -farthest && s[d] < farthest;
    return near;
  }

  /// Brings x, which can be followed, into the box along periodic directions; returns how many cells were subtracted in
  /// each. Fractional coordinates end in [0, 1) up to rounding.
  KOKKOS_INLINE_FUNCTION Int3 wrap(Vec3& x) const {
    Int3 total{0, 0, 0};
    // Again: what comes from afar, or from just beside an edge, is rounded and may end outside. Two places that are
    // rounded into each other end where an even number of passes ends.
    bool is_outside = true;
    for (int pass = 0; pass < 4 && is_outside; ++pass) {
      is_outside = false;
      const Vec3 s = to_fractional(x);
      Int3 n{0, 0, 0};
      for (int d = 0; d < 3; ++d)
        if (is_periodic[d]) n[d] = static_cast<int>(kmath::floor(s[d]));
      const Vec3 back = shift(n);
      for (int c = 0; c < 3; ++c) {
        x[c] -= back[c];
        total[c] += n[c];
        is_outside = is_outside || n[c] != 0;
      }
    }
    return total;
  }

  /// Nearest image of a displacement along periodic directions (exact for orthogonal boxes; for triclinic ones exact
  /// for displacements shorter than half the smallest height).
  KOKKOS_INLINE_FUNCTION Vec3 minimum_image(const Vec3& dx) const {
    Vec3 result = dx;
    for (int d = 2; d >= 0; --d) {
      if (!is_periodic[d]) continue;
      double s = 0.0;
      for (int c = 0; c < 3; ++c) s += result[c] * inverse[c][d];
      const double n = kmath::floor(s + 0.5);
      for (int c = 0; c < 3; ++c) result[c] -= n * cell[d][c];
    }
    return result;
  }
};

}  // namespace tessera::data
