#include "sim/boltzmann/exact/krook_wu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "sim/boltzmann/exact/on_grid.hpp"

namespace tessera::sim::boltzmann {

KrookWu::KrookWu(const Params& params) : params_(params) {
  const auto& p = params_;
  constexpr double four_pi = 4.0 * std::numbers::pi, tolerance = 1e-9;
  const double l11 = four_pi * p.strength[0] * p.density[0], l12 = four_pi * p.strength[1] * p.density[1];
  const double l21 = four_pi * p.strength[1] * p.density[0], l22 = four_pi * p.strength[2] * p.density[1];
  const double total = p.mass[0] + p.mass[1], mu = 4.0 * p.mass[0] * p.mass[1] / (total * total);
  const double x = mu * (3.0 - 2.0 * mu);
  p_[0] = l22 - l12 * x;
  p_[1] = l11 - l21 * x;
  b_ = (l11 * p_[0] + l12 * x * p_[1]) / 3.0;
  const double size = std::abs(p_[0]) + std::abs(p_[1]);
  const double residual = p_[0] * (3.0 * mu * l21 - l11) + 2.0 * mu * mu * l12 * p_[1];
  const double terms = std::abs(p_[0]) * (3.0 * mu * l21 + l11) + 2.0 * mu * mu * l12 * std::abs(p_[1]);
  if (std::abs(p_[0] - p_[1]) <= tolerance * size)
    a_ = b_ / (2.0 * p_[0]);
  else if (std::abs(residual) <= tolerance * terms)
    a_ = 0.5 * mu * (l12 + l21);
  else
    throw Error::input(fmt::format(
        "the exact solution of Krook and Wu for p = {:.6g} and {:.6g}, a second condition of {:.3g}; expected equal p, "
        "or that condition to be zero: anywhere else it does not solve the equation",
        p_[0], p_[1], residual / terms));
  if (!(p_[0] > 0.0 && p_[1] > 0.0))
    throw Error::input(
        fmt::format("the exact solution of Krook and Wu for p = {:.6g} and {:.6g}; expected both to be "
                    "positive",
                    p_[0], p_[1]));
}

double KrookWu::width(double t) const { return 1.0 - b_ / a_ * std::exp(-a_ * t); }
double KrookWu::departure(int i, double t) const { return p_[i] * a_ / (a_ * std::exp(a_ * t) - b_); }
double KrookWu::temperature(int i, double t) const { return width(t) * (1.0 + 2.0 * departure(i, t)); }
double KrookWu::first_time() const { return std::log(b_ / a_ + 3.0 * std::max(p_[0], p_[1])) / a_; }

double KrookWu::value(int i, double square, double t) const {
  const double k = width(t), q = departure(i, t), s = params_.mass[i] * square / k;
  const double peak = params_.density[i] * std::pow(params_.mass[i] / (2.0 * std::numbers::pi * k), 1.5);
  return peak * std::exp(-0.5 * s) * (1.0 - 3.0 * q + q * s);
}

double KrookWu::slope(int i, double square, double t) const {
  const double k = width(t), q = departure(i, t), s = params_.mass[i] * square / k;
  const double peak = params_.density[i] * std::pow(params_.mass[i] / (2.0 * std::numbers::pi * k), 1.5);
  const double growth = a_ * std::exp(a_ * t), log_k = b_ * std::exp(-a_ * t) / k;
  const double dq = -q * a_ * growth / (growth - b_);
  return peak * std::exp(-0.5 * s) *
         (0.5 * log_k * (s - 3.0) * (1.0 - 3.0 * q + q * s) - 3.0 * dq + s * (dq - q * log_k));
}

void KrookWu::sample(const VelocityGrid& grid, int i, double t, std::span<double> f) const {
  sample_isotropic(grid, f, [&](double square) { return value(i, square, t); });
}

void KrookWu::sample_slope(const VelocityGrid& grid, int i, double t, std::span<double> rates) const {
  sample_isotropic(grid, rates, [&](double square) { return slope(i, square, t); });
}

}  // namespace tessera::sim::boltzmann
