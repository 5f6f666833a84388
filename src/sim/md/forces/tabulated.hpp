// Pair potentials that files tabulate.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "data/formats/radial_table.hpp"
#include "data/system.hpp"
#include "sim/force_term.hpp"
#include "sim/md/forces/tabulated_params.hpp"

namespace tessera::sim::md {

/// One pair of types.
struct TabulatedPair {
  std::size_t types[2] = {0, 0};
  data::RadialTable table;
  std::optional<double> cutoff;  ///< none: the last distance of the table
  std::string name;              ///< of the table, for messages
};

/// Cubic splines over r^2 in as many intervals (see SquaredSpline): the forces are exactly the slopes of the energies.
/// Closer than a table begins, its energy goes on in a straight line over r^2; energies that are asked for then make
/// problem() say so. Throws Error (input) for a cutoff outside the table, a pair that is given twice, or too much
/// memory.
std::unique_ptr<ForceTerm> make_tabulated(int num_types, const std::vector<TabulatedPair>& pairs, Truncation truncation,
                                          double smoothing, std::int64_t intervals);

/// Collective. Reads the files that the deck names, and logs how closely splines follow them. `units`: the deck's.
/// Throws Error (input).
std::unique_ptr<ForceTerm> read_tabulated(const TabulatedParams& params, const Comm& comm,
                                          const std::vector<data::Species>& species, const std::string& units);

}  // namespace tessera::sim::md
