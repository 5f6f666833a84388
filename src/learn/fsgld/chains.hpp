// Chains of parameters that travel between the ranks of their clients.
#pragma once

#include <cstdint>
#include <vector>

#include "data/peer_messages.hpp"
#include "learn/fsgld/rows.hpp"

namespace tessera::learn::fsgld {

/// Those that are here, by rising numbers. What travels is their state: parameters, and what goes with them.
class Chains {
 public:
  /// Collective. Of place.size() chains those that it says are here. Each has several arrays of so many numbers, all
  /// zero.
  Chains(const Comm& comm, const std::vector<std::int64_t>& widths, const std::vector<int>& place);

  std::int64_t total() const { return static_cast<std::int64_t>(place_.size()); }
  std::int64_t count() const { return static_cast<std::int64_t>(ids_.size()); }
  const std::vector<std::int64_t>& ids() const { return ids_; }
  /// The rank that has each chain.
  const std::vector<int>& place() const { return place_; }
  /// (chain here, number) of one of the arrays. Another View after a move.
  const data::RowArray<double>& state(std::size_t n) const { return states_[n]; }

  /// Collective over the ranks between which chains go. Afterwards chains are where `place` says.
  void move(const std::vector<int>& place);
  /// Sent to other ranks, from here.
  std::int64_t bytes_sent() const { return bytes_sent_; }
  std::int64_t num_moves() const { return num_moves_; }  ///< of chains from here to other ranks

 private:
  Comm comm_;
  std::vector<int> place_;
  std::vector<std::int64_t> ids_;
  std::vector<data::RowArray<double>> states_;
  data::PeerMessages messages_;
  std::int64_t bytes_sent_ = 0, num_moves_ = 0;
};

}  // namespace tessera::learn::fsgld
