// What the program has asked memory for, counted where all of it passes: in operator new.
#pragma once

#include <cstdint>

namespace tessera::bench {

/// Bytes that are handed out now, as large as the allocator made them.
std::int64_t allocated_bytes();
/// The most since restart_peak().
std::int64_t peak_bytes();
void restart_peak();

}  // namespace tessera::bench
