#include "sim/boltzmann/disparate/slow_shape.hpp"

#include <algorithm>
#include <cmath>

#include "sim/boltzmann/disparate/sums.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

/// Calls function(n, x) with x = |v - u|^2 / 2T for each point of the grid.
template <class Function>
void for_each_energy(const VelocityGrid& grid, const Moments& m, const Function& function) {
  const int n = grid.points;
  const double factor = 0.5 / m.temperature;
  std::size_t place = 0;
  for (int x = 0; x < n; ++x) {
    const double cx = grid.coordinate(0, x) - m.velocity[0];
    for (int y = 0; y < n; ++y) {
      const double cy = grid.coordinate(1, y) - m.velocity[1], square = cx * cx + cy * cy;
      for (int z = 0; z < n; ++z, ++place) {
        const double cz = grid.coordinate(2, z) - m.velocity[2];
        function(place, factor * (square + cz * cz));
      }
    }
  }
}

constexpr double largest_energy = 12.5;  // |v - u| = 5 sqrt T

}  // namespace

SlowShape::SlowShape(const MixtureModel& model, const VelocityGrid& light)
    : model_(model),
      light_(light),
      exchange_(exchange_matrices(size, model.cross.momentum_transfer(), model.cross.gamma)) {
  const std::vector<double> rates = linear_collisions(size, model.light);
  const double a = rates[2 * size + 2], b = rates[2 * size + 3], c = rates[3 * size + 2], d = rates[3 * size + 3];
  const double determinant = a * d - b * c;
  inverse_[0][0] = d / determinant;
  inverse_[0][1] = -b / determinant;
  inverse_[1][0] = -c / determinant;
  inverse_[1][1] = a / determinant;
  weight_.resize(static_cast<std::size_t>(light.size()));
}

void SlowShape::source(double slow, const Moments& light, const Moments& heavy, std::span<const double> f,
                       std::span<const double> maxwellian, std::span<double> psi) const {
  double a[size] = {};
  for_each_energy(light_, light, [&](std::size_t n, double x) {
    if (x >= largest_energy) return;
    double phi[size];
    sonine(size, x, phi);
    for (int k = 2; k < size; ++k) a[k] += phi[k] * f[n];
  });
  for (double& coefficient : a) coefficient *= light_.cell_volume();
  a[0] = light.density;
  const double ratio = heavy.temperature / light.temperature;
  const double factor = slow * model_.slow_factor(light.temperature, heavy.temperature) * heavy.density *
                        std::pow(light.temperature, 0.5 * model_.cross.gamma) / light.density;
  double b[size] = {};
  for (int k = 2; k < size; ++k)
    for (int j = 0; j < size; ++j) {
      const auto place = static_cast<std::size_t>(k * size + j);
      b[k] += factor * (exchange_.friction[place] + ratio * exchange_.diffusion[place]) * a[j];
    }
  for_each_energy(light_, light, [&](std::size_t n, double x) {
    double phi[size];
    sonine(size, x, phi);
    psi[n] = maxwellian[n] * (b[2] * phi[2] + b[3] * phi[3]);
  });
  correct_sums(light_, light, maxwellian, Invariants{}, psi);
}

void SlowShape::shifts(const Moments& light, const Moments& heavy, double (&e)[2]) const {
  const double ratio = heavy.temperature / light.temperature;
  const double factor = -model_.eps * model_.eps * heavy.density / light.density *
                        model_.slow_factor(light.temperature, heavy.temperature) *
                        std::pow(light.temperature, 0.5 * (model_.cross.gamma - model_.light.gamma));
  double b[2];
  for (int k = 0; k < 2; ++k) {
    const auto place = static_cast<std::size_t>((k + 2) * size);
    b[k] = factor * (exchange_.friction[place] + ratio * exchange_.diffusion[place]);
  }
  for (int k = 0; k < 2; ++k) e[k] = inverse_[k][0] * b[0] + inverse_[k][1] * b[1];
}

void SlowShape::shift(const Moments& light, const Moments& heavy, std::span<double> maxwellian) {
  double e[2];
  shifts(light, heavy, e);
  const std::span<double> weight(weight_);
  std::copy(maxwellian.begin(), maxwellian.end(), weight.begin());
  for_each_energy(light_, light, [&](std::size_t n, double x) {
    double phi[size];
    sonine(size, x, phi);
    maxwellian[n] *= 1.0 + e[0] * phi[2] + e[1] * phi[3];
  });
  correct_sums(light_, light, weight, invariants_of(light_, 1.0, light), maxwellian);
}

}  // namespace tessera::sim::boltzmann::disparate
