// A model of how long a step takes on many ranks: arithmetic from a measured rate, messages from the stage's prediction
// and the figures of a network. Nothing is hidden behind anything else: an upper bound where a stage overlaps.
#pragma once

#include <cstdint>
#include <string>

#include "sim/communication.hpp"

namespace tessera::run {

/// Between any two ranks, whatever else is under way.
struct Network {
  double latency = 1.5e-6;       ///< s, one way, of an empty message
  double bandwidth = 12e9;       ///< bytes/s that one rank sends
  double overhead = 0.5e-6;      ///< s that a rank spends on one message besides
  double eager_limit = 65536.0;  ///< bytes; a longer message first asks the receiver: two latencies more
};

/// A measured one. Its items had copies around them too: what is the same for both falls out.
struct Rate {
  double items_per_second = 0.0;
  double items = 0.0;  ///< that the one rank held; 0: as many as the deck has
};

/// Of a mean step, in seconds.
struct StepTime {
  double arithmetic = 0.0;
  double exchanges = 0.0;    ///< at every step
  double list_builds = 0.0;  ///< what belongs to exchanges that are not made at every step
  double collectives = 0.0;
  double total() const { return arithmetic + exchanges + list_builds + collectives; }
};

/// One exchange: latency + messages * overhead + bytes / bandwidth; another latency for acknowledged messages, two for
/// those beyond the eager limit.
double exchange_seconds(const sim::Exchange& exchange, const Network& network);

/// Of one reduction or barrier: log2(ranks), rounded up, times latency and overhead.
double collective_seconds(int ranks, const Network& network);

/// `items` fill the box of the deck and are shared evenly by `ranks` ranks, for which `communication` was predicted.
StepTime predict_step_time(const sim::Communication& communication, double items, int ranks, const Rate& rate,
                           const Network& network);

/// Time that one rank would need for the same step, over `ranks` times the time of the model.
double predict_efficiency(const sim::Communication& communication, double items, int ranks, const Rate& rate,
                          const Network& network);

/// Local. A number, or that of stage `stage` in the summary.json of a run on one rank. Throws Error (input).
Rate read_rate(const std::string& text, const std::string& stage, const std::string& item_name);

}  // namespace tessera::run
