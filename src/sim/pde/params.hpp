// What a deck says about a partial differential equation as an environment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "deck/formula.hpp"
#include "sim/limits.hpp"
#include "sim/pde/devices.hpp"
#include "sim/pde/equations.hpp"

namespace tessera::sim::pde {

/// The initial state: formulas, or a file. The parameters are drawn for each episode.
struct StartParams {
  std::vector<std::string> formulas;  ///< one a field; empty: the equation's own
  std::string file;                   ///< fields.h5 of another run
  std::optional<double> amplitude, amplitude_width, spread, spread_width, offset, offset_width;
};

/// Lists have a number for each direction, x first. What is optional or empty has a value once a deck is read.
struct PdeParams : LimitParams {
  Equation equation = Equation::burgers;
  Fidelity fidelity = Fidelity::corrected;
  std::vector<std::int64_t> points, actuators, sensors;
  std::vector<double> length;
  std::optional<std::int64_t> steps;
  std::optional<double> sample_time, substep;
  std::vector<std::optional<double>> constants;  ///< in the order of constant_infos()
  StartParams start;
  std::optional<Placement> placement;
  double actuator_width = 0.1;  ///< a share of the length
  double state_weight = 1.0, action_weight = 1.0;
  bool weigh_by_spacing = false;
  std::string target;                               ///< formula; empty: 0
  double process_noise = 0.0, sensor_noise = 0.25;  ///< variances

  PdeParams() : constants(constant_infos().size()) {}

  std::size_t dimensions() const { return points.size(); }
  int num_fields() const { return static_cast<int>(defaults_of(equation).fields.size()); }
  Constants values_of_constants() const;
  std::int64_t num_points() const;
};
void bind(deck::Binder& binder, PdeParams& params);

/// What formulas of a state may speak of: x, y, z as there are directions, amplitude, spread and offset, and the
/// lengths L (or Lx), Ly, Lz.
deck::FormulaNames start_names(const PdeParams& params);

}  // namespace tessera::sim::pde
