// Memory of this process: what the engine holds in Views, and what the system says.
#pragma once

#include <cstdint>

namespace tessera {

class Comm;

struct MemoryUse {
  std::int64_t resident = 0;       ///< bytes now
  std::int64_t peak_resident = 0;  ///< high-water mark
  std::int64_t views = 0;          ///< bytes in Kokkos allocations now
  std::int64_t peak_views = 0;
};

/// Counts Kokkos allocations from here on (called once by Runtime).
void track_view_memory();
MemoryUse memory_use();
/// Bytes that this host could still give (MemAvailable), shared by its ranks.
std::int64_t memory_available();
/// Collective. What a rank may take of that if all ranks of `comm` on its host take as much.
std::int64_t memory_available(const Comm& comm);

}  // namespace tessera
