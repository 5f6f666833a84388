// Every call of the file layer fails once while snapshots are written.
#include "base/error.hpp"
#include "catch.hpp"
#include "data/io/file.hpp"
#include "data/io/snapshot.hpp"
#include "formats/systems.hpp"
#include "openpmd_rules.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

TEST_CASE("whichever call fails while snapshots are written, the earlier ones stay", "[io]") {
  SystemKind kind;
  kind.particles = 5;
  const System system = make_system(kind);
  const int rank = comm().size() - 1;
  const std::string folder = scratch_folder(), path = folder + "/particles.h5";
  SnapshotSeries(comm(), folder, make_units("lj"), "", false, -1).close();
  std::int64_t step = 1, failures = 0;
  for (std::int64_t call = 1;; ++call) {
    set_fault(comm().rank() == rank ? Fault::fail : Fault::none, call);
    std::string message;
    bool is_written = false;
    try {
      SnapshotSeries series(comm(), folder, make_units("lj"), "", true, step - 1);
      try {
        series.write(step, 0.0, 0.005, system.box, system.particles, system.species);
        is_written = true;
      } catch (const Error& error) {
        message = error.what();
        if (call % 8 == 0) {  // the series can go on
          series.write(step, 0.0, 0.005, system.box, system.particles, system.species);
          is_written = true;
        }
      }
      series.close();
    } catch (const Error& error) {
      message = error.what();
    }
    const bool was_reached =
        comm().all_reduce(comm().rank() == rank && num_fault_calls() >= call ? 1 : 0, Op::max) == 1;
    set_fault(Fault::none);
    INFO("call " << call << ": " << message);
    std::string of_root = message;
    comm().broadcast(of_root);
    REQUIRE_ALL(of_root == message);
    if (is_written) {
      REQUIRE_ALL(steps_in(path).back() == step);
      ++step;
    }
    failures += message.empty() ? 0 : 1;
    if (!was_reached) break;
  }
  REQUIRE(failures > 50);
  REQUIRE(step > 2);
  REQUIRE(gather_rows(read_snapshot(comm(), path, 2), {"velocity"}) == gather_rows(system, {"velocity"}));
  comm().barrier();
  REQUIRE_ALL(broken_rules(path).empty());
  REQUIRE_ALL(broken_xdmf(folder + "/particles.xdmf").empty());
}
