// Negative values, which spectral methods make where a distribution is hardly resolved: seen, and put right.
#pragma once

#include <cstdint>
#include <span>

#include "sim/boltzmann/moments.hpp"
#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann {

struct Negatives {
  std::int64_t count = 0;
  double lowest = 0.0;   ///< the most negative value, or 0
  double highest = 0.0;  ///< the largest value
};
/// Local.
Negatives negatives(std::span<const double> f);
/// Of two parts together.
Negatives operator+(const Negatives& a, const Negatives& b);

/// Local. Draws f [grid.size()] towards the Maxwellian of the same density, velocity and temperature, no farther than
/// makes it non-negative: mass, momentum and energy stay. Returns what is left of the distance, 1 if f was not negative
/// anywhere. `maxwellian` [grid.size()] is scratch. Throws Error (numeric) if density or temperature are not positive.
double limit_to_positive(const VelocityGrid& grid, double mass, std::span<double> f, std::span<double> maxwellian);

/// Local. The part of the particles that are farther than `radius` from the centre of the grid.
double fraction_outside(const VelocityGrid& grid, double radius, std::span<const double> f);

/// Local. Throws Error (input) if a Maxwellian of these moments has more than 1e-6 of its particles farther than
/// `support` from the centre of the grid; `where` says which.
void require_support(const VelocityGrid& grid, double support, double mass, const Moments& moments, const char* where);

}  // namespace tessera::sim::boltzmann
