#include "sim/boltzmann/disparate/isotropic_mixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "math/linear.hpp"
#include "sim/boltzmann/disparate/gauss_laguerre.hpp"
#include "sim/boltzmann/disparate/sizes.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

/// int nu M phi_k (power 0), int nu |c|^2 M phi_k (power 2) for nu = strength |c|^gamma and a temperature.
std::vector<double> moment_row(int size, double strength, double gamma, double temperature, int power) {
  const double exponent = 0.5 * (gamma + power);
  const math::QuadratureRule rule = gauss_laguerre(size + 1, 0.5 + exponent);
  const double factor = strength * 2.0 / std::sqrt(std::numbers::pi) * std::pow(2.0 * temperature, exponent);
  std::vector<double> row(to_size(size)), phi(row.size());
  for (std::size_t q = 0; q < rule.points.size(); ++q) {
    sonine(size, rule.points[q], phi.data());
    for (std::size_t k = 0; k < row.size(); ++k) row[k] += factor * rule.weights[q] * phi[k];
  }
  return row;
}

}  // namespace

IsotropicMixture::IsotropicMixture(const MixtureModel& model, IsotropicEquations equations, int size,
                                   double reference_temperature)
    : model_(model), size_(size), reference_(reference_temperature), equations_(equations) {
  const double eps2 = model.eps * model.eps, width = std::sqrt(reference_);
  light_ = collision_tensor(size, 0.5, model.light.strength, model.light.gamma, std::sqrt(2.0) * width);
  heavy_ = collision_tensor(size, 0.5, model.eps * model.heavy.strength, model.heavy.gamma, std::sqrt(2.0) * width);
  if (equations == IsotropicEquations::exact) {
    const double share = eps2 / (1.0 + eps2), scale = std::sqrt(1.0 + eps2) * width;
    light_heavy_ = collision_tensor(size, share, model.cross.strength, model.cross.gamma, scale);
    heavy_light_ = collision_tensor(size, 1.0 - share, model.cross.strength, model.cross.gamma, scale);
  } else {
    const double gamma = model.cross.gamma, strength = model.cross.momentum_transfer();
    light_exchange_ = exchange_matrices(size, strength * std::pow(reference_, 0.5 * gamma), gamma);
    heavy_exchange_ = exchange_matrices(size, 1.0, 0.0);
    friction_ = moment_row(size, (3.0 + gamma) / 3.0 * strength, gamma, reference_, 0);
    diffusion_ = moment_row(size, 1.0 / 3.0 * strength, gamma, reference_, 2);
  }
  coefficients_.assign(2 * to_size(size), 0.0);
}

/// By quadrature: the rule is exact for f times a polynomial once it is written over its own Maxwellian M_K; the ratio
/// of Maxwellians enters through the argument.
void IsotropicMixture::start(int species, double density, double temperature, double excess) {
  const double narrow = temperature / (1.0 + 2.0 * excess), ratio = narrow / reference_;
  const math::QuadratureRule rule = gauss_laguerre(size_ + 2, 0.5);
  std::vector<double> phi(to_size(size_));
  double* const a = &coefficients_[to_size(species * size_)];
  std::fill(a, a + size_, 0.0);
  for (std::size_t q = 0; q < rule.points.size(); ++q) {
    const double x = rule.points[q];
    sonine(size_, ratio * x, phi.data());
    const double weight =
        density * 2.0 / std::sqrt(std::numbers::pi) * rule.weights[q] * (1.0 - 3.0 * excess + 2.0 * excess * x);
    for (std::size_t k = 0; k < phi.size(); ++k) a[k] += weight * phi[k];
  }
}

void IsotropicMixture::restore(double time, double step, const std::vector<double>& coefficients) {
  if (coefficients.size() != coefficients_.size()) throw Error::input("coefficients of another number of polynomials");
  time_ = time;
  step_ = step;
  coefficients_ = coefficients;
}

/// phi_1 = (3/2 - x) / sqrt(3/2).
double IsotropicMixture::temperature_of(const std::vector<double>& a, int species) const {
  const std::size_t first = to_size(species * size_);
  return reference_ * (1.0 - std::sqrt(2.0 / 3.0) * a[first + 1] / a[first]);
}

double IsotropicMixture::temperature(int species) const { return temperature_of(coefficients_, species); }

/// <x^2> = 15/4 from phi_0, phi_1 and phi_2: x^2 = 15/4 - 5 L_1 + 2 L_2.
double IsotropicMixture::fourth_moment(int species) const {
  const double* const a = &coefficients_[to_size(species * size_)];
  const double square = 3.75 - 5.0 * std::sqrt(1.5) * a[1] / a[0] + 2.0 * std::sqrt(1.875) * a[2] / a[0];
  const double t = temperature(species) / reference_;
  return square / (3.75 * t * t);
}

void IsotropicMixture::add_collisions(const std::vector<double>& tensor, int species, int other,
                                      const std::vector<double>& a, std::vector<double>& result) const {
  const std::size_t n = to_size(size_), mine = to_size(species) * n, theirs = to_size(other) * n;
  for (std::size_t k = 0; k < n; ++k) {
    double sum = 0.0;
    for (std::size_t l = 0; l < n; ++l) {
      const double* const row = &tensor[(k * n + l) * n];
      double inner = 0.0;
      for (std::size_t m = 0; m < n; ++m) inner += row[m] * a[theirs + m];
      sum += a[mine + l] * inner;
    }
    result[mine + k] += sum;
  }
}

void IsotropicMixture::add_exchange(const std::vector<double>& a, std::vector<double>& result) const {
  const std::size_t n = to_size(size_);
  const double light = temperature_of(a, 0), heavy = temperature_of(a, 1);
  const double factor = model_.eps * model_.eps * model_.slow_factor(light, heavy);
  double friction = 0.0, diffusion = 0.0;
  for (std::size_t k = 0; k < n; ++k) {
    friction += friction_[k] * a[k];
    diffusion += diffusion_[k] * a[k];
  }
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t place = k * n + j;
      result[k] += factor * a[n] *
                   (light_exchange_.friction[place] + heavy / reference_ * light_exchange_.diffusion[place]) * a[j];
      result[n + k] +=
          factor *
          (friction * heavy_exchange_.friction[place] + diffusion / reference_ * heavy_exchange_.diffusion[place]) *
          a[n + j];
    }
}

void IsotropicMixture::rates(const std::vector<double>& a, std::vector<double>& result) const {
  std::fill(result.begin(), result.end(), 0.0);
  add_collisions(light_, 0, 0, a, result);
  add_collisions(heavy_, 1, 1, a, result);
  if (equations_ == IsotropicEquations::exact) {
    add_collisions(light_heavy_, 0, 1, a, result);
    add_collisions(heavy_light_, 1, 0, a, result);
  } else {
    add_exchange(a, result);
  }
}

void IsotropicMixture::advance_to(double time, double tolerance) {
  // d_t a = r(a) by (1/(gamma h) - J) k_i = r(a + sum alpha_ij k_j) + sum c_ij k_j / h, gamma = 1/2.
  constexpr double a21 = 2.0, a31 = 48.0 / 25.0, a32 = 6.0 / 25.0, c21 = -8.0, c31 = 372.0 / 25.0, c32 = 12.0 / 5.0;
  constexpr double c41 = -112.0 / 125.0, c42 = -54.0 / 125.0, c43 = -2.0 / 5.0;
  constexpr double b[4] = {19.0 / 9.0, 0.5, 25.0 / 108.0, 125.0 / 108.0};
  constexpr double e[4] = {17.0 / 54.0, 7.0 / 36.0, 0.0, 125.0 / 108.0};
  const std::size_t n = coefficients_.size();
  const int size = static_cast<int>(n);
  std::vector<double> slope(n), moved(n), after(n), k[4];
  math::Matrix right(size, 1), jacobian(size, size);
  if (step_ <= 0.0) step_ = 1e-3;
  while (time_ < time) {
    rates(coefficients_, slope);
    // Central differences: the rates are quadratic but for the factors of temperatures.
    for (std::size_t j = 0; j < n; ++j) {
      const double delta = 1e-4;
      moved = coefficients_;
      moved[j] += delta;
      rates(moved, after);
      moved[j] -= 2.0 * delta;
      std::vector<double>& before = k[0];
      before.resize(n);
      rates(moved, before);
      for (std::size_t i = 0; i < n; ++i)
        jacobian(static_cast<int>(i), static_cast<int>(j)) = (after[i] - before[i]) / (2.0 * delta);
    }
    for (bool is_accepted = false; !is_accepted;) {
      const double h = std::min(step_, time - time_);
      const math::Matrix inverse = math::solve(math::Matrix::identity(size, 2.0 / h) - jacobian,
                                               math::Matrix::identity(size), "the matrix of a Rosenbrock step", 0.0);
      const auto solve_stage = [&](const std::vector<double>& rate, double c1, double c2, double c3, int stage) {
        for (std::size_t i = 0; i < n; ++i) {
          double sum = rate[i];
          const double c[3] = {c1, c2, c3};
          for (int s = 0; s < stage; ++s) sum += c[s] * k[s][i] / h;
          right(static_cast<int>(i), 0) = sum;
        }
        const math::Matrix solution = inverse * right;
        k[stage].assign(solution.data(), solution.data() + n);
      };
      solve_stage(slope, 0.0, 0.0, 0.0, 0);
      for (std::size_t i = 0; i < n; ++i) moved[i] = coefficients_[i] + a21 * k[0][i];
      rates(moved, after);
      solve_stage(after, c21, 0.0, 0.0, 1);
      for (std::size_t i = 0; i < n; ++i) moved[i] = coefficients_[i] + a31 * k[0][i] + a32 * k[1][i];
      rates(moved, after);
      solve_stage(after, c31, c32, 0.0, 2);
      solve_stage(after, c41, c42, c43, 3);
      double error = 0.0;
      for (std::size_t i = 0; i < n; ++i) {
        double change = 0.0, estimate = 0.0;
        for (int s = 0; s < 4; ++s) {
          change += b[s] * k[s][i];
          estimate += e[s] * k[s][i];
        }
        moved[i] = coefficients_[i] + change;
        error = std::max(error, std::abs(estimate));
      }
      error /= tolerance;
      if (!std::isfinite(error))
        throw Error::numeric(fmt::format("the coefficients of the isotropic mixture diverge at time {:.4g}", time_));
      is_accepted = error <= 1.0;
      const double growth = std::clamp(0.9 * std::pow(std::max(error, 1e-12), -0.25), 0.2, 2.0);
      if (is_accepted) {
        coefficients_ = moved;
        time_ = h < time - time_ ? time_ + h : time;
        if (h >= step_ || growth < 1.0) step_ = h * growth;
      } else {
        step_ = h * growth;
      }
    }
  }
}

}  // namespace tessera::sim::boltzmann::disparate
