#include "sim/boltzmann/moments.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"
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

/// Solves a x = b in place for a symmetric positive definite matrix (Cholesky); false if it is not.
bool solve(int size, double (&a)[max_invariants][max_invariants], double (&b)[max_invariants]) {
  for (int i = 0; i < size; ++i) {
    const double diagonal = a[i][i];
    for (int j = 0; j < i; ++j) a[i][i] -= a[i][j] * a[i][j];
    if (!(a[i][i] > 1e-12 * diagonal)) return false;
    a[i][i] = std::sqrt(a[i][i]);
    for (int k = i + 1; k < size; ++k) {
      for (int j = 0; j < i; ++j) a[k][i] -= a[k][j] * a[i][j];
      a[k][i] /= a[i][i];
    }
  }
  for (int i = 0; i < size; ++i) {
    for (int j = 0; j < i; ++j) b[i] -= a[i][j] * b[j];
    b[i] /= a[i][i];
  }
  for (int i = size - 1; i >= 0; --i) {
    for (int j = i + 1; j < size; ++j) b[i] -= a[j][i] * b[j];
    b[i] /= a[i][i];
  }
  return true;
}

}  // namespace

Invariants invariants(const VelocityGrid& grid, std::span<const double> f) {
  Invariants sums;
  for_each_velocity(grid, [&](int n, const double(&v)[3]) {
    const double value = f[static_cast<std::size_t>(n)];
    sums.number += value;
    double square = 0.0;
    for (int d = 0; d < grid.dimensions; ++d) {
      sums.momentum[d] += v[d] * value;
      square += v[d] * v[d];
    }
    sums.energy += square * value;
  });
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
  if (!solve(size, found.gram, missing))
    throw Error::numeric(fmt::format(
        "a Maxwellian of width {:.3g} cannot be told apart on velocities {:.3g} apart up to {:.3g} from the centre\n"
        "expected several points within its width, and the grid to reach some of its widths beyond its mean",
        width, grid.spacing(), grid.half_width));
  add_invariants(grid, m.velocity, inverse_width, missing, weight, values);
}

}  // namespace tessera::sim::boltzmann
