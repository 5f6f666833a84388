#include "sim/boltzmann/moments.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "math/cholesky.hpp"
#include "sim/boltzmann/invariant_sums.hpp"

namespace tessera::sim::boltzmann {

namespace {

/// Calls function(n, v) for each point of the grid.
template <class Function>
void for_each_velocity(const VelocityGrid& grid, const Function& function) {
  double v[3] = {grid.centre[0], grid.centre[1], grid.centre[2]};
  const int nz = grid.dimensions == 3 ? grid.points : 1, ny = grid.dimensions >= 2 ? grid.points : 1;
  int n = 0;
  for (int x = 0; x < grid.points; ++x) {
    v[0] = grid.coordinate(0, x);
    for (int y = 0; y < ny; ++y) {
      if (grid.dimensions >= 2) v[1] = grid.coordinate(1, y);
      for (int z = 0; z < nz; ++z) {
        if (grid.dimensions == 3) v[2] = grid.coordinate(2, z);
        function(n++, v);
      }
    }
  }
}

}  // namespace

/// Line by line and plane by plane: what one long sum is off by from rounding would stay in the density of a run that
/// corrects its moments each step, and add up.
Invariants invariants(const VelocityGrid& grid, std::span<const double> f) {
  const int points = grid.points, last = grid.dimensions - 1, rows = grid.size() / points;
  const int rows_a_plane = grid.dimensions == 3 ? points : rows;
  Invariants sums, plane;
  for (int row = 0; row < rows; ++row) {
    const double* values = f.data() + static_cast<std::ptrdiff_t>(row) * points;
    double number = 0.0, along = 0.0, square = 0.0, rest = 0.0;
    for (int z = 0; z < points; ++z) {
      const double v = grid.coordinate(last, z);
      number += values[z];
      along += v * values[z];
      square += v * v * values[z];
    }
    for (int d = last - 1, index = row; d >= 0; --d, index /= points) {
      const double v = grid.coordinate(d, index % points);
      plane.momentum[d] += v * number;
      rest += v * v;
    }
    plane.number += number;
    plane.momentum[last] += along;
    plane.energy += rest * number + square;
    if ((row + 1) % rows_a_plane != 0) continue;
    sums.number += plane.number;
    for (int d = 0; d < grid.dimensions; ++d) sums.momentum[d] += plane.momentum[d];
    sums.energy += plane.energy;
    plane = {};
  }
  const double volume = grid.cell_volume();
  sums.number *= volume;
  for (double& p : sums.momentum) p *= volume;
  sums.energy *= volume;
  return sums;
}

Invariants invariants_of(const VelocityGrid& grid, double mass, const Moments& m) {
  Invariants sums{.number = m.density, .energy = grid.dimensions * m.density * m.temperature / mass};
  for (int d = 0; d < grid.dimensions; ++d) {
    sums.momentum[d] = m.density * m.velocity[d];
    sums.energy += m.density * m.velocity[d] * m.velocity[d];
  }
  return sums;
}

Moments moments(const VelocityGrid& grid, double mass, std::span<const double> f) {
  const Invariants sums = invariants(grid, f);
  Moments m{.density = sums.number};
  double thermal = sums.energy;
  for (int d = 0; d < 3; ++d) {
    m.velocity[d] = d < grid.dimensions ? sums.momentum[d] / sums.number : grid.centre[d];
    if (d < grid.dimensions) thermal -= sums.momentum[d] * m.velocity[d];
  }
  m.temperature = mass * thermal / (grid.dimensions * sums.number);
  return m;
}

Moments checked_moments(const VelocityGrid& grid, double mass, std::span<const double> f, const char* gas) {
  const Moments m = moments(grid, mass, f);
  if (!(m.density > 0.0) || !(m.temperature > 0.0) || !std::isfinite(m.density) || !std::isfinite(m.temperature))
    throw Error::numeric(fmt::format(
        "{} of density {:.6g} and temperature {:.6g} collides; expected both to be positive: a smaller time "
        "step, or a finer velocity grid, may keep them so",
        gas, m.density, m.temperature));
  return m;
}

Fluxes fluxes(const VelocityGrid& grid, double mass, const Moments& m, std::span<const double> f) {
  Fluxes sums;
  for_each_velocity(grid, [&](int n, const double(&v)[3]) {
    const double value = f[static_cast<std::size_t>(n)];
    double c[3] = {}, square = 0.0;
    for (int d = 0; d < grid.dimensions; ++d) {
      c[d] = v[d] - m.velocity[d];
      square += c[d] * c[d];
    }
    for (int d = 0; d < 3; ++d) {
      sums.stress[d] += c[d] * c[d] * value;
      sums.heat[d] += c[d] * square * value;
    }
    sums.stress[3] += c[0] * c[1] * value;
    sums.stress[4] += c[0] * c[2] * value;
    sums.stress[5] += c[1] * c[2] * value;
  });
  const double volume = mass * grid.cell_volume();
  for (double& p : sums.stress) p *= volume;
  for (double& q : sums.heat) q *= 0.5 * volume;
  return sums;
}

void sample_maxwellian(const VelocityGrid& grid, double mass, const Moments& m, std::span<double> f) {
  const double exponent = -0.5 * mass / m.temperature;
  const double peak = m.density * std::pow(mass / (2.0 * std::numbers::pi * m.temperature), 0.5 * grid.dimensions);
  const auto along = [&](int d, int j) {
    const double c = grid.coordinate(d, j) - m.velocity[d];
    return std::exp(exponent * c * c);
  };
  // A product of functions of each direction: few exponentials. Rows of the last direction are all alike.
  const int points = grid.points, rows = grid.size() / points, last = grid.dimensions - 1;
  double* first = f.data();
  for (int z = 0; z < points; ++z) first[z] = along(last, z);
  for (int row = rows - 1; row >= 0; --row) {
    double factor = peak;
    for (int d = last - 1, index = row; d >= 0; --d, index /= points) factor *= along(d, index % points);
    double* to = first + static_cast<std::ptrdiff_t>(row) * points;
    for (int z = 0; z < points; ++z) to[z] = factor * first[z];
  }
}

/// The weight need not have the moments exactly, so that what is sampled serves as its own.
void discrete_maxwellian(const VelocityGrid& grid, double mass, const Moments& m, std::span<double> f) {
  sample_maxwellian(grid, mass, m, f);
  correct_moments(grid, mass, m, f, invariants_of(grid, mass, m), f);
}

void correct_moments(const VelocityGrid& grid, double mass, const Moments& m, std::span<const double> weight,
                     const Invariants& target, std::span<double> values) {
  const int dimensions = grid.dimensions, size = dimensions + 2;
  const double width = std::sqrt(m.temperature / mass), inverse_width = 1.0 / width;
  InvariantSums found = invariant_sums(grid, m.velocity, inverse_width, weight, values);
  double missing[max_invariants] = {};
  // The target in the same functions.
  const double inverse_volume = 1.0 / grid.cell_volume();
  double wanted[max_invariants] = {target.number};
  double square = target.energy;
  for (int d = 0; d < dimensions; ++d) {
    wanted[1 + d] = (target.momentum[d] - m.velocity[d] * target.number) * inverse_width;
    square += m.velocity[d] * (m.velocity[d] * target.number - 2.0 * target.momentum[d]);
  }
  wanted[1 + dimensions] = square * inverse_width * inverse_width - dimensions * target.number;
  for (int i = 0; i < size; ++i) missing[i] = wanted[i] * inverse_volume - found.sums[i];
  if (!math::solve_positive(size, max_invariants, &found.gram[0][0], missing))
    throw Error::numeric(fmt::format(
        "a Maxwellian of width {:.3g} cannot be told apart on velocities {:.3g} apart up to {:.3g} from the centre\n"
        "expected several points within its width, and the grid to reach some of its widths beyond its mean",
        width, grid.spacing(), grid.half_width));
  add_invariants(grid, m.velocity, inverse_width, missing, weight, values);
}

}  // namespace tessera::sim::boltzmann
