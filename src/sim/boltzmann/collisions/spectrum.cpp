#include "sim/boltzmann/collisions/spectrum.hpp"

#include <fmt/format.h>
#include <math.h>  // j0, which C++ has not

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "math/spherical_bessel.hpp"

namespace tessera::sim::boltzmann {

namespace {

constexpr std::int64_t padding = 8;  // complex numbers: planes that do not share cache sets

const VelocityGrid& checked(const VelocityGrid& grid) {
  if (grid.dimensions < 2 || grid.dimensions > 3)
    throw Error::input(fmt::format("the spectral collision operator on velocities of {} dimension(s); expected 2 or 3",
                                   grid.dimensions));
  if (grid.points < 4 || grid.points % 2 != 0)
    throw Error::input(
        fmt::format("{} points a direction of velocity space; expected an even number, at least 4", grid.points));
  if (!(grid.half_width > 0.0))
    throw Error::input(fmt::format("a velocity space of half width {}; expected more than 0", grid.half_width));
  return grid;
}

std::int64_t plane_of(const VelocityGrid& grid) {
  return grid.dimensions == 3 ? grid.points * grid.points : grid.points;
}

math::FftShape cube(int points, int dimensions) { return math::FftShape(static_cast<std::size_t>(dimensions), points); }

/// A divisor of the plane: few enough for the first cache.
std::int64_t divisor_of(std::int64_t plane) {
  std::int64_t count = 16;
  while (plane % count != 0) --count;
  return count;
}

}  // namespace

double mean_wave(int dimensions, double x) {
  constexpr double pi = std::numbers::pi;
  return dimensions == 3 ? 4.0 * pi * math::sinc(x) : 2.0 * pi * ::j0(x);
}

Spectrum::Spectrum(const Comm& comm, const VelocityGrid& grid, double filter)
    : grid_(checked(grid)),
      plane_(plane_of(grid)),
      stride_(plane_ + padding),
      real_(comm, cube(grid.points, grid.dimensions)),
      planes_(comm, cube(grid.points, grid.dimensions - 1)),
      columns_(comm, grid.points, divisor_of(plane_), stride_) {
  const int n = points();
  for (int k = 0; k < n; ++k) {
    const double part = 2.0 * frequency(k) / n;
    filter_.push_back(k == n / 2 ? 0.0 : std::exp(-filter * std::pow(part, 8)));
  }
  const int outer = grid.dimensions == 3 ? n : 1;
  for (int x = 0; x < outer; ++x)
    for (int y = 0; y < n; ++y)
      row_squares_.push_back(frequency(y) * frequency(y) + (outer > 1 ? frequency(x) * frequency(x) : 0));
}

double Spectrum::wave_number() const { return std::numbers::pi / grid_.half_width; }

Scratch Spectrum::make_scratch() const {
  const auto doubles = [](std::int64_t count) { return static_cast<std::size_t>(count); };
  return {HostArray1<double>("collision_waves", doubles(2 * stride_ * points())),
          HostArray1<double>("collision_columns", doubles(2 * columns_.count() * points())),
          HostArray1<double>("collision_product", doubles(size())),
          HostArray1<double>("collision_half", doubles(2 * num_half()))};
}

void Spectrum::analyse(std::span<const double> f, const Modes& modes, Scratch& scratch) const {
  const auto half = std::span(reinterpret_cast<Complex*>(scratch.half.data()), static_cast<std::size_t>(num_half()));
  // Arrays of many cells begin anywhere that is a multiple of 16 bytes, as their length is even.
  real_.forward(f, half);
  const int n = points(), middle = n / 2, width = half_row();
  const int outer = grid_.dimensions == 3 ? n : 1;
  const double norm = scale();
  for (int x = 0; x < outer; ++x)
    for (int y = 0; y < n; ++y) {
      const double row_filter =
          norm * filter_[static_cast<std::size_t>(y)] * (outer > 1 ? filter_[static_cast<std::size_t>(x)] : 1.0);
      const Complex* row = half.data() + static_cast<std::ptrdiff_t>(x * n + y) * width;
      const Complex* mirrored =
          half.data() + static_cast<std::ptrdiff_t>((outer - x) % outer * n + (n - y) % n) * width;
      double* re = modes.re + static_cast<std::ptrdiff_t>(x * n + y) * n;
      double* im = modes.im + static_cast<std::ptrdiff_t>(x * n + y) * n;
      for (int z = 0; z < n; ++z) {
        const Complex value = z <= middle ? row[z] : std::conj(mirrored[n - z]);
        const double factor = row_filter * filter_[static_cast<std::size_t>(z)];
        re[z] = factor * value.real();
        im[z] = factor * value.imag();
      }
    }
}

void Spectrum::transform_product(Scratch& scratch) const {
  real_.forward({scratch.product.data(), scratch.product.size()},
                {reinterpret_cast<Complex*>(scratch.half.data()), static_cast<std::size_t>(num_half())});
}

void Spectrum::synthesise(std::span<Complex> half, std::span<double> values) const { real_.backward(half, values); }

}  // namespace tessera::sim::boltzmann
