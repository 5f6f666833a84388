// Static structure factor, from the density waves that fit into the box.
#pragma once

#include <cstdint>
#include <memory>

#include "deck/binder.hpp"
#include "sim/md/observables/observable.hpp"

namespace tessera::sim::md {

struct StructureFactorParams {
  std::int64_t every = 100;
  double q_max = 15.0;  ///< 1/length
  std::int64_t bins = 150;
  std::int64_t vectors = 200;
};
void bind(deck::Binder& binder, StructureFactorParams& params);

/// S_ab(q) = <Re rho_a(q) rho_b(-q)> / sqrt(N_a N_b) with rho_a(q) = sum over particles of a of exp(i q . x) (Ashcroft
/// & Langreth, Phys. Rev. 156, 685 (1967): 1 for a = b and 0 otherwise far out), S_total = <|rho(q)|^2> / N. Averaged
/// over the wave vectors of the box in a bin of |q|: all, or so many of them; bins follow from the box that the stage
/// begins with. Table structure_factor.csv, without empty bins: q (mean of the bin), vectors, S_total, S_total_error
/// (from blocks of samples, BlockAverage), S_<a>_<b> for a <= b. Throws Error (input) if the box is not periodic
/// throughout. A sample takes about 10 ns for each particle and vector.
std::unique_ptr<Observable> make_structure_factor(const StructureFactorParams& params, const Engine& engine);

}  // namespace tessera::sim::md
