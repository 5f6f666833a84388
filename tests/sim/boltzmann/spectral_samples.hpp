// Gases for tests of collision operators, and numbers to hold them against.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/boltzmann/collisions/make_operator.hpp"
#include "sim/boltzmann/moments.hpp"
#include "stored.hpp"

namespace tessera::test {

using sim::CollisionKernel;
using sim::boltzmann::Moments;
using sim::boltzmann::SpectralMethod;
using sim::boltzmann::SpectralParams;
using sim::boltzmann::VelocityGrid;

inline constexpr double pi = std::numbers::pi;
inline constexpr double unit_strength = 1.0 / (4.0 * pi);  ///< of one collision in unit time

using Values = std::vector<double>;

inline Values stored(const std::string& dataset) {
  return read_stored(data_path("boltzmann/spectral.h5"), dataset).numbers;
}

inline VelocityGrid cube(int points, double half_width, double offset = 0.0, int dimensions = 3) {
  VelocityGrid grid;
  grid.dimensions = dimensions;
  grid.points = points;
  grid.half_width = half_width;
  grid.offset = offset;
  return grid;
}

inline SpectralParams finely(double support, int radial_points, int directions,
                             SpectralMethod method = SpectralMethod::classic, bool conserve = false) {
  SpectralParams params;
  params.support = support;
  params.radial_points = radial_points;
  params.sphere_points = directions;
  params.method = method;
  params.conserve = conserve;
  return params;
}

inline Values zeros(const VelocityGrid& grid) { return Values(static_cast<std::size_t>(grid.size())); }

struct Collided {
  Values rate, frequency;
};

/// Of one cell.
inline Collided collide(const CollisionKernel& kernel, double mass, const VelocityGrid& grid,
                        const SpectralParams& params, const Values& f) {
  const auto collisions = sim::boltzmann::make_collision_operator(comm(), kernel, mass, grid, params);
  Collided result{Values(f.size()), Values(f.size())};
  collisions->evaluate(f, result.rate, result.frequency);
  return result;
}

inline double largest(const Values& values) {
  double result = 0.0;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}

inline double largest_difference(const Values& a, const Values& b) {
  double result = a.size() == b.size() ? 0.0 : INFINITY;
  for (std::size_t n = 0; n < a.size() && n < b.size(); ++n) result = std::max(result, std::abs(a[n] - b[n]));
  return result;
}

/// Two drifting Maxwellians, far from isotropic.
inline Values bimodal(const VelocityGrid& grid, double scale = 1.0) {
  Values f = zeros(grid), part = f;
  for (const Moments& m : {Moments{0.6, {0.7, 0.0, 0.0}, 0.8}, Moments{0.4, {-1.05, 0.3, 0.0}, 0.7}}) {
    sample_maxwellian(grid, 1.0,
                      {m.density, {scale * m.velocity[0], scale * m.velocity[1], 0.0}, scale * scale * m.temperature},
                      part);
    for (std::size_t n = 0; n < f.size(); ++n) f[n] += part[n];
  }
  return f;
}

}  // namespace tessera::test
