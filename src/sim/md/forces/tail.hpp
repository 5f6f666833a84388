// What lies beyond the cutoff of a plainly truncated potential, in a fluid of even density.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/pair_table.hpp"

namespace tessera::sim::md {

struct Tail {
  double energy = 0.0;
  double pressure = 0.0;  ///< energy / volume
};

/// Frenkel and Smit, Understanding Molecular Simulation (2002), eqs. 3.2.8 and 3.2.10, summed over pairs of types:
/// U = (2 pi / V) sum_ab N_a N_b int_rc^inf u r^2 dr, P = -(2 pi / 3 V^2) sum_ab N_a N_b int_rc^inf u' r^3 dr.
/// `counts`: particles of each type in the volume.
Tail tail_corrections(const PairTable& table, const std::vector<std::int64_t>& counts, double volume);

}  // namespace tessera::sim::md
