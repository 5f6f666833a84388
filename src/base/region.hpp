// Timed regions: one name each, visible to Kokkos Tools and in the closing table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/comm.hpp"

namespace tessera {

/// Times its scope under a literal name "folder/verb_object". Nested regions are allowed and counted inclusively.
/// Two clock reads and two pushes; kernels still in flight on a device are attributed to the next fence unless
/// Region::fence_always(true) was called.
class Region {
 public:
  explicit Region(const char* name);
  ~Region();
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  static void fence_always(bool enable);

 private:
  int slot_;
  double start_;
};

struct RegionStats {
  std::string name;
  std::int64_t calls = 0;                   ///< largest over ranks
  double min = 0.0, mean = 0.0, max = 0.0;  ///< seconds over ranks
};

/// Collective. Every region entered on any rank since the last reset, longest mean first.
std::vector<RegionStats> collect_regions(const Comm& comm);
void reset_regions();

/// Seconds of a monotonic clock.
double wall_time();

}  // namespace tessera
