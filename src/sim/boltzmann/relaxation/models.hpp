// Relaxation models: towards what, and how fast, each cell goes, from the sums over its velocities.
#pragma once

#include <vector>

#include "sim/boltzmann/cell_sums.hpp"
#include "sim/boltzmann/relaxation/targets.hpp"

namespace tessera::sim::boltzmann {

/// bgk: Bhatnagar, Gross and Krook 1954; es_bgk: Holway 1966; shakhov: Shakhov 1968; mixture: Andries, Aoki and
/// Perthame, J. Stat. Phys. 106 (2002) 993; boltzmann: the collision integral itself.
enum class Model { bgk, es_bgk, shakhov, mixture, boltzmann };

/// mu = reference T^exponent, T an energy.
struct ViscosityLaw {
  double reference = 1.0, exponent = 0.5;
};

struct SingleModel {
  Model model = Model::bgk;
  ViscosityLaw viscosity;
  double prandtl = 1.0;
  double mass = 1.0;
};

/// Sums that a model needs.
int sums_needed(Model model);

/// Fills `state` and the relaxation rate of each cell. The implicit stage f = f* + step rate (target - f) is solved for
/// the moments that it changes: `step` = 0 if the target is that of f* itself. What is conserved does not change.
/// Returns the lowest number of a cell with a density or temperature that is not positive.
int prepare_target(const PhaseGrid& phase, const SingleModel& model, int cells, const CellSums& sums, double step,
                   const TargetState& state, const Array1<double>& rate);

inline constexpr int max_species = 4;

/// Rates of momentum transfer per density of the other species: exact for Maxwell molecules; others with T^(gamma/2) of
/// the mixture's temperature.
struct MixtureModel {
  int species = 0;
  double mass[max_species] = {};
  double rate[max_species][max_species] = {};      ///< at T = 1
  double exponent[max_species][max_species] = {};  ///< gamma / 2
};

/// The same for all species at once: what they exchange is implicit too, and conserved in all of them together.
int prepare_mixture(const std::vector<const PhaseGrid*>& phases, const MixtureModel& model, int cells,
                    const std::vector<CellSums>& sums, double step, const std::vector<TargetState>& states,
                    const std::vector<Array1<double>>& rates);

}  // namespace tessera::sim::boltzmann
