#include "base/region.hpp"

#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "base/kokkos.hpp"

namespace tessera {

namespace {

/// More region names than any program has; a mistake (names made at run time) must not grow without end.
constexpr std::size_t max_regions = 1024;

struct Slot {
  std::string name;
  std::int64_t calls = 0;
  double seconds = 0.0;
  int depth = 0;  ///< how often it is open now: only the outermost counts
};

struct Table {
  std::vector<Slot> slots;
  std::unordered_map<const void*, int> by_address;
  bool fences = false;
};

Table& table() {
  static Table instance;
  return instance;
}

int intern(const char* name) {
  Table& t = table();
  const auto known = t.by_address.find(name);
  if (known != t.by_address.end()) return known->second;
  const auto same =
      std::find_if(t.slots.begin(), t.slots.end(), [name](const Slot& slot) { return slot.name == name; });
  const int slot = static_cast<int>(same - t.slots.begin());
  if (same == t.slots.end()) t.slots.push_back({name});
  t.by_address.emplace(name, slot);
  return slot;
}

Slot& slot_at(int slot) { return table().slots[static_cast<std::size_t>(slot)]; }

}  // namespace

Region::Region(const char* name) : slot_(intern(name)) {
  Slot& slot = slot_at(slot_);
  Kokkos::Profiling::pushRegion(slot.name);
  if (table().fences) Kokkos::fence();
  ++slot.depth;
  start_ = wall_time();
}

Region::~Region() {
  if (table().fences) Kokkos::fence();
  const double elapsed = wall_time() - start_;
  Slot& slot = slot_at(slot_);
  ++slot.calls;
  if (--slot.depth == 0) slot.seconds += elapsed;
  Kokkos::Profiling::popRegion();
}

void Region::fence_always(bool enable) { table().fences = enable; }

std::vector<RegionStats> collect_regions(const Comm& comm) {
  std::vector<std::string> mine;
  for (const Slot& slot : table().slots)
    if (slot.calls > 0) mine.push_back(slot.name);
  const auto names = merge_texts(comm, mine, max_regions);

  const std::size_t count = names.size();
  std::vector<std::int64_t> calls(count, 0);
  std::vector<double> least(count, 0.0);
  for (const Slot& slot : table().slots) {
    const auto found = std::lower_bound(names.begin(), names.end(), slot.name);
    if (found == names.end() || *found != slot.name) continue;
    const auto n = static_cast<std::size_t>(found - names.begin());
    calls[n] = slot.calls;
    least[n] = slot.seconds;
  }
  std::vector<double> mean = least, most = least;
  comm.all_reduce(calls.data(), static_cast<int>(count), Op::max);
  comm.all_reduce(least.data(), static_cast<int>(count), Op::min);
  comm.all_reduce(mean.data(), static_cast<int>(count), Op::sum);
  comm.all_reduce(most.data(), static_cast<int>(count), Op::max);

  std::vector<RegionStats> stats;
  for (std::size_t n = 0; n < count; ++n)
    stats.push_back({names[n], calls[n], least[n], mean[n] / comm.size(), most[n]});
  std::stable_sort(stats.begin(), stats.end(),
                   [](const RegionStats& a, const RegionStats& b) { return a.mean > b.mean; });
  return stats;
}

void reset_regions() {
  for (Slot& slot : table().slots) {
    slot.calls = 0;
    slot.seconds = 0.0;
  }
}

double wall_time() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace tessera
