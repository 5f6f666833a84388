// Which client a chain visits in which round: every rank can tell of every chain.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "learn/fsgld/clients.hpp"

namespace tessera::learn::fsgld {

enum class ScheduleKind {
  independent,  ///< each chain draws its client by itself
  permutation,  ///< chains of one round are shared out: no client has two before every client has one
};

struct ScheduleParams {
  ScheduleKind kind = ScheduleKind::independent;
  VisitParams visits = {};
  std::vector<double> availability = {};  ///< of each client in a round, or one number for all; empty: always there
};

class Schedule {
 public:
  static constexpr std::int64_t nowhere = -1;

  /// Throws Error (input) if numbers are missing or out of range, or a permutation's clients are not equally likely.
  Schedule(std::uint32_t seed, const Clients& clients, const ScheduleParams& params);

  /// A client, or nowhere: the chain's client is not available, and it rests for this round.
  std::int64_t client(std::int64_t chain, std::int64_t round) const;

  /// How often a client is visited in the end, among all visits: f_s pi_s / sum over j of f_j pi_j, with f_s the
  /// probability that it is chosen and pi_s that it is available. A chain that rests goes on as if nothing had
  /// happened, so that this is the f_s of its drift.
  double visited(std::int64_t client) const { return visited_[static_cast<std::size_t>(client)]; }

 private:
  bool is_available(std::int64_t client, std::int64_t round) const;

  Random choice_, order_, presence_;
  ScheduleKind kind_;
  std::vector<double> cumulated_, availability_, visited_;
};

}  // namespace tessera::learn::fsgld
