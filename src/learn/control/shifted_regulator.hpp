// Regulators of partial differential equations that look the same from every actuator.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "learn/control/design.hpp"
#include "sim/linear_model.hpp"

namespace tessera::learn::control {

/// u_a = offset_a + sum over points j of row[(j - a spacing) mod n] x_j: the gain's other rows are shifts of one.
struct ShiftedRegulator {
  std::int64_t spacing = 0;  ///< of the actuators, in points
  std::vector<double> row;
  std::vector<double> offset;  ///< of a target that is not 0; else empty
  Design design;
  double gain_error = 0.0;  ///< of the gain against the one that belongs to P, relative: the largest of all parts
};

/// Why an equation is none that shifted_regulator can take; empty if it is. One field, and a number of actuators that
/// divides that of points, all of them shifts of the first.
std::string reason_against_shifts(const sim::SpectralModel& model);

/// A transform over actuators splits the Riccati equation into num_actions that do not know of one another, each with
/// one complex input and the num_points / num_actions states of modes that are equal modulo num_actions; half of them
/// are conjugate to the others (B. Bamieh, F. Paganini and M. Dahleh, IEEE TAC 47 (2002) 1091, for the continuous
/// case). See math::diagonal_regulator for the cost, the residual (the largest of all parts is given) and the errors;
/// Error (input) if there is a reason against it, and as require_reached.
ShiftedRegulator shifted_regulator(const sim::SpectralModel& model);

}  // namespace tessera::learn::control
