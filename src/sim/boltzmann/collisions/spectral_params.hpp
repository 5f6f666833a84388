// How fine collisions are worked out: velocity grid and rules of integration.
#pragma once

#include <optional>

#include "deck/binder.hpp"
#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann {

enum class SpectralMethod {
  automatic,  ///< Carleman's form where it holds and directions are many, otherwise the classic one
  classic,    ///< radii and directions; any exponent, masses and scattering
  carleman,   ///< directions alone; hard spheres (in two dimensions Maxwell molecules) of equal masses
  direct,     ///< all pairs of modes; a reference for few points
};

struct SpectralParams {
  int dimensions = 3;
  int points = 32;
  double half_width = 6.0;
  std::optional<double> support;
  std::optional<std::int64_t> radial_points, sphere_points;
  SpectralMethod method = SpectralMethod::automatic;
  double filter = 0.0;
  bool conserve = true;

  /// Of the centre 0.
  VelocityGrid grid() const;
};
/// One table of a deck. Reads and checks.
void bind(deck::Binder& binder, SpectralParams& params);
/// Everything but the grid, which is given elsewhere.
void bind_accuracy(deck::Binder& binder, SpectralParams& params);

/// The support S unless given: half width over (3 + sqrt 2)/2, where nothing of the truncated operator is aliased.
double default_support(double half_width);
/// Unless given: 50 for Carleman's form, 32 for others; in two dimensions as many as points.
int directions_of(const SpectralParams& params, int dimensions, int points, bool is_carleman);
/// Unless given: half the points.
int radii_of(const SpectralParams& params, int points);
/// Throws Error (input) where support and half width do not go together.
void check_support(double support, double half_width);

}  // namespace tessera::sim::boltzmann
