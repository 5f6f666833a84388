#include "sim/boltzmann/invariant_sums.hpp"

#include "base/ivdep.hpp"

namespace tessera::sim::boltzmann {

namespace {

/// Calls function(first, phi) for each row of the grid; phi has all functions but that of the last direction, whose own
/// part is missing in the last one.
template <class Function>
void for_each_row(const VelocityGrid& grid, const double (&velocity)[3], double unit, const Function& function) {
  const int points = grid.points, last = grid.dimensions - 1, rows = grid.size() / points;
  for (int row = 0; row < rows; ++row) {
    double phi[max_invariants] = {1.0};
    double rest = -static_cast<double>(grid.dimensions);
    for (int d = last - 1, index = row; d >= 0; --d, index /= points) {
      phi[1 + d] = unit * (grid.coordinate(d, index % points) - velocity[d]);
      rest += phi[1 + d] * phi[1 + d];
    }
    phi[2 + last] = rest;
    function(static_cast<std::size_t>(row) * static_cast<std::size_t>(points), phi);
  }
}

}  // namespace

InvariantSums invariant_sums(const VelocityGrid& grid, const double (&velocity)[3], double unit,
                             std::span<const double> weight, std::span<const double> values) {
  InvariantSums total;
  const int points = grid.points, last = grid.dimensions - 1, along = 1 + last, square = 2 + last;
  const double start = unit * (grid.coordinate(last, 0) - velocity[last]), step = unit * grid.spacing();
  for_each_row(grid, velocity, unit, [&](std::size_t first, const double(&phi)[max_invariants]) {
    const double* w = weight.data() + first;
    const double* v = values.data() + first;
    double w0 = 0.0, w1 = 0.0, w2 = 0.0, w3 = 0.0, w4 = 0.0, v0 = 0.0, v1 = 0.0, v2 = 0.0;
    for (int z = 0; z < points; ++z) {
      const double c = start + z * step, c2 = c * c, wc = w[z] * c;
      w0 += w[z];
      w1 += wc;
      w2 += w[z] * c2;
      w3 += wc * c2;
      w4 += w[z] * (c2 * c2);
      v0 += v[z];
      v1 += v[z] * c;
      v2 += v[z] * c2;
    }
    const double rest = phi[square];
    for (int i = 0; i < along; ++i) {
      total.sums[i] += phi[i] * v0;
      for (int j = 0; j <= i; ++j) total.gram[i][j] += phi[i] * phi[j] * w0;
      total.gram[along][i] += phi[i] * w1;
      total.gram[square][i] += phi[i] * (rest * w0 + w2);
    }
    total.sums[along] += v1;
    total.sums[square] += rest * v0 + v2;
    total.gram[along][along] += w2;
    total.gram[square][along] += rest * w1 + w3;
    total.gram[square][square] += rest * (rest * w0 + 2.0 * w2) + w4;
  });
  return total;
}

void add_invariants(const VelocityGrid& grid, const double (&velocity)[3], double unit,
                    const double (&coefficients)[max_invariants], std::span<const double> weight,
                    std::span<double> values) {
  const int points = grid.points, last = grid.dimensions - 1, along = 1 + last, square = 2 + last;
  const double start = unit * (grid.coordinate(last, 0) - velocity[last]), step = unit * grid.spacing();
  const double linear = coefficients[along], quadratic = coefficients[square];
  for_each_row(grid, velocity, unit, [&](std::size_t first, const double(&phi)[max_invariants]) {
    double constant = quadratic * phi[square];
    for (int i = 0; i < along; ++i) constant += coefficients[i] * phi[i];
    const double* w = weight.data() + first;
    double* v = values.data() + first;
    TESSERA_IVDEP
    for (int z = 0; z < points; ++z) {
      const double c = start + z * step;
      v[z] += w[z] * (constant + c * (linear + c * quadratic));
    }
  });
}

}  // namespace tessera::sim::boltzmann
