// Training pairs: configurations, and what became of them an interval later.
#pragma once

#include <cstdint>
#include <vector>

#include "base/comm.hpp"
#include "data/box.hpp"
#include "data/system.hpp"

namespace tessera::learn::trajcast {

/// Three numbers an atom, one atom behind the other; A and A/fs.
struct Pair {
  std::int64_t number = 0;  ///< within its set
  data::Box box;
  std::vector<int> type;  ///< index of its species
  std::vector<double> position, velocity, displacement, new_velocity;

  int num_atoms() const { return static_cast<int>(type.size()); }
};

/// What Newton's equations make of the end, run backwards: (x + dx, -v'; -dx, -v).
Pair reversed(Pair pair);

/// Pairs shared out over the ranks, whole ones, by their numbers: rank 0 has the first ones. Those that are wanted
/// travel.
class PairSet {
 public:
  /// Collective. Those of this rank get the numbers behind those of lower ranks. Throws Error (input) beginning with
  /// the number of a pair unless it has as many numbers as it must, all finite, and types among the species.
  PairSet(const Comm& comm, std::vector<data::Species> species, double interval, std::vector<Pair> here);

  const Comm& comm() const { return comm_; }
  const std::vector<data::Species>& species() const { return species_; }
  double interval() const { return interval_; }  ///< fs
  std::int64_t size() const { return first_.back(); }
  const std::vector<Pair>& here() const { return here_; }
  /// Rank that has the pair of this number, the right way round or reversed.
  int owner(std::int64_t number) const;
  /// Local: on its owner. The pair of this number, as gather() understands it.
  Pair get(std::int64_t number) const;

  /// Collective. Pairs of these numbers, in their order, each rank its own; numbers from size() on are those of
  /// number - size() reversed in time. Throws Error (internal) on all ranks for others.
  std::vector<Pair> gather(const std::vector<std::int64_t>& numbers) const;

 private:
  Comm comm_;
  std::vector<data::Species> species_;
  double interval_ = 0.0;
  std::vector<Pair> here_;
  std::vector<std::int64_t> first_;  // number of each rank's first pair, and the end
};

/// Local. As numbers that travel, and back.
void pack(const Pair& pair, std::vector<double>& numbers);
Pair unpack(const double*& numbers);

}  // namespace tessera::learn::trajcast
