// From a deck to the two parts of Coulomb forces.
#pragma once

#include <memory>

#include "sim/md/charges/charge_params.hpp"
#include "sim/md/charges/long_range.hpp"

namespace tessera::sim::md {

struct CoulombParts {
  CoulombParams pairs;
  std::unique_ptr<LongRange> waves;  ///< none of a method that has a cutoff only
};

/// Collective. `skin`: how far particles move between list builds. Throws Error (input) for open boxes, charges that do
/// not cancel, and an accuracy that cannot be reached.
CoulombParts make_charges(const ChargeParams& params, const Comm& comm, const data::Box& box, const Units& units,
                          const ChargeSums& sums, double skin);

}  // namespace tessera::sim::md
