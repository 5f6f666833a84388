// Bond-orientational order: which crystal, if any, the neighbours of a particle look like.
#pragma once

#include <cstdint>
#include <memory>

#include "deck/binder.hpp"
#include "sim/md/observables/observable.hpp"

namespace tessera::sim::md {

struct BondOrderParams {
  std::int64_t every = 100;
  double cutoff = 1.5;
  std::int64_t bins = 100;
};
void bind(deck::Binder& binder, BondOrderParams& params);

/// q_l = sqrt(4 pi/(2l+1) sum_m |mean of Y_lm over bonds|^2) for l = 4 and 6 (Steinhardt, Nelson & Ronchetti, Phys.
/// Rev. B 28, 784 (1983)): of the bonds of each particle (no bonds: 0), and Q_l of all bonds together, which is near 0
/// in a liquid. Perfect crystals (q4, q6): fcc 0.1909, 0.5745; hcp 0.0972, 0.4848; bcc 0.0364, 0.5107 with 14
/// neighbours. Table bond_order.csv: order (middle of a bin of [0, 1]), P_q4, P_q6 (densities). Results: means of q4,
/// q6, Q4 and Q6 with block errors. Throws Error (input) if copies cannot reach that far.
std::unique_ptr<Observable> make_bond_order(const BondOrderParams& params, Engine& engine);

}  // namespace tessera::sim::md
