// Parameters of the stage of light and heavy gases.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/boltzmann/collisions/spectral_params.hpp"
#include "sim/boltzmann/disparate/scheme.hpp"

namespace tessera::sim::boltzmann::disparate {

enum class Shape {
  maxwellian,
  beams,  ///< two equal Maxwellians at u +- (separation, 0, 0)
  bkw,    ///< M_K (1 - 3q + q c^2/K), K = T/(1 + 2q), after Bobylev, Krook and Wu
};

/// 24 points a side up to 7.4, collisions over 12 directions.
SpectralParams coarse_velocities();

/// One species at the start, and its velocity grid.
struct GasStart {
  double density = 1.0, temperature = 1.0;
  std::vector<double> velocity{0.0, 0.0, 0.0};
  Shape shape = Shape::maxwellian;
  double separation = 0.0, excess = 0.0;
  SpectralParams velocities = coarse_velocities();

  Moments moments() const;
};
void bind(deck::Binder& binder, GasStart& params);

enum class ReferenceKind {
  none,
  limit,    ///< of vanishing eps, in the last epoch
  maxwell,  ///< closed moments of Maxwell molecules
  exact,    ///< both Boltzmann equations, isotropic gases at rest; below eps = 0.01 the limit
};

struct MixtureParams {
  std::vector<double> eps;
  int epoch = 0, order = 2;
  Expansion expansion = Expansion::resummed;
  bool shifts_equilibrium = true;
  std::int64_t steps = 100;
  double dt = 0.02, growth = 1.0;
  std::optional<double> longest, until;  ///< in units of the slow exchange, t_0/eps^2
  double light_strength = 0.07957747154594767, cross_strength = light_strength, heavy_strength = light_strength;
  double exponent = 1.0;
  GasStart light, heavy;
  ReferenceKind reference = ReferenceKind::none;

  MixtureModel model(double eps_of_member) const;
};
void bind(deck::Binder& binder, MixtureParams& params);

}  // namespace tessera::sim::boltzmann::disparate
