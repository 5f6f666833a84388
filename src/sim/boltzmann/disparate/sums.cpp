#include "sim/boltzmann/disparate/sums.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "sim/boltzmann/disparate/sizes.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

constexpr int num_functions = 5;  // 1, c / s, |c|^2 / s^2 - 3

/// Sums of all that `line(first, x, y, sums)` adds for the points along z from `first` on.
template <std::size_t size, class Line>
std::array<double, size> sum_lines(const VelocityGrid& grid, const Line& line) {
  std::array<double, size> all{};
  const int n = grid.points;
  for (int x = 0; x < n; ++x) {
    std::array<double, size> plane{};
    for (int y = 0; y < n; ++y) {
      std::array<double, size> sums{};
      line(to_size((x * n + y) * n), grid.coordinate(0, x), grid.coordinate(1, y), sums);
      for (std::size_t k = 0; k < size; ++k) plane[k] += sums[k];
    }
    for (std::size_t k = 0; k < size; ++k) all[k] += plane[k];
  }
  return all;
}

/// Of a symmetric positive definite matrix, by elimination in place; false where a pivot vanishes.
bool eliminate(double (&a)[num_functions][num_functions], double (&b)[num_functions]) {
  for (int i = 0; i < num_functions; ++i) {
    if (!(a[i][i] > 0.0)) return false;
    for (int j = i + 1; j < num_functions; ++j) {
      const double factor = a[j][i] / a[i][i], diagonal = a[j][j];
      for (int k = i; k < num_functions; ++k) a[j][k] -= factor * a[i][k];
      if (!(a[j][j] > 1e-12 * diagonal)) return false;
      b[j] -= factor * b[i];
    }
  }
  for (int i = num_functions - 1; i >= 0; --i) {
    for (int j = i + 1; j < num_functions; ++j) b[i] -= a[i][j] * b[j];
    b[i] /= a[i][i];
  }
  return true;
}

}  // namespace

Invariants sum_invariants(const VelocityGrid& grid, std::span<const double> f) {
  const auto sums = sum_lines<5>(grid, [&](std::size_t first, double x, double y, std::array<double, 5>& line) {
    double number = 0.0, along = 0.0, square = 0.0;
    for (int j = 0; j < grid.points; ++j) {
      const double z = grid.coordinate(2, j), value = f[first + to_size(j)];
      number += value;
      along += z * value;
      square += z * z * value;
    }
    line = {number, x * number, y * number, along, (x * x + y * y) * number + square};
  });
  const double volume = grid.cell_volume();
  return {.number = volume * sums[0],
          .momentum = {volume * sums[1], volume * sums[2], volume * sums[3]},
          .energy = volume * sums[4]};
}

Moments checked_moments(const VelocityGrid& grid, std::span<const double> f, const char* species) {
  const Invariants sums = sum_invariants(grid, f);
  Moments m{.density = sums.number};
  double thermal = sums.energy;
  for (int d = 0; d < 3; ++d) {
    m.velocity[d] = sums.momentum[d] / sums.number;
    thermal -= sums.momentum[d] * m.velocity[d];
  }
  m.temperature = thermal / (3.0 * sums.number);
  if (!(m.density > 0.0) || !(m.temperature > 0.0) || !std::isfinite(m.density) || !std::isfinite(m.temperature))
    throw Error::numeric(
        fmt::format("the {} gas has density {:.3g} and temperature {:.3g}\n"
                    "the time step is too long for collisions, or the distribution does not fit the velocity grid",
                    species, m.density, m.temperature));
  return m;
}

void fill_maxwellian(const VelocityGrid& grid, const Moments& m, std::span<double> f) {
  const int n = grid.points;
  const double exponent = -0.5 / m.temperature;
  const double peak = m.density * std::pow(2.0 * std::numbers::pi * m.temperature, -1.5);
  const auto factor = [&](int d, int j) {
    const double c = grid.coordinate(d, j) - m.velocity[d];
    return std::exp(exponent * c * c);
  };
  // The first line holds the factors along z until it is overwritten, last of all.
  const std::span<double> along = f.first(to_size(n));
  for (int z = 0; z < n; ++z) along[to_size(z)] = factor(2, z);
  for (int x = n - 1; x >= 0; --x) {
    const double first = peak * factor(0, x);
    for (int y = n - 1; y >= 0; --y) {
      const double both = first * factor(1, y);
      double* const line = &f[to_size((x * n + y) * n)];
      for (int z = 0; z < n; ++z) line[z] = both * along[to_size(z)];
    }
  }
}

void fill_exact_maxwellian(const VelocityGrid& grid, const Moments& m, std::span<double> f) {
  fill_maxwellian(grid, m, f);
  Invariants target{.number = m.density, .energy = 3.0 * m.density * m.temperature};
  for (int d = 0; d < 3; ++d) {
    target.momentum[d] = m.density * m.velocity[d];
    target.energy += m.density * m.velocity[d] * m.velocity[d];
  }
  correct_sums(grid, m, f, target, f);
}

void correct_sums(const VelocityGrid& grid, const Moments& m, std::span<const double> weight, const Invariants& target,
                  std::span<double> values) {
  const double inverse = 1.0 / std::sqrt(m.temperature);
  const auto functions = [&](double x, double y, double z, double(&phi)[num_functions]) {
    phi[0] = 1.0;
    phi[1] = (x - m.velocity[0]) * inverse;
    phi[2] = (y - m.velocity[1]) * inverse;
    phi[3] = (z - m.velocity[2]) * inverse;
    phi[4] = phi[1] * phi[1] + phi[2] * phi[2] + phi[3] * phi[3] - 3.0;
  };
  // 15 products of two functions, and what the values have.
  constexpr std::size_t count = 15 + num_functions;
  const auto sums = sum_lines<count>(grid, [&](std::size_t first, double x, double y, std::array<double, count>& line) {
    for (int j = 0; j < grid.points; ++j) {
      double phi[num_functions];
      functions(x, y, grid.coordinate(2, j), phi);
      const double w = weight[first + to_size(j)], value = values[first + to_size(j)];
      std::size_t place = 0;
      for (int a = 0; a < num_functions; ++a)
        for (int b = 0; b <= a; ++b) line[place++] += w * phi[a] * phi[b];
      for (const double p : phi) line[place++] += value * p;
    }
  });
  // The target in the same functions.
  double wanted[num_functions] = {target.number}, square = target.energy;
  for (int d = 0; d < 3; ++d) {
    wanted[1 + d] = (target.momentum[d] - m.velocity[d] * target.number) * inverse;
    square += m.velocity[d] * (m.velocity[d] * target.number - 2.0 * target.momentum[d]);
  }
  wanted[4] = square * inverse * inverse - 3.0 * target.number;
  double gram[num_functions][num_functions], missing[num_functions];
  std::size_t place = 0;
  for (int a = 0; a < num_functions; ++a)
    for (int b = 0; b <= a; ++b) gram[a][b] = gram[b][a] = sums[place++];
  const double inverse_volume = 1.0 / grid.cell_volume();
  for (int a = 0; a < num_functions; ++a) missing[a] = wanted[a] * inverse_volume - sums[place++];
  if (!eliminate(gram, missing))
    throw Error::numeric(
        fmt::format("a Maxwellian of width {:.3g} cannot be told apart on velocities {:.3g} apart up to {:.3g} from "
                    "the centre\nexpected several points within its width, and the grid to reach beyond it",
                    1.0 / inverse, grid.spacing(), grid.half_width));
  const int n = grid.points;
  for (int x = 0; x < n; ++x)
    for (int y = 0; y < n; ++y)
      for (int z = 0; z < n; ++z) {
        double phi[num_functions], factor = 0.0;
        functions(grid.coordinate(0, x), grid.coordinate(1, y), grid.coordinate(2, z), phi);
        for (int a = 0; a < num_functions; ++a) factor += missing[a] * phi[a];
        const std::size_t point = to_size((x * n + y) * n + z);
        values[point] += weight[point] * factor;
      }
}

}  // namespace tessera::sim::boltzmann::disparate
