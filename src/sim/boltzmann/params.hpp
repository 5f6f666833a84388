// What a deck says about a stage of velocity distributions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "deck/formula.hpp"
#include "deck/named_number.hpp"
#include "sim/boltzmann/collision_family.hpp"
#include "sim/boltzmann/phase_grid.hpp"
#include "sim/boltzmann/relaxation/models.hpp"
#include "sim/boltzmann/transport/sides.hpp"
#include "sim/gas.hpp"

namespace tessera::sim::boltzmann {

/// imex: ARS(2,2,2) of Ascher, Ruuth and Spiteri (1997), collisions implicit; penalised: the same for the collision
/// integral, of which a relaxation is implicit (Filbet and Jin 2010); exponential: collisions by the exponential
/// midpoint rule (Dimarco and Pareschi 2011) between two half steps of flight; rk2, rk3: Shu and Osher 1988, all
/// explicit.
enum class Integrator { automatic, imex, penalised, exponential, rk2, rk3 };

struct VelocityParams {
  int dimensions = 3;
  int points = 32;
  std::vector<double> half_width;  ///< of each species, or one for all
  double offset = 0.5;
  std::vector<double> centre{0.0, 0.0, 0.0};
  Reduction reduction = Reduction::none;
};
void bind(deck::Binder& binder, VelocityParams& params);

/// A Maxwellian everywhere; those of one species add up.
struct InitialParams {
  std::string species;  ///< the first one if empty
  std::string density = "1", temperature = "1";
  std::vector<std::string> velocity{"0", "0", "0"};
};

struct BoltzmannParams {
  std::vector<std::int64_t> cells;  ///< none: homogeneous
  std::vector<double> length, low;
  VelocityParams velocity;
  GasParams gas;
  double boltzmann = 1.0;
  std::optional<double> viscosity;  ///< at `viscosity_temperature`; else the first species' kernel says
  double viscosity_temperature = 1.0, viscosity_exponent = 0.5;
  Model model = Model::bgk;
  double prandtl = 2.0 / 3.0;
  Reconstruction reconstruction = Reconstruction::van_leer;
  Integrator integrator = Integrator::automatic;
  std::optional<std::int64_t> steps;
  std::optional<double> time, dt;
  double cfl = 0.45;
  std::optional<double> steady;
  std::vector<double> acceleration{0.0, 0.0, 0.0};
  std::vector<deck::NamedNumber> parameters;
  std::vector<InitialParams> initial;
  std::vector<SideParams> sides{6};
  std::shared_ptr<CollisionFamily> collisions;  ///< null: there is no collision integral to choose

  int dimensions() const { return static_cast<int>(cells.size()); }
  int num_species() const { return static_cast<int>(gas.species.size()); }
  /// Species 0 if the name is empty; -1 if there is none.
  int species_of(const std::string& name) const;
  deck::FormulaNames formula_names() const;
  /// The grid of a species.
  PhaseGrid phase_grid(int species) const;
  VelocityGrid velocity_grid(int species) const;
  Integrator chosen_integrator() const;
  /// Largest step that free flight and accelerations allow, at Courant number 1: 1 / sum over directions of the fastest
  /// velocity over the spacing. Infinite without flight.
  double courant_step() const;
  /// What the run takes: `dt` as given, or what divides `time` into steps below `cfl`.
  double step_length() const;
  std::int64_t num_steps() const;
};
void bind(deck::Binder& binder, BoltzmannParams& params);

}  // namespace tessera::sim::boltzmann
