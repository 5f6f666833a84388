// What a deck says about replicas at a ladder of temperatures.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "deck/binder.hpp"

namespace tessera::sim::md {

struct MdParams;

struct ReplicaParams {
  std::optional<std::int64_t> count;  ///< with `highest`, instead of `temperatures`
  std::optional<double> highest;
  std::vector<double> temperatures;  ///< above that of the thermostat
  std::int64_t every = 100;          ///< steps between attempts to exchange
  std::int64_t equilibration = 0;    ///< steps that do not count for means
};
void bind(deck::Binder& binder, ReplicaParams& params);

/// What goes together with replicas, and what does not.
void check_replicas(deck::Binder& binder, const MdParams& params);

/// All temperatures, rising from that of the thermostat.
std::vector<double> ladder_of(const ReplicaParams& params, double lowest);

}  // namespace tessera::sim::md
