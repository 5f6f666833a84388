#include "sim/boltzmann/disparate/separable_map.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/boltzmann/disparate/sizes.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

constexpr double pi = std::numbers::pi;

}  // namespace

SeparableMap::SeparableMap(const VelocityGrid& grid) : grid_(grid) {
  const std::size_t n = to_size(grid.points);
  for (auto& matrix : matrices_) matrix.resize(n * n);
  smoothing_.resize(n * n);
  kernel_.resize(n);
  row_.resize(n);
  work_.resize(to_size(grid.size()));
}

double SeparableMap::cardinal(double theta) const {
  const double below = std::sin(0.5 * theta);
  if (std::abs(below) < 1e-12) return (grid_.points - 1.0) / grid_.points;
  return std::sin(0.5 * (grid_.points - 1) * theta) / (grid_.points * below);
}

void SeparableMap::translate(const double (&shift)[3]) {
  const int n = grid_.points;
  for (int d = 0; d < 3; ++d) {
    for (int j = 0; j < n; ++j) kernel_[to_size(j)] = cardinal(2.0 * pi * j / n - pi * shift[d] / grid_.half_width);
    for (int from = 0; from < n; ++from)
      for (int to = 0; to < n; ++to) matrix(d)[to_size(from * n + to)] = kernel_[to_size((to - from + n) % n)];
  }
}

/// f'(w) = e^(3 a) f(centre + (w - centre) e^a), then convolved.
void SeparableMap::relax(const double (&centre)[3], double friction, double variance) {
  const int n = grid_.points;
  const double stretch = std::exp(friction);
  for (int j = 0; j < n; ++j) {
    double sum = 1.0;
    for (int k = 1; k < n / 2; ++k) {
      const double wavenumber = pi * k / grid_.half_width;
      sum += 2.0 * std::exp(-0.5 * variance * wavenumber * wavenumber) * std::cos(2.0 * pi * (k * j % n) / n);
    }
    kernel_[to_size(j)] = sum / n;
  }
  for (int from = 0; from < n; ++from)
    for (int to = 0; to < n; ++to) smoothing_[to_size(from * n + to)] = kernel_[to_size((to - from + n) % n)];
  for (int d = 0; d < 3; ++d) {
    const double low = grid_.centre[d] - grid_.half_width, high = grid_.centre[d] + grid_.half_width;
    for (int from = 0; from < n; ++from) {
      for (int j = 0; j < n; ++j) {
        const double w = centre[d] + (grid_.coordinate(d, j) - centre[d]) * stretch;
        const bool is_inside = w >= low && w < high;
        row_[to_size(j)] =
            is_inside ? stretch * cardinal(pi * (w - grid_.coordinate(d, from)) / grid_.half_width) : 0.0;
      }
      double* const target = &matrix(d)[to_size(from * n)];
      std::fill(target, target + n, 0.0);
      for (int j = 0; j < n; ++j)
        for (int to = 0; to < n; ++to) target[to] += row_[to_size(j)] * smoothing_[to_size(j * n + to)];
    }
  }
}

void SeparableMap::apply(std::span<double> f) {
  const std::size_t n = to_size(grid_.points), plane = n * n;
  double* const work = work_.data();
  // along z: f -> work
  std::fill(work_.begin(), work_.end(), 0.0);
  for (std::size_t line = 0; line < plane; ++line)
    for (std::size_t from = 0; from < n; ++from) {
      const double value = f[line * n + from];
      const double* const row = &matrix(2)[from * n];
      for (std::size_t to = 0; to < n; ++to) work[line * n + to] += value * row[to];
    }
  // along y: work -> f
  std::fill(f.begin(), f.end(), 0.0);
  for (std::size_t x = 0; x < n; ++x)
    for (std::size_t from = 0; from < n; ++from)
      for (std::size_t to = 0; to < n; ++to) {
        const double weight = matrix(1)[from * n + to];
        const double* const source = work + (x * n + from) * n;
        double* const target = &f[(x * n + to) * n];
        for (std::size_t z = 0; z < n; ++z) target[z] += weight * source[z];
      }
  // along x: f -> work
  std::fill(work_.begin(), work_.end(), 0.0);
  for (std::size_t from = 0; from < n; ++from)
    for (std::size_t to = 0; to < n; ++to) {
      const double weight = matrix(0)[from * n + to];
      const double* const source = &f[from * plane];
      double* const target = work + to * plane;
      for (std::size_t yz = 0; yz < plane; ++yz) target[yz] += weight * source[yz];
    }
  std::copy(work_.begin(), work_.end(), f.begin());
}

}  // namespace tessera::sim::boltzmann::disparate
