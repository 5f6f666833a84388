// Standard normal numbers many at a time, for kernels that need them by the hundred: Box and Muller's method with
// logarithms and sines that vectorise. Keyed as all random numbers are; not the same numbers as Random::normal().
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace tessera {

/// Blocks of four normal numbers that one call makes.
inline constexpr int normal_blocks_at_once = device_is_host ? 64 : 1;  // fewer would be unrolled instead

namespace normals {

/// log(x) of 0 < x < 1, normal numbers, to a few units in the last place.
KOKKOS_FORCEINLINE_FUNCTION double log_of(double x) {
  // x = m 2^e with m in [sqrt(1/2), sqrt(2)); no integer becomes a number but by its bits, for which all processors
  // have vector instructions.
  constexpr std::uint64_t root = 0x3fe6a09e667f3bcdULL, one = 0x3ff0000000000000ULL, fraction = 0x000fffffffffffffULL;
  const std::uint64_t shifted = bit_cast<std::uint64_t>(x) - root + one;
  const double exponent = bit_cast<double>((shifted >> 52) | 0x4330000000000000ULL) - (0x1p52 + 1023.0);
  const double m = bit_cast<double>((shifted & fraction) + root);
  // log m = 2 artanh s, s = (m - 1)/(m + 1), |s| < 0.1716
  const double s = (m - 1.0) / (m + 1.0), q = s * s;
  double sum = 1.0 / 21.0;
  sum = 1.0 / 19.0 + q * sum;
  sum = 1.0 / 17.0 + q * sum;
  sum = 1.0 / 15.0 + q * sum;
  sum = 1.0 / 13.0 + q * sum;
  sum = 1.0 / 11.0 + q * sum;
  sum = 1.0 / 9.0 + q * sum;
  sum = 1.0 / 7.0 + q * sum;
  sum = 1.0 / 5.0 + q * sum;
  sum = 1.0 / 3.0 + q * sum;
  return exponent * 0.69314718055994530942 + 2.0 * (s + s * q * sum);
}

struct Direction {
  double cosine, sine;
};

/// Of 2 pi u, 0 < u < 1.
KOKKOS_FORCEINLINE_FUNCTION Direction direction_of(double u) {
  // The nearest quarter turn, in the last bits of t, and the rest |a| <= pi/4.
  const double t = 4.0 * u + 0x1.8p52;
  const double a = 6.283185307179586476925 * (u - 0.25 * (t - 0x1.8p52)), q = a * a;
  double sine = -1.0 / 1307674368000.0;
  sine = 1.0 / 6227020800.0 + q * sine;
  sine = -1.0 / 39916800.0 + q * sine;
  sine = 1.0 / 362880.0 + q * sine;
  sine = -1.0 / 5040.0 + q * sine;
  sine = 1.0 / 120.0 + q * sine;
  sine = -1.0 / 6.0 + q * sine;
  sine = a + a * q * sine;
  double cosine = 1.0 / 20922789888000.0;
  cosine = -1.0 / 87178291200.0 + q * cosine;
  cosine = 1.0 / 479001600.0 + q * cosine;
  cosine = -1.0 / 3628800.0 + q * cosine;
  cosine = 1.0 / 40320.0 + q * cosine;
  cosine = -1.0 / 720.0 + q * cosine;
  cosine = 1.0 / 24.0 + q * cosine;
  cosine = 1.0 - 0.5 * q + q * q * cosine;
  // Quarter turns 0 to 4 swap and change signs.
  const auto turns = bit_cast<std::uint64_t>(t);
  const bool is_odd = (turns & 1) != 0;
  const double x = is_odd ? sine : cosine, y = is_odd ? cosine : sine;
  return {bit_cast<double>(bit_cast<std::uint64_t>(x) ^ (((turns + 1) & 2) << 62)),
          bit_cast<double>(bit_cast<std::uint64_t>(y) ^ ((turns & 2) << 62))};
}

/// The middle of one of 2^32 equal parts of (0, 1).
KOKKOS_FORCEINLINE_FUNCTION double open_unit_of(std::uint32_t word) {
  const std::uint64_t bits = 0x3ff0000000000000ULL | (static_cast<std::uint64_t>(word) << 20);
  return bit_cast<double>(bits) - (1.0 - 0x1p-33);
}

}  // namespace normals

/// Four numbers[k][n] of a stream for each (id[n], step[n], draw[n]), or the first `needed` of them, which do not
/// depend on the others. They are no farther out than 6.76, where 1 of 7e10 would be, and 2^-32 is the finest
/// difference of probabilities.
KOKKOS_INLINE_FUNCTION void draw_normals(const Random& random, const std::uint64_t (&id)[normal_blocks_at_once],
                                         const std::uint64_t (&step)[normal_blocks_at_once],
                                         const std::uint32_t (&draw)[normal_blocks_at_once],
                                         double (&numbers)[4][normal_blocks_at_once], int needed = 4) {
  constexpr int size = normal_blocks_at_once;
  std::uint32_t words[4][size];
  random.blocks<size>(id, step, draw, words);
  for (int half = 0; half < needed; half += 2)
    for (int n = 0; n < size; ++n) {
      const double radius = kmath::sqrt(-2.0 * normals::log_of(normals::open_unit_of(words[half][n])));
      const auto direction = normals::direction_of(normals::open_unit_of(words[half + 1][n]));
      numbers[half][n] = radius * direction.cosine;
      numbers[half + 1][n] = radius * direction.sine;
    }
}

}  // namespace tessera
