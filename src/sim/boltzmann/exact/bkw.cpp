#include "sim/boltzmann/exact/bkw.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "sim/boltzmann/exact/on_grid.hpp"

namespace tessera::sim::boltzmann {

Bkw::Bkw(int dimensions, const CollisionKernel& kernel, double density, double temperature, double mass)
    : dimensions_(dimensions),
      rate_(dimensions == 3 ? 0.25 * density * kernel.viscosity_transfer()
                            : 0.25 * std::numbers::pi * density * kernel.strength),
      peak_(density * std::pow(mass / temperature, 0.5 * dimensions)),
      inverse_square_(mass / temperature) {
  if (dimensions < 2 || dimensions > 3 || kernel.gamma != 0.0 || (dimensions == 2 && !kernel.is_isotropic()))
    throw Error::input(
        fmt::format("the exact solution of Bobylev, Krook and Wu in {} dimensions for exponents {} of the "
                    "relative speed and {} of scattering; expected 2 or 3, 0, and in two dimensions 1",
                    dimensions, kernel.gamma, kernel.alpha));
}

double Bkw::first_time() const { return (dimensions_ == 3 ? std::log(2.5) : std::log(2.0)) / rate_; }

double Bkw::value(double square, double t) const {
  const double s = square * inverse_square_, k = -std::expm1(-rate_ * t), two_pi = 2.0 * std::numbers::pi;
  const double gauss = std::exp(-0.5 * s / k) * std::pow(two_pi * k, -0.5 * dimensions_);
  if (dimensions_ == 3) return 0.5 * peak_ * gauss * (5.0 - 3.0 / k + (1.0 - k) * s / (k * k));
  return peak_ * gauss * (2.0 - 1.0 / k + 0.5 * (1.0 - k) * s / (k * k));
}

double Bkw::slope(double square, double t) const {
  const double s = square * inverse_square_, k = -std::expm1(-rate_ * t), two_pi = 2.0 * std::numbers::pi;
  const double gauss = std::exp(-0.5 * s / k) * std::pow(two_pi * k, -0.5 * dimensions_);
  const double log_slope = 0.5 * (s / k - dimensions_) / k, bend = s * (1.0 - 2.0 / k) / (k * k);
  const double dk = rate_ * (1.0 - k);
  if (dimensions_ == 3)
    return 0.5 * peak_ * gauss * dk * (log_slope * (5.0 - 3.0 / k + (1.0 - k) * s / (k * k)) + 3.0 / (k * k) + bend);
  return peak_ * gauss * dk *
         (log_slope * (2.0 - 1.0 / k + 0.5 * (1.0 - k) * s / (k * k)) + 1.0 / (k * k) + 0.5 * bend);
}

void Bkw::sample(const VelocityGrid& grid, double t, std::span<double> f) const {
  sample_isotropic(grid, f, [&](double square) { return value(square, t); });
}

void Bkw::sample_slope(const VelocityGrid& grid, double t, std::span<double> rates) const {
  sample_isotropic(grid, rates, [&](double square) { return slope(square, t); });
}

}  // namespace tessera::sim::boltzmann
