// What a deck says about a linear kinetic equation in the diffusive scaling.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "deck/formula.hpp"
#include "deck/named_number.hpp"

namespace tessera::sim::boltzmann::diffusive {

/// What brings the velocities of particles to the equilibrium M.
enum class LinearCollisions {
  isotropic,     ///< scattering into any direction: Q f = sigma (rho - f), -1 <= v <= 1, M = 1/2
  fokker_planck  ///< friction and thermal noise: Q f = sigma d_v (v f + T d_v f), M a Maxwellian
};

enum class LineSides { periodic, reflecting };
enum class DiffusionPart { explicitly, implicitly };

/// f(x, v, 0) / M.
struct LineStart {
  std::string density = "1";  ///< formula of x
  std::string distribution;   ///< formula of x and v instead, where f is not M times the density
};

/// eps d_t f + v d_x f - phi' d_v f = Q f / eps on 0 <= x <= length.
struct LinearKineticParams {
  LinearCollisions collisions = LinearCollisions::isotropic;
  double eps = 1.0;
  std::int64_t cells = 160;
  double length = 1.0;
  LineSides sides = LineSides::periodic;
  int velocities = 16;
  std::string scattering = "1";  ///< sigma, a formula of x
  double temperature = 1.0;
  std::string potential;  ///< phi, a formula of x; empty: 0
  LineStart start;
  std::vector<deck::NamedNumber> parameters;
  DiffusionPart diffusion = DiffusionPart::implicitly;
  int order = 2;
  std::optional<double> duration, dt;
  std::optional<std::int64_t> steps;
  bool records_distribution = false;

  bool is_periodic() const { return sides == LineSides::periodic; }
  double spacing() const { return length / static_cast<double>(cells); }
};
void bind(deck::Binder& binder, LinearKineticParams& params);

/// What formulas may speak of: x, for a distribution v, the length L, and the parameters.
deck::FormulaNames line_names(const LinearKineticParams& params, bool with_velocity = false);

inline constexpr int max_velocities = 64;

}  // namespace tessera::sim::boltzmann::diffusive
