#include "sim/boltzmann/disparate/laguerre.hpp"

#include <cmath>
#include <numbers>

#include "sim/boltzmann/disparate/gauss_laguerre.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

/// sqrt of int M L_k^2 over that of L_k-1.
double norm_ratio(int k) { return std::sqrt((k + 0.5) / k); }

/// For int M g(x) dv = factor int x^(1/2) e^-x g dx.
const double maxwell_factor = 2.0 / std::sqrt(std::numbers::pi);

}  // namespace

void sonine(int count, double x, double* values) {
  double before = 0.0, now = 1.0, norm = 1.0;
  for (int k = 0; k < count; ++k) {
    if (k > 0) norm *= norm_ratio(k);
    values[k] = now / norm;
    const double next = ((2.0 * k + 1.5 - x) * now - (k + 0.5) * before) / (k + 1.0);
    before = now;
    now = next;
  }
}

/// d L_k/dx = - sum of L_j with j < k.
void sonine_slopes(int count, double x, double* slopes) {
  double before = 0.0, now = 1.0, norm = 1.0, sum = 0.0;
  for (int k = 0; k < count; ++k) {
    if (k > 0) norm *= norm_ratio(k);
    slopes[k] = -sum / norm;
    sum += now;
    const double next = ((2.0 * k + 1.5 - x) * now - (k + 0.5) * before) / (k + 1.0);
    before = now;
    now = next;
  }
}

ExchangeMatrices exchange_matrices(int size, double strength, double gamma) {
  const auto n = static_cast<std::size_t>(size);
  ExchangeMatrices result{size, std::vector<double>(n * n), std::vector<double>(n * n)};
  // r^(2+gamma) = (2x)^(1+gamma/2)
  const math::QuadratureRule rule = gauss_laguerre(size + 1, 1.5 + 0.5 * gamma);
  const double factor = strength * maxwell_factor * std::pow(2.0, 1.0 + 0.5 * gamma);
  std::vector<double> phi(n), slope(n);
  for (std::size_t q = 0; q < rule.points.size(); ++q) {
    const double x = rule.points[q], weight = factor * rule.weights[q];
    sonine(size, x, phi.data());
    sonine_slopes(size, x, slope.data());
    for (std::size_t k = 0; k < n; ++k)
      for (std::size_t j = 0; j < n; ++j) {
        result.friction[k * n + j] -= weight * slope[k] * phi[j];
        result.diffusion[k * n + j] -= weight * slope[k] * (slope[j] - phi[j]);
      }
  }
  return result;
}

/// W = sqrt(own) xi + sqrt(other) xi* and Z = sqrt(other) xi - sqrt(own) xi* (velocities in thermal widths) are
/// independent normal vectors; a collision turns Z, and only its angle with W matters here.
std::vector<double> collision_tensor(int size, double own, double strength, double gamma, double scale) {
  const auto n = static_cast<std::size_t>(size);
  const int num_points = (3 * size) / 2 + 1;
  const double other = 1.0 - own, mixed = 2.0 * std::sqrt(own * other);
  const math::QuadratureRule centre = gauss_laguerre(num_points, 0.5),
                             relative = gauss_laguerre(num_points, 0.5 + 0.5 * gamma);
  const math::QuadratureRule angle = math::gauss_legendre(num_points);
  const double factor = 4.0 * std::numbers::pi * strength * std::pow(scale, gamma) * std::pow(2.0, 0.5 * gamma) *
                        maxwell_factor * maxwell_factor;
  std::vector<double> tensor(n * n * n), mine(n * angle.points.size()), theirs(n), after(n), pair(n * n);
  for (std::size_t w = 0; w < centre.points.size(); ++w)
    for (std::size_t z = 0; z < relative.points.size(); ++z) {
      const double x = centre.points[w], y = relative.points[z], cross = mixed * std::sqrt(x * y);
      std::fill(after.begin(), after.end(), 0.0);
      for (std::size_t a = 0; a < angle.points.size(); ++a) {
        sonine(size, own * x + other * y + cross * angle.points[a], &mine[a * n]);
        for (std::size_t k = 0; k < n; ++k) after[k] += 0.5 * angle.weights[a] * mine[a * n + k];
      }
      for (std::size_t a = 0; a < angle.points.size(); ++a) {
        sonine(size, other * x + own * y - cross * angle.points[a], theirs.data());
        const double weight = factor * centre.weights[w] * relative.weights[z] * 0.5 * angle.weights[a];
        for (std::size_t l = 0; l < n; ++l)
          for (std::size_t m = 0; m < n; ++m) pair[l * n + m] = weight * mine[a * n + l] * theirs[m];
        for (std::size_t k = 0; k < n; ++k) {
          const double change = after[k] - mine[a * n + k];
          double* const target = &tensor[k * n * n];
          for (std::size_t lm = 0; lm < n * n; ++lm) target[lm] += change * pair[lm];
        }
      }
    }
  return tensor;
}

std::vector<double> linear_collisions(int size, const CollisionKernel& kernel) {
  const auto n = static_cast<std::size_t>(size);
  const std::vector<double> tensor = collision_tensor(size, 0.5, kernel.strength, kernel.gamma, std::sqrt(2.0));
  std::vector<double> matrix(n * n);
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t l = 0; l < n; ++l) matrix[k * n + l] = tensor[(k * n + l) * n] + tensor[k * n * n + l];
  return matrix;
}

}  // namespace tessera::sim::boltzmann::disparate
