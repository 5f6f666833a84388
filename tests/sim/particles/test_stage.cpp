// The stage in the loop: its series, its table, what it says when particles are lost.
#include <algorithm>
#include <cmath>

#include "data/io/snapshot.hpp"
#include "data/io/table_file.hpp"
#include "run/registry.hpp"
#include "samples.hpp"
#include "stage_run.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string ornstein_uhlenbeck =
    "[[stage]]\nname = \"ou\"\ntype = \"langevin\"\nparticles = 37\ndimensions = 2\nsteps = 25\ndt = 0.02\n"
    "temperature = 0.5\n";

}  // namespace

TEST_CASE("all particles at some of the times are in the table", "[particles]") {
  const auto folder =
      run_stages(run::standard_registry(), ornstein_uhlenbeck +
                                               "[stage.potential]\nkind = \"harmonic\"\nstiffness = [1.2]\n"
                                               "[stage.record]\nevery = 10\n[stage.output]\nseries = 5\n");
  const auto table = data::read_table(comm(), folder + "/ou/table.h5");
  const auto steps = whole_column<std::int64_t>(table, "step"), ids = whole_column<std::int64_t>(table, "id");
  const auto times = whole_column<double>(table, "time"), positions = whole_column<double>(table, "position");
  CHECK(whole_column<double>(table, "velocity").size() == 4 * 37 * 2);
  REQUIRE(steps.size() == 4 * 37);
  const std::int64_t expected[] = {0, 10, 20, 25};
  for (std::size_t n = 0; n < steps.size(); ++n) {
    REQUIRE(steps[n] == expected[n / 37]);
    REQUIRE(ids[n] == static_cast<std::int64_t>(n % 37) + 1);
    REQUIRE(times[n] == static_cast<double>(steps[n]) * 0.02);
  }
  double sum = 0.0;
  for (std::size_t n = 3 * 37; n < 4 * 37; ++n) sum += positions[2 * n] / 37.0;
  CHECK_THAT(result_of(folder, "mean of x at the end"), WithinAbs(sum, 1e-14));
  CHECK(content_of(folder + "/ou/series.csv").find("potential_energy") != std::string::npos);
  CHECK(content_of(folder + "/ou/moments.csv").find("covariance_with_y") != std::string::npos);
}

TEST_CASE("tiles do not show in a table, and few particles of it are drawn anew each time", "[particles]") {
  const std::string keys =
      "[[stage]]\nname = \"soft\"\ntype = \"langevin\"\nparticles = 50\ndimensions = 2\nsteps = 20\ndt = 0.02\n"
      "[stage.box]\nlength = [4.0, 5.0]\n[stage.start]\nkind = \"lattice\"\n[stage.pair]\nkind = \"gaussian\"\n"
      "length = 0.3\n[stage.record]\nevery = 10\n";
  const auto registry = run::standard_registry();
  const auto all = data::read_table(comm(), run_stages(registry, keys) + "/soft/table.h5");
  const auto some = data::read_table(comm(), run_stages(registry, keys + "particles = 7\n") + "/soft/table.h5");
  const auto ids = whole_column<std::int64_t>(all, "id"), chosen = whole_column<std::int64_t>(some, "id");
  const auto x = whole_column<double>(all, "position"), y = whole_column<double>(some, "position");
  REQUIRE(ids.size() == 3 * 50);
  for (std::size_t n = 0; n < ids.size(); ++n) REQUIRE(ids[n] == static_cast<std::int64_t>(n % 50) + 1);
  REQUIRE(chosen.size() == 3 * 7);
  for (std::size_t n = 0; n < chosen.size(); ++n) {
    const auto row = 50 * (n / 7) + static_cast<std::size_t>(chosen[n] - 1);
    for (std::size_t c = 0; c < 2; ++c) CHECK_THAT(y[2 * n + c], WithinAbs(x[2 * row + c], 1e-12));
  }
  CHECK(!std::equal(chosen.begin(), chosen.begin() + 7, chosen.begin() + 7));
}

TEST_CASE("particles start from what an earlier stage, or a file, has left", "[particles]") {
  const auto registry = run::standard_registry();
  const std::string first = ornstein_uhlenbeck + "[stage.record]\nevery = 10\n";
  const std::string next =
      "[[stage]]\nname = \"next\"\ntype = \"langevin\"\nparticles = 30\ndimensions = 2\nsteps = 0\n[stage.record]\n"
      "[stage.start]\nkind = \"table\"\n";
  const auto folder = run_stages(registry, first + next + "data = \"ou\"\n");
  const std::string file = folder + "/ou/table.h5";
  const auto before = data::read_table(comm(), file), after = data::read_table(comm(), folder + "/next/table.h5");
  const auto x = whole_column<double>(before, "position"), y = whole_column<double>(after, "position");
  const auto v = whole_column<double>(before, "velocity"), w = whole_column<double>(after, "velocity");
  REQUIRE(y.size() == 30 * 2);
  for (std::size_t n = 0; n < y.size(); ++n) {
    REQUIRE(y[n] == x[3 * 37 * 2 + n]);
    REQUIRE(w[n] == v[3 * 37 * 2 + n]);
  }
  const auto earlier = run_stages(registry, next + "file = \"" + file + "\"\ntime = 0.2\ntemperature = 0\n");
  const auto at_rest = data::read_table(comm(), earlier + "/next/table.h5");
  REQUIRE(whole_column<double>(at_rest, "position")[5] == x[37 * 2 + 5]);
  REQUIRE(whole_column<double>(at_rest, "velocity")[5] == 0.0);

  const auto complaint = [&](const std::string& keys) {
    try {
      run_stages(registry, keys + "file = \"" + file + "\"\n");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  CHECK_THAT(complaint(next + "time = 0.3\n"), Contains("has no rows of the time 0.3; there are some from 0 to 0.5"));
  std::string other = next;
  CHECK_THAT(complaint(other.replace(other.find("particles = 30"), 14, "particles = 38")),
             Contains("has 37 rows of that time; the deck asks for 38 particles"));
  other = next;
  CHECK_THAT(complaint(other.replace(other.find("dimensions = 2"), 14, "dimensions = 3")),
             Contains("has positions in 2 dimensions; the deck asks for 3"));
}

TEST_CASE("snapshots are systems in space", "[particles]") {
  const auto folder = run_stages(run::standard_registry(), ornstein_uhlenbeck + "[stage.record]\nevery = 25\n");
  const auto system = data::read_snapshot(comm(), folder + "/ou/particles.h5");
  const auto table = data::read_table(comm(), folder + "/ou/table.h5");
  CHECK(system.particles.num_global() == 37);
  CHECK_THAT(system.time, WithinRel(0.5, 1e-12));
  const auto x = whole_column<double>(table, "position");
  const auto position =
      Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), system.particles.get<double>("position"));
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), system.particles.get<std::int64_t>("id"));
  bool is_same = true;
  for (int row = 0; row < system.particles.num_owned(); ++row) {
    for (int c = 0; c < 2; ++c)
      is_same = is_same && position(row, c) == x[2 * static_cast<std::size_t>(37 + id(row, 0) - 1) + c];
    is_same = is_same && position(row, 2) == 0.0;
  }
  REQUIRE_ALL(is_same);
}

TEST_CASE("a run says which particle is lost", "[particles][bad]") {
  REQUIRE_THROWS_WITH(run_stages(run::standard_registry(),
                                 ornstein_uhlenbeck + "[stage.potential]\nkind = \"formula\"\nformula = \"-exp(x^2)\"\n"
                                                      "[stage.start]\nmean = [3.0]\n"),
                      Contains("stage \"ou\", step") && Contains("is not finite, or too far away"));
}
