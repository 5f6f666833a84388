// Parallel tempering: which replica has which temperature, and what is learned from their exchanges.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "data/io/state.hpp"
#include "sim/md/observables/block_average.hpp"

namespace tessera::sim::md {

/// Hukushima and Nemoto, J. Phys. Soc. Jpn. 65, 1604 (1996); Sugita and Okamoto, Chem. Phys. Lett. 314, 141 (1999).
/// Numbers alone, the same on all ranks: replicas and temperatures count from 0, and at first each replica has the
/// temperature of its number.
class ReplicaExchange {
 public:
  /// k_B T, rising.
  ReplicaExchange(std::vector<double> thermal_energies, std::uint32_t seed);

  int size() const { return static_cast<int>(thermal_energies_.size()); }
  int temperature_of(int replica) const { return temperature_of_[static_cast<std::size_t>(replica)]; }
  int replica_at(int temperature) const { return replica_at_[static_cast<std::size_t>(temperature)]; }

  /// Potential energies by replica. Pairs of neighbouring temperatures (0, 1), (2, 3)... and (1, 2), (3, 4)... are
  /// tried in turn; a pair is exchanged with the probability min(1, exp((1/kT_a - 1/kT_b)(U_a - U_b))), which leaves
  /// the canonical distributions at all temperatures as they are.
  void attempt(const std::vector<double>& energies, bool counts);
  std::int64_t num_attempts() const { return num_attempts_; }

  /// Of those that count: exchanges over attempts between that temperature and the next one (NaN without any).
  double acceptance(int lower) const;
  /// Of potential energies at a temperature, before the attempts that count.
  const BlockAverage& energy(int temperature) const { return energies_[static_cast<std::size_t>(temperature)]; }
  /// Of all replicas: ways from the lowest temperature to the highest and back again.
  std::int64_t num_round_trips() const { return num_round_trips_; }
  /// Of the replicas seen at a temperature that have been at an end of the ladder: share of those that come from the
  /// lowest one. Falls evenly from 1 to 0 in a ladder on which replicas go well (Katzgraber, Trebst, Huse and Troyer,
  /// J. Stat. Mech. P03018 (2006)). NaN without any.
  double upward_share(int temperature) const;

  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  void swap(int lower);
  void follow(bool counts);

  enum End : std::int64_t { neither, lowest, highest };

  std::vector<double> thermal_energies_;
  Random random_;
  std::int64_t num_attempts_ = 0, num_round_trips_ = 0;
  std::vector<int> temperature_of_, replica_at_;
  std::vector<std::int64_t> last_end_;                   // by replica
  std::vector<std::int64_t> tries_, exchanges_;          // by lower temperature
  std::vector<std::int64_t> from_lowest_, from_an_end_;  // by temperature
  std::vector<BlockAverage> energies_;
};

}  // namespace tessera::sim::md
