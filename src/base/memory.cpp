#include "base/memory.hpp"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>

#include "base/comm.hpp"
#include "base/kokkos.hpp"

namespace tessera {

namespace {

namespace tools = Kokkos::Tools::Experimental;

std::atomic<std::int64_t> view_bytes{0};
std::atomic<std::int64_t> peak_view_bytes{0};
tools::EventSet previous_callbacks;  ///< of a loaded tool, which still hears everything

void count_allocation(const Kokkos_Profiling_SpaceHandle space, const char* label, const void* data,
                      std::uint64_t bytes) {
  const auto size = static_cast<std::int64_t>(bytes);
  const std::int64_t now = view_bytes.fetch_add(size) + size;
  std::int64_t peak = peak_view_bytes.load();
  while (now > peak && !peak_view_bytes.compare_exchange_weak(peak, now)) {
  }
  if (previous_callbacks.allocate_data != nullptr) previous_callbacks.allocate_data(space, label, data, bytes);
}

void count_deallocation(const Kokkos_Profiling_SpaceHandle space, const char* label, const void* data,
                        std::uint64_t bytes) {
  view_bytes.fetch_sub(static_cast<std::int64_t>(bytes));
  if (previous_callbacks.deallocate_data != nullptr) previous_callbacks.deallocate_data(space, label, data, bytes);
}

/// The line "key:   123 kB" of a file in /proc, in bytes; 0 if there is none.
std::int64_t read_kilobytes(const char* path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key)) return 1024 * std::stoll(line.substr(key.size()));
  return 0;
}

/// A number alone in a file; `missing` if it is not there or says "max".
std::int64_t read_number(const std::string& path, std::int64_t missing) {
  std::ifstream file(path);
  std::int64_t value = 0;
  return file >> value ? value : missing;
}

/// What the control group (batch job, container) leaves.
std::int64_t group_memory_available() {
  constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();
  std::string folder = "/sys/fs/cgroup";
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("0::")) folder += line.substr(3);
  const std::int64_t limit = read_number(folder + "/memory.max", unlimited);
  if (limit == unlimited) return unlimited;
  return std::max<std::int64_t>(0, limit - read_number(folder + "/memory.current", 0));
}

}  // namespace

void track_view_memory() {
  previous_callbacks = tools::get_callbacks();
  tools::set_allocate_data_callback(count_allocation);
  tools::set_deallocate_data_callback(count_deallocation);
}

MemoryUse memory_use() {
  MemoryUse use;
  use.resident = read_kilobytes("/proc/self/status", "VmRSS:");
  use.peak_resident = read_kilobytes("/proc/self/status", "VmHWM:");
  use.views = view_bytes.load();
  use.peak_views = peak_view_bytes.load();
  return use;
}

std::int64_t memory_available() {
  return std::min(read_kilobytes("/proc/meminfo", "MemAvailable:"), group_memory_available());
}

std::int64_t memory_available(const Comm& comm) {
  MPI_Comm host = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(comm.mpi(), MPI_COMM_TYPE_SHARED, comm.rank(), MPI_INFO_NULL, &host),
            "MPI_Comm_split_type");
  int ranks = 1;
  check_mpi(MPI_Comm_size(host, &ranks), "MPI_Comm_size");
  MPI_Comm_free(&host);
  return memory_available() / ranks;
}

}  // namespace tessera
