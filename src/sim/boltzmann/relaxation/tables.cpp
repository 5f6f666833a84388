#include <limits>

#include "sim/boltzmann/relaxation/targets.hpp"

namespace tessera::sim::boltzmann {

namespace {

using simd::Pack;

constexpr int max_iterations = 20;
/// What is good enough at once; below what errors that no longer shrink are taken for rounding; what is accepted.
constexpr double wanted = 1e-15, rounding = 1e-13, accepted = 1e-12;

/// Of one direction: sums of exp(c (b - alpha c)) c^k, divided by the first.
struct LineSums {
  Pack zeroth, mean, square, cubic, quartic;
};

struct Line {
  Array2<double> values, axes;
  int cell, direction, points;
  KOKKOS_FORCEINLINE_FUNCTION double* value(int j) const { return &values(cell, direction * points + j); }
};

/// exp(c (b - alpha c)) of the points of a line, c from u: one product a point for the values, one for their ratio,
/// from the middle outwards. Rounding grows with the square of the distance in points, as values fall; sums are made of
/// what comes out, so that they are exact all the same.
KOKKOS_FORCEINLINE_FUNCTION void fill_values(const Line& line, const Pack& alpha, const Pack& b, const Pack& u) {
  const int middle = line.points / 2;
  const double spacing = line.axes(1, line.direction) - line.axes(0, line.direction);
  const Pack start = line.axes(middle, line.direction) - u;
  const Pack bend = simd::exponential(-2.0 * spacing * spacing * alpha),
             first = simd::exponential(start * (b - alpha * start));
  Pack g = first, ratio = simd::exponential(spacing * (b - alpha * (2.0 * start + spacing)));
  for (int j = middle; j < line.points; ++j) {
    simd::store_any(line.value(j), g);
    g *= ratio;
    ratio *= bend;
  }
  g = first;
  ratio = simd::exponential(-spacing * (b - alpha * (2.0 * start - spacing)));
  for (int j = middle - 1; j >= 0; --j) {
    g *= ratio;
    ratio *= bend;
    simd::store_any(line.value(j), g);
  }
  // Where the middle is so far from the mean that there is nothing to begin with, point by point.
  const unsigned far = simd::less_bits(Pack(200.0), alpha * start * start);
  if (far == 0) return;
  const auto is_far = simd::lanes_of(far), is_near = simd::lanes_of(~far & ((1U << simd::width) - 1U));
  for (int j = 0; j < line.points; ++j) {
    const Pack c = line.axes(j, line.direction) - u;
    double* place = line.value(j);
    simd::store_any(place, simd::zero_unless(is_near, simd::load_any(place)) +
                               simd::zero_unless(is_far, simd::exponential(c * (b - alpha * c))));
  }
}

KOKKOS_FORCEINLINE_FUNCTION LineSums fill_line(const Line& line, const Pack& alpha, const Pack& b, const Pack& u) {
  fill_values(line, alpha, b, u);
  Pack s0 = 0.0, s1 = 0.0, s2 = 0.0, s3 = 0.0, s4 = 0.0;
  for (int j = 0; j < line.points; ++j) {
    const Pack c = line.axes(j, line.direction) - u, g = simd::load_any(line.value(j));
    const Pack c2 = c * c, gc = g * c;
    s0 += g;
    s1 += gc;
    s2 += g * c2;
    s3 += gc * c2;
    s4 += g * c2 * c2;
  }
  const Pack inverse = 1.0 / s0;
  return {s0, s1 * inverse, s2 * inverse, s3 * inverse, s4 * inverse};
}

KOKKOS_FORCEINLINE_FUNCTION Pack magnitude(const Pack& x) { return simd::larger(x, -x); }

/// One vector of cells. Returns the lanes that have come to no end.
template <int Dimensions>
KOKKOS_FORCEINLINE_FUNCTION unsigned fill_pack(const Array2<double>& values, const Array2<double>& axes,
                                               const TargetState& state, int cell, int cells, int points, double mass,
                                               double volume) {
  const Pack temperature = simd::load_any(&state(cell, target_temperature));
  const Pack variance = temperature / mass, wanted_square = Dimensions * variance;
  const Pack inverse_width = 1.0 / simd::root(variance);
  Pack u[Dimensions], b[Dimensions], alpha = 0.5 / variance;
  for (int d = 0; d < Dimensions; ++d) {
    u[d] = simd::load_any(&state(cell, target_velocity + d));
    b[d] = 0.0;
  }
  unsigned active = simd::less_bits(simd::lane_number(), Pack(static_cast<double>(cells - cell))), unaccepted = active;
  Pack all = 1.0, last_error = 1.0;
  for (int iteration = 0; iteration < max_iterations; ++iteration) {
    LineSums line[Dimensions];
    // The Jacobian is an arrow: each b belongs to its own mean, alpha to all squares.
    Pack error = 0.0, square = 0.0, numerator = -wanted_square, denominator = 0.0;
    all = 1.0;
    for (int d = 0; d < Dimensions; ++d) {
      line[d] = fill_line({values, axes, cell, d, points}, alpha, b[d], u[d]);
      const auto& s = line[d];
      const Pack width = s.square - s.mean * s.mean, skew = s.cubic - s.mean * s.square;
      all *= s.zeroth;
      square += s.square;
      numerator += s.square - skew * s.mean / width;
      denominator += s.quartic - s.square * s.square - skew * skew / width;
      error = simd::larger(error, magnitude(s.mean) * inverse_width);
    }
    error = simd::larger(error, magnitude(square - wanted_square) / wanted_square);
    active &= ~simd::less_bits(error, Pack(wanted));
    active &= ~(simd::less_bits(error, Pack(rounding)) & simd::less_bits(0.25 * last_error, error));
    last_error = error;
    unaccepted &= ~simd::less_bits(error, Pack(accepted));
    if (active == 0 || iteration + 1 == max_iterations) break;
    const auto moves = simd::lanes_of(active);
    const Pack change = numerator / denominator;
    for (int d = 0; d < Dimensions; ++d) {
      const auto& s = line[d];
      const Pack width = s.square - s.mean * s.mean, skew = s.cubic - s.mean * s.square;
      b[d] += simd::zero_unless(moves, (skew * change - s.mean) / width);
    }
    alpha += simd::zero_unless(moves, change);
  }
  const Pack amplitude = simd::load_any(&state(cell, target_density)) / (all * volume);
  for (int j = 0; j < points; ++j) {
    double* x = &values(cell, j);
    simd::store_any(x, amplitude * simd::load_any(x));
  }
  return unaccepted;
}

template <int Dimensions>
int fill(const PhaseGrid& phase, double mass, int cells, const TargetState& state, const SeparableTables& tables) {
  const auto values = tables.values;
  const auto& axes = phase.axes();
  const int points = phase.grid().points;
  const double volume = phase.volume();
  int first_bad = std::numeric_limits<int>::max();
  Kokkos::parallel_reduce(
      "boltzmann/maxwellians", Range(0, (cells + simd::width - 1) / simd::width),
      KOKKOS_LAMBDA(int n, int& lowest) {
        const int cell = n * simd::width;
        unsigned bad = fill_pack<Dimensions>(values, axes, state, cell, cells, points, mass, volume);
        for (int lane = 0; bad != 0; ++lane, bad >>= 1)
          if ((bad & 1U) != 0 && cell + lane < lowest) lowest = cell + lane;
      },
      Kokkos::Min<int>(first_bad));
  return first_bad;
}

}  // namespace

int fill_tables(const PhaseGrid& phase, double mass, int cells, const TargetState& state,
                const SeparableTables& tables) {
  switch (tables.dimensions) {
    case 1:
      return fill<1>(phase, mass, cells, state, tables);
    case 2:
      return fill<2>(phase, mass, cells, state, tables);
    default:
      return fill<3>(phase, mass, cells, state, tables);
  }
}

}  // namespace tessera::sim::boltzmann
