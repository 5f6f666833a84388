#include "sim/boltzmann/collisions/conservation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "sim/boltzmann/invariant_sums.hpp"

namespace tessera::sim::boltzmann {

namespace {

/// Solves a x = b in place for a symmetric positive definite matrix of which the lower half is given, row by row
/// (Cholesky); false if it is not.
bool solve(std::size_t size, std::vector<double>& a, std::vector<double>& b) {
  for (std::size_t i = 0; i < size; ++i) {
    double* row = a.data() + i * size;
    for (std::size_t j = 0; j <= i; ++j) {
      const double* other = a.data() + j * size;
      const double before = row[j];
      for (std::size_t k = 0; k < j; ++k) row[j] -= row[k] * other[k];
      if (j < i) {
        row[j] /= other[j];
      } else {
        if (!(row[i] > 1e-12 * before)) return false;
        row[i] = std::sqrt(row[i]);
      }
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * size + k] * b[k];
    b[i] /= a[i * size + i];
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t k = i + 1; k < size; ++k) b[i] -= a[k * size + i] * b[k];
    b[i] /= a[i * size + i];
  }
  return true;
}

bool is_empty(std::span<const double> f) {
  return std::all_of(f.begin(), f.end(), [](double value) { return value == 0.0; });
}

}  // namespace

Moments checked_moments(const VelocityGrid& grid, double mass, std::span<const double> f) {
  const Moments m = moments(grid, mass, f);
  if (!(m.density > 0.0) || !(m.temperature > 0.0))
    throw Error::numeric(
        fmt::format("a gas of density {:.6g} and temperature {:.6g} collides; expected both to be "
                    "positive: a smaller time step, or a finer velocity grid, may keep them so",
                    m.density, m.temperature));
  return m;
}

void conserve(const VelocityGrid& grid, double mass, std::span<const double> f, std::span<double> rate,
              std::span<double> weight) {
  if (is_empty(f)) return;
  const Moments m = checked_moments(grid, mass, f);
  sample_maxwellian(grid, mass, m, weight);
  correct_moments(grid, mass, m, weight, {}, rate);
}

MixtureConservation::MixtureConservation(const VelocityGrid& grid, std::vector<double> masses)
    : grid_(grid), masses_(std::move(masses)), moments_(masses_.size()) {
  const std::size_t size = masses_.size() + static_cast<std::size_t>(grid.dimensions) + 1;
  matrix_.resize(size * size);
  missing_.resize(size);
}

void MixtureConservation::apply(std::span<const double> f, std::span<double> rates, std::span<double> weight) {
  const auto points = static_cast<std::size_t>(grid_.size()), species = masses_.size();
  const int d = grid_.dimensions;
  const std::size_t size = missing_.size();
  double mass = 0.0, momentum[3] = {}, number = 0.0;
  for (std::size_t s = 0; s < species; ++s) {
    moments_[s] = is_empty(f.subspan(s * points, points))
                      ? Moments{}
                      : checked_moments(grid_, masses_[s], f.subspan(s * points, points));
    const double here = masses_[s] * moments_[s].density;
    mass += here;
    number += moments_[s].density;
    for (int k = 0; k < d; ++k) momentum[k] += here * moments_[s].velocity[k];
  }
  if (number == 0.0) return;
  double thermal = 0.0, mean[3] = {};
  for (int k = 0; k < d; ++k) mean[k] = momentum[k] / mass;
  for (std::size_t s = 0; s < species; ++s) thermal += moments_[s].density * moments_[s].temperature / number;
  const double mean_mass = mass / number;
  std::fill(matrix_.begin(), matrix_.end(), 0.0);
  std::fill(missing_.begin(), missing_.end(), 0.0);
  // Functions of species s: 1, m c in units of thermal momenta, and m |c|^2 in those of thermal energies.
  const auto functions = static_cast<std::size_t>(d) + 1;
  const auto unit = [&](std::size_t s) { return std::sqrt(masses_[s] / thermal); };
  const auto scale = [&](std::size_t s, std::size_t i) {
    return i < static_cast<std::size_t>(d) ? std::sqrt(masses_[s] / mean_mass) : 1.0;
  };
  for (std::size_t s = 0; s < species; ++s) {
    double* matrix = matrix_.data();
    if (moments_[s].density == 0.0) {
      matrix[s * size + s] = 1.0;
      continue;
    }
    sample_maxwellian(grid_, masses_[s], moments_[s], weight);
    const InvariantSums found = invariant_sums(grid_, mean, unit(s), weight, rates.subspan(s * points, points));
    matrix[s * size + s] = found.gram[0][0];
    missing_[s] = -found.sums[0];
    for (std::size_t i = 0; i < functions; ++i) {
      double* row = matrix + (species + i) * size;
      row[s] = scale(s, i) * found.gram[1 + i][0];
      missing_[species + i] -= scale(s, i) * found.sums[1 + i];
      for (std::size_t j = 0; j <= i; ++j) row[species + j] += scale(s, i) * scale(s, j) * found.gram[1 + i][1 + j];
    }
  }
  if (!solve(size, matrix_, missing_))
    throw Error::numeric(
        fmt::format("Maxwellians of the mixture cannot be told apart on velocities {:.3g} apart up to "
                    "{:.3g} from the centre\nexpected several points within the width of each",
                    grid_.spacing(), grid_.half_width));
  for (std::size_t s = 0; s < species; ++s) {
    if (moments_[s].density == 0.0) continue;
    double coefficients[max_invariants] = {missing_[s]};
    for (std::size_t i = 0; i < functions; ++i) coefficients[1 + i] = scale(s, i) * missing_[species + i];
    sample_maxwellian(grid_, masses_[s], moments_[s], weight);
    add_invariants(grid_, mean, unit(s), coefficients, weight, rates.subspan(s * points, points));
  }
}

}  // namespace tessera::sim::boltzmann
