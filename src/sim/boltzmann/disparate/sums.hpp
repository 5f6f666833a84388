// Moments, Maxwellians and their corrections in three dimensions, as in sim/boltzmann/moments.hpp but with sums taken
// line by line and plane by plane: a run corrects thousands of times, and what sums are off by from rounding stays in
// the density, where it adds up. Particles have mass 1.
#pragma once

#include <span>

#include "sim/boltzmann/moments.hpp"

namespace tessera::sim::boltzmann::disparate {

/// Local. int f, int v f, int |v|^2 f.
Invariants sum_invariants(const VelocityGrid& grid, std::span<const double> f);

/// Local. Throws Error (numeric) naming the species unless density and temperature are positive and finite.
Moments checked_moments(const VelocityGrid& grid, std::span<const double> f, const char* species);

/// Local. At the points; as a product over directions.
void fill_maxwellian(const VelocityGrid& grid, const Moments& moments, std::span<double> f);
/// Local. With these sums, to rounding.
void fill_exact_maxwellian(const VelocityGrid& grid, const Moments& moments, std::span<double> f);

/// Local. values += weight (a + b.c + e |c|^2) such that the sums of values are the target; `moments` are the weight's.
/// Throws Error (numeric) if the weight does not suit the grid.
void correct_sums(const VelocityGrid& grid, const Moments& moments, std::span<const double> weight,
                  const Invariants& target, std::span<double> values);

}  // namespace tessera::sim::boltzmann::disparate
