// Particles at some of the times as rows of a table: samples of the density at these times, or trajectories.
#pragma once

#include "data/table.hpp"
#include "sim/particles/ensemble.hpp"

namespace tessera::sim::particles {

/// Columns step, time, id, position, and, where there are such, velocity, log_weight and image (lengths crossed); at
/// each time the particles in an order that does not depend on the number of ranks, that of ids unless they branch.
/// Fewer than all are drawn anew at each time.
class Record {
 public:
  Record(const Ensemble& ensemble, const RecordParams& params, std::uint32_t seed);

  /// Collective. Adds particles as they are now.
  void add(const Ensemble& ensemble);
  data::Table& table() { return table_; }

 private:
  RecordParams params_;
  Random random_;
  data::Table table_;
};

/// Bytes of one particle in a record.
double record_bytes_per_particle(const LangevinParams& params);

}  // namespace tessera::sim::particles
