// Every particle acting on every other one, estimated at a cost that grows as their number: in random batches.
#pragma once

#include <cstdint>

#include "base/comm.hpp"
#include "base/random_order.hpp"
#include "sim/particles/place_exchange.hpp"
#include "sim/particles/radial.hpp"
#include "sim/particles/space.hpp"

namespace tessera::sim::particles {

/// The random batch method of S. Jin, L. Li and J.-G. Liu, J. Comput. Phys. 400, 108877 (2020): for each force all
/// particles are put in a random order and cut into batches of p (the last one has up to 2 p - 1); those of a batch
/// act on one another, (N - 1)/(p - 1) times as strongly. The mean over orders is the sum over all pairs. Along
/// periodic directions the nearest image acts. The same bits on any number of ranks.
class BatchedPairs {
 public:
  BatchedPairs(const Comm& comm, const LangevinParams& params, std::uint32_t seed);

  /// A random order for each.
  struct Draw {
    std::int64_t step = 0;
    int evaluation = 0;  ///< within the step, below evaluations_per_step
  };
  static constexpr int evaluations_per_step = 4;

  /// Collective. Rows [0, rows) are the next ones of all `total` particles behind those of lower ranks.
  void add_force(const Array2<double>& position, const Array2<double>& force, int rows, std::int64_t total,
                 const Draw& draw, double time) const;
  /// Collective. An estimate of the energy of all pairs.
  double energy(const Array2<double>& position, int rows, std::int64_t total, const Draw& draw, double time) const;

 private:
  /// Batches of this rank: places [0, equal) in those of the usual size, and the last one of all behind them.
  struct Batches {
    std::int64_t total = -1;
    std::vector<std::int64_t> begin;  ///< first place of each rank, and the end
    int equal = 0, last = 0;          ///< last: particles in it, 0 if another rank has it
  };
  /// Room that is kept from call to call.
  struct Work {
    PlaceExchange exchange;
    Batches batches;
    Array1<std::int64_t> place;
    data::RowArray<double> position, force;  ///< by place
    Array1<double> r, value;                 ///< of pairs
  };

  void cut(std::int64_t total) const;
  void put_in_order(const Array2<double>& position, int rows, std::int64_t total, const Draw& draw) const;
  template <class Visit>
  void for_ranges(const Visit& visit) const;

  Comm comm_;
  LangevinParams params_;
  Space space_;
  Random random_;
  RadialPotential potential_;
  mutable Work work_;
};

}  // namespace tessera::sim::particles
