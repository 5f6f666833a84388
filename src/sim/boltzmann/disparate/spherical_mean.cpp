#include "sim/boltzmann/disparate/spherical_mean.hpp"

#include <cmath>
#include <numbers>

#include "sim/boltzmann/disparate/sizes.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

/// Of mode j of n.
int signed_frequency(int j, int n) { return j < n / 2 ? j : j - n; }

}  // namespace

SphericalMean::SphericalMean(const VelocityGrid& grid)
    : grid_(grid),
      fft_(math::FftShape{grid.points, grid.points, grid.points}),
      step_(grid.half_width / (num_radii - 1)) {
  const int n = grid.points, half = n / 2 + 1;
  shells_.assign(to_size(n) * to_size(n) * to_size(half), -1);
  modes_.resize(shells_.size());
  std::vector<int> shell_of_square(to_size(3 * n * n / 4 + 1), -1);
  std::size_t mode = 0;
  for (int x = 0; x < n; ++x)
    for (int y = 0; y < n; ++y)
      for (int z = 0; z < half; ++z, ++mode) {
        if (x == n / 2 || y == n / 2 || z == n / 2) continue;
        const int kx = signed_frequency(x, n), ky = signed_frequency(y, n), square = kx * kx + ky * ky + z * z;
        int& shell = shell_of_square[to_size(square)];
        if (shell < 0) {
          shell = static_cast<int>(wavenumbers_.size());
          wavenumbers_.push_back(std::numbers::pi * std::sqrt(static_cast<double>(square)) / grid.half_width);
        }
        shells_[mode] = shell;
      }
  const std::size_t count = wavenumbers_.size();
  table_.resize((num_radii + 1) * count);
  for (std::size_t r = 0; r < to_size(num_radii); ++r)
    for (std::size_t s = 0; s < count; ++s) {
      const double phase = wavenumbers_[s] * step_ * static_cast<double>(r);
      table_[r * count + s] = phase > 0.0 ? std::sin(phase) / phase : 1.0;
    }
  for (std::size_t s = 0; s < count; ++s) {
    const double phase = wavenumbers_[s] * grid.half_width;
    table_[num_radii * count + s] = (std::cos(phase) - table_[(num_radii - 1) * count + s]) / grid.half_width;
  }
  for (auto& phases : phases_) phases.resize(to_size(n));
  sums_.resize(count);
  values_.resize(num_radii);
  slopes_.resize(num_radii);
  pivots_.resize(num_radii, 0.25);
  for (std::size_t m = 2; m < to_size(num_radii); ++m) pivots_[m] = 1.0 / (4.0 - pivots_[m - 1]);
}

void SphericalMean::take(std::span<const double> f) {
  fft_.forward(f, modes_);
  const double scale = fft_.scale();
  for (auto& mode : modes_) mode *= scale;
}

void SphericalMean::centre_at(const double (&centre)[3]) {
  for (int d = 0; d < 3; ++d) {
    const double angle = std::numbers::pi * (centre[d] - grid_.coordinate(d, 0)) / grid_.half_width;
    for (int j = 0; j < grid_.points; ++j)
      phases_[d][to_size(j)] = std::polar(1.0, angle * signed_frequency(j, grid_.points));
  }
  add_shells();
  const std::size_t count = sums_.size();
  for (std::size_t r = 0; r < to_size(num_radii); ++r) {
    const double* const row = &table_[r * count];
    double sum = 0.0;
    for (std::size_t s = 0; s < count; ++s) sum += row[s] * sums_[s];
    values_[r] = sum;
  }
  double last = 0.0;
  for (std::size_t s = 0; s < count; ++s) last += table_[num_radii * count + s] * sums_[s];
  find_slopes(last);
}

/// A mode and its mirror image, which is not stored, add up to twice the real part.
void SphericalMean::add_shells() {
  const int n = grid_.points, half = n / 2 + 1;
  std::fill(sums_.begin(), sums_.end(), 0.0);
  std::size_t mode = 0;
  for (int x = 0; x < n; ++x)
    for (int y = 0; y < n; ++y) {
      const math::Complex phase = phases_[0][to_size(x)] * phases_[1][to_size(y)];
      for (int z = 0; z < half; ++z, ++mode) {
        if (shells_[mode] < 0) continue;
        const math::Complex &a = phases_[2][to_size(z)], &f = modes_[mode];
        const double real = phase.real() * a.real() - phase.imag() * a.imag();
        const double imaginary = phase.real() * a.imag() + phase.imag() * a.real();
        sums_[to_size(shells_[mode])] += (z > 0 ? 2.0 : 1.0) * (real * f.real() - imaginary * f.imag());
      }
    }
}

/// s_m-1 + 4 s_m + s_m+1 = 3 (f_m+1 - f_m-1) / h: continuous curvature; 0 at the centre, by symmetry.
void SphericalMean::find_slopes(double last) {
  const std::size_t end = num_radii - 1;
  slopes_[0] = 0.0;
  slopes_[end] = last;
  for (std::size_t m = 1; m < end; ++m) {
    double right = 3.0 * (values_[m + 1] - values_[m - 1]) / step_ - (m > 1 ? slopes_[m - 1] : 0.0);
    if (m + 1 == end) right -= last;
    slopes_[m] = right * pivots_[m];
  }
  for (std::size_t m = end - 2; m >= 1; --m) slopes_[m] -= pivots_[m] * slopes_[m + 1];
}

double SphericalMean::operator()(double radius) const {
  const double place = radius / step_;
  const auto m = static_cast<std::size_t>(place);
  if (m + 1 >= to_size(num_radii)) return radius > grid_.half_width ? 0.0 : values_[num_radii - 1];
  const double t = place - static_cast<double>(m), u = 1.0 - t;
  return u * u * ((1.0 + 2.0 * t) * values_[m] + t * step_ * slopes_[m]) +
         t * t * ((1.0 + 2.0 * u) * values_[m + 1] - u * step_ * slopes_[m + 1]);
}

}  // namespace tessera::sim::boltzmann::disparate
