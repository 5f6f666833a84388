// What this process has handed to MPI for other ranks.
#pragma once

#include <cstdint>

namespace tessera {

/// Sums since the process began. What MPI makes of a collective, and what parallel files cause, is not in here.
struct Traffic {
  std::int64_t messages = 0, bytes = 0;                ///< from rank to rank
  std::int64_t collectives = 0, collective_bytes = 0;  ///< reductions, broadcasts, barriers...; this rank's part

  Traffic& operator-=(const Traffic& other) {
    messages -= other.messages;
    bytes -= other.bytes;
    collectives -= other.collectives;
    collective_bytes -= other.collective_bytes;
    return *this;
  }
};

Traffic traffic();

/// To be called beside every MPI call of a step that sends. One thread calls MPI, so these are plain counters.
void count_message(std::int64_t bytes);
void count_collective(std::int64_t bytes);

}  // namespace tessera
