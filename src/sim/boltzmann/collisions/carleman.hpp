// Internal to collision operators: the factors of Carleman's form.
#pragma once

#include "sim/boltzmann/collisions/pair_operator.hpp"

namespace tessera::sim::boltzmann {

/// phi(s) and psi(s) of velocities up to `reach` in each of the two orthogonal directions.
double carleman_along(int dimensions, double reach, double s);
double carleman_across(int dimensions, double reach, double s);

}  // namespace tessera::sim::boltzmann
