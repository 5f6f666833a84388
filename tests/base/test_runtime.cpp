#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/kokkos.hpp"
#include "base/memory.hpp"
#include "base/runtime.hpp"
#include "base/signals.hpp"
#include "catch.hpp"

using namespace tessera;

TEST_CASE("allocations of Views are counted", "[base]") {
  const std::int64_t bytes = 8 << 20;
  const MemoryUse before = memory_use();
  {
    const Array1<double> view("view", bytes / 8);
    const MemoryUse during = memory_use();
    REQUIRE(during.views - before.views >= bytes);
    REQUIRE(during.views - before.views < bytes + 4096);
    REQUIRE(during.peak_views >= during.views);
    REQUIRE(during.resident >= before.resident);
  }
  const MemoryUse after = memory_use();
  REQUIRE(after.views == before.views);
  REQUIRE(after.peak_views >= before.views + bytes);
  REQUIRE(after.resident > 0);
  REQUIRE(after.peak_resident >= after.resident);
  REQUIRE(memory_available() > 0);
}

TEST_CASE("the build describes itself", "[base]") {
  const BuildInfo info = build_info();
  for (const auto& text : {info.version, info.compiler, info.kokkos, info.backend, info.mpi, info.hdf5, info.petsc,
                           info.simd, info.build_type})
    REQUIRE_FALSE(text.empty());
  REQUIRE(info.threads >= 1);
}

TEST_CASE("the placement is the same text on all ranks", "[base]") {
  const auto& comm = test::comm();
  const std::string text = describe_placement(comm);
  std::string of_root = text;
  comm.broadcast(of_root);
  REQUIRE_ALL(text == of_root);
  const std::string ranks = std::to_string(comm.size()) + (comm.size() == 1 ? " rank on 1 host" : " ranks on 1 host");
  REQUIRE(text.find(ranks) == 0);
}

TEST_CASE("an oversubscribed host is called so", "[base]") {
  const std::string text = describe_placement(test::comm());
  const bool has_excess = text.find("oversubscribed") != std::string::npos;
  const long processors = std::strtol(text.substr(text.find("rank, ") + 6).c_str(), nullptr, 10);
  REQUIRE(has_excess == (test::comm().size() * build_info().threads > processors));
}

TEST_CASE("the launcher's rank is that of MPI", "[base]") {
  REQUIRE_ALL((!is_launched() || launcher_rank() == test::comm().rank()));
  REQUIRE((is_launched() || test::comm().size() == 1));
}

TEST_CASE("signals are remembered until cleared", "[base]") {
  install_signal_handlers();
  REQUIRE(pending_signal() == 0);
  for (const int signal : {SIGUSR1, SIGUSR2, SIGTERM}) {
    raise(signal);
    REQUIRE(pending_signal() == signal);
    clear_signal();
    REQUIRE(pending_signal() == 0);
  }
  raise(SIGINT);
  raise(SIGUSR1);
  REQUIRE(pending_signal() == SIGUSR1);
  clear_signal();
}

TEST_CASE("an error that all ranks know is settled with its status", "[base]") {
  REQUIRE(settle_failure(test::comm(), Error::input("(expected by this test)")) == ExitStatus::bad_input);
}
