// Internal to LongRange: what does not depend on where the charges are.
#pragma once

#include <fmt/core.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "sim/md/charges/long_range.hpp"

namespace tessera::sim::md {

/// Throws Error (input).
inline void check_charges(const data::Box& box, const ChargeSums& charges, double alpha, bool allow_background) {
  for (int d = 0; d < 3; ++d)
    if (!box.is_periodic[d])
      throw Error::input(
          fmt::format("long-range Coulomb forces in a box that is open along direction {}; expected a box that is "
                      "periodic in all three, or a Coulomb force with a cutoff",
                      d + 1));
  if (!(alpha > 0.0 && std::isfinite(alpha)))
    throw Error::input(fmt::format("alpha is {:.6g} for Coulomb forces; expected a positive inverse length", alpha));
  if (!allow_background) check_neutral(charges);
}

/// Self energy -alpha/sqrt(pi) sum q^2, and -pi/(2 V alpha^2) (sum q)^2 of the background, which presses too.
inline void add_constant_part(const ChargeSums& charges, double alpha, double volume, double coulomb, ForceSums& sums) {
  sums.energy.add(-coulomb * alpha / std::sqrt(std::numbers::pi) * charges.sum_of_squares);
  const double background = -coulomb * std::numbers::pi * charges.sum * charges.sum / (2.0 * volume * alpha * alpha);
  sums.energy.add(background);
  for (int n = 0; n < 3; ++n) sums.virial[n].add(background);
}

}  // namespace tessera::sim::md
