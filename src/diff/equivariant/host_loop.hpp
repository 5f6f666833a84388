// Internal: loops of the host over arrays of its own.
#pragma once

#include <cstdint>

#include "base/kokkos.hpp"

namespace tessera::diff {

/// work(0) ... work(count - 1) in any order, on the threads of the host; none reads what another one writes.
template <class Work>
void host_for(const char* label, std::int64_t count, const Work& work) {
  Kokkos::parallel_for(label, Kokkos::RangePolicy<Kokkos::DefaultHostExecutionSpace>(0, count), work);
}

}  // namespace tessera::diff
