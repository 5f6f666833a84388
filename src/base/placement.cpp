#include <fmt/core.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/kokkos.hpp"
#include "base/runtime.hpp"

#ifdef TESSERA_HAVE_PETSC
#include <petscversion.h>
#endif

namespace tessera {

namespace {

std::string kokkos_version() {
  return fmt::format("{}.{}.{}", KOKKOS_VERSION / 10000, KOKKOS_VERSION / 100 % 100, KOKKOS_VERSION % 100);
}

std::string compiler_version() {
#if defined(__clang__)
  return fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("GCC {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string version(text.data(), static_cast<std::size_t>(length));
  return version.substr(0, version.find_first_of(",\n"));
}

std::string petsc_version() {
#ifdef TESSERA_HAVE_PETSC
  return fmt::format("{}.{}.{}", PETSC_VERSION_MAJOR, PETSC_VERSION_MINOR, PETSC_VERSION_SUBMINOR);
#else
  return "none";
#endif
}

std::string instruction_set() {
#if defined(__AVX512F__)
  return "AVX-512";
#elif defined(__AVX2__)
  return "AVX2";
#elif defined(__AVX__)
  return "AVX";
#elif defined(__SSE2__)
  return "SSE2";
#elif defined(__ARM_FEATURE_SVE)
  return "SVE";
#elif defined(__ARM_NEON)
  return "NEON";
#else
  return "none";
#endif
}

int num_threads() { return Kokkos::is_initialized() ? Kokkos::DefaultHostExecutionSpace().concurrency() : 1; }

constexpr int max_processors = CPU_SETSIZE;
using ProcessorMask = std::array<std::uint64_t, max_processors / 64>;

/// Processors that any thread of this process may run on (OpenMP binds each to its own).
ProcessorMask allowed_processors() {
  ProcessorMask mask{};
  std::error_code ignored;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(std::atoi(task.path().filename().c_str()), sizeof set, &set) != 0) continue;
    for (int n = 0; n < max_processors; ++n)
      if (CPU_ISSET(n, &set)) mask[static_cast<std::size_t>(n / 64)] |= std::uint64_t{1} << (n % 64);
  }
  return mask;
}

int count_processors(const ProcessorMask& mask) {
  int count = 0;
  for (const std::uint64_t word : mask) count += std::popcount(word);
  return count;
}

/// Ranks, threads and processors of one host, and how far its threads outnumber them.
struct HostShare {
  int num_hosts_begun = 0;  ///< 1 on the first rank of each host
  int ranks = 1, threads = 1, processors = 0;
  int excess() const { return processors > 0 ? threads - processors : 0; }
};

HostShare share_of_host(const Comm& comm, int threads) {
  MPI_Comm host = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(comm.mpi(), MPI_COMM_TYPE_SHARED, comm.rank(), MPI_INFO_NULL, &host),
            "MPI_Comm_split_type");
  const Comm group = Comm::duplicate(host);
  MPI_Comm_free(&host);
  ProcessorMask mask = allowed_processors();
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, mask.data(), static_cast<int>(mask.size()), MPI_UINT64_T, MPI_BOR, group.mpi()),
            "MPI_Allreduce");
  return {group.is_root() ? 1 : 0, group.size(), group.all_reduce(threads, Op::sum), count_processors(mask)};
}

struct Extent {
  int least, most;
};

Extent extent_of(const Comm& comm, int value) {
  return {comm.all_reduce(value, Op::min), comm.all_reduce(value, Op::max)};
}

std::string text_of(const Extent& extent) {
  return extent.least == extent.most ? fmt::format("{}", extent.least)
                                     : fmt::format("{} to {}", extent.least, extent.most);
}

std::string counted(const std::string& count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == "1" ? "" : "s");
}

}  // namespace

BuildInfo build_info() {
  BuildInfo info;
  info.version = TESSERA_VERSION;
  info.compiler = compiler_version();
  info.flags = TESSERA_FLAGS;
  info.build_type = TESSERA_BUILD_TYPE;
  info.kokkos = kokkos_version();
  info.backend = ExecSpace::name();
  info.mpi = mpi_version();
  info.hdf5 = TESSERA_HDF5_VERSION;
  info.petsc = petsc_version();
  info.simd = instruction_set();
  info.threads = num_threads();
  return info;
}

std::string describe_placement(const Comm& comm) {
  const int threads = num_threads();
  const int processors = count_processors(allowed_processors());
  const HostShare host = share_of_host(comm, threads);
  const int num_hosts = comm.all_reduce(host.num_hosts_begun, Op::sum);
  const Extent ranks_a_host = extent_of(comm, host.ranks);
  const Extent processors_a_host = extent_of(comm, host.processors);
  const Extent processors_a_rank = extent_of(comm, processors);
  const Extent threads_a_rank = extent_of(comm, threads);
  const int excess = comm.all_reduce(host.excess(), Op::max);
  const int crowding = comm.all_reduce(processors > 0 ? threads - processors : 0, Op::max);

  std::string text =
      fmt::format("{} on {}", counted(std::to_string(comm.size()), "rank"), counted(std::to_string(num_hosts), "host"));
  if (num_hosts > 1) text += fmt::format(" ({} a host)", text_of(ranks_a_host));
  text += fmt::format(", {} a rank, {} a host, {} open to a rank", counted(text_of(threads_a_rank), "thread"),
                      counted(text_of(processors_a_host), "processor"), text_of(processors_a_rank));
  if (!device_name().empty()) text += fmt::format(", on {}", device_name());
  if (excess > 0)
    text +=
        fmt::format("; oversubscribed: {} more than processors on a host", counted(std::to_string(excess), "thread"));
  else if (crowding > 0)
    text += "; badly bound: a rank has more threads than processors open to it";
  return text;
}

}  // namespace tessera
