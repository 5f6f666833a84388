#include "base/traffic.hpp"

namespace tessera {

namespace {

Traffic sum;

}  // namespace

Traffic traffic() { return sum; }

void count_message(std::int64_t bytes) {
  ++sum.messages;
  sum.bytes += bytes;
}

void count_collective(std::int64_t bytes) {
  ++sum.collectives;
  sum.collective_bytes += bytes;
}

}  // namespace tessera
