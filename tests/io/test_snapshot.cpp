#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/agree.hpp"
#include "data/io/h5_input.hpp"
#include "data/io/h5_output.hpp"
#include "data/io/snapshot.hpp"
#include "formats/systems.hpp"
#include "openpmd_rules.hpp"
#include "require_rules.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

const std::vector<std::string> snapshot_columns{"type", "position", "image", "velocity", "charge", "molecule"};

SystemKind rich_kind() {
  SystemKind kind;
  kind.has_charge = kind.has_molecule = kind.is_triclinic = kind.is_open = true;
  kind.id_stride = 1000000007;
  return kind;
}

void write(SnapshotSeries& series, const System& system, std::int64_t step) {
  series.write(step, 0.1 * static_cast<double>(step), 0.005, system.box, system.particles, system.species);
}

/// Collective. A file with these steps.
std::string write_series(const System& system, const std::vector<std::int64_t>& steps) {
  const std::string folder = scratch_folder();
  SnapshotSeries series(comm(), folder, make_units("metal"), "title = \"a deck\"\n", false, -1);
  for (const auto step : steps) write(series, system, step);
  series.close();
  return folder + "/particles.h5";
}

}  // namespace

TEST_CASE("a snapshot gives back box, species and all columns, bit for bit", "[io]") {
  const System system = make_system(rich_kind());
  const std::string path = write_series(system, {0, 5, 100});
  const auto rows = gather_rows(system, snapshot_columns);
  const System last = read_snapshot(comm(), path);
  REQUIRE((last.step == 100 && last.time == 0.1 * 100.0));
  REQUIRE(gather_rows(last, snapshot_columns) == rows);
  const System middle = read_snapshot(comm(), path, 5);
  REQUIRE((middle.step == 5 && middle.time == 0.5));
  REQUIRE(gather_rows(middle, snapshot_columns) == rows);
  for (int d = 0; d < 3; ++d) {
    REQUIRE(last.box.origin[d] == system.box.origin[d]);
    REQUIRE(last.box.is_periodic[d] == system.box.is_periodic[d]);
    for (int c = 0; c < 3; ++c) REQUIRE(last.box.cell[d][c] == system.box.cell[d][c]);
  }
  REQUIRE(last.species.size() == 3);
  for (std::size_t n = 0; n < 3; ++n) {
    REQUIRE(last.species[n].name == system.species[n].name);
    REQUIRE(last.species[n].mass == system.species[n].mass);
  }
  REQUIRE_THROWS_WITH(read_snapshot(comm(), path, 7),
                      Contains(path + ": there is no snapshot of step 7; there are 3, of steps 0 to 100"));
}

TEST_CASE("snapshots keep to openPMD and their XDMF to them", "[io]") {
  require_rules(write_series(make_system(rich_kind()), {0, 10}));
  SystemKind none;
  none.particles = 0;
  require_rules(write_series(make_system(none), {3}));
  SystemKind many;
  many.particles = 200001;
  require_rules(write_series(make_system(many), {3}));
}

TEST_CASE("a snapshot is read on any number of ranks", "[io]") {
  const int few = GENERATE(1, 2, 3);
  if (few >= comm().size()) return;
  const bool is_in = comm().rank() < few;
  const Comm part = comm().split(is_in ? 0 : 1);
  const std::string folder = scratch_folder();
  const System system = make_system(rich_kind());
  const auto rows = gather_rows(system, snapshot_columns);
  if (is_in) {
    const System of_few = make_system(rich_kind(), part);
    SnapshotSeries series(part, folder, make_units("lj"), "", false, -1);
    write(series, of_few, 1);
    series.close();
  }
  comm().barrier();
  REQUIRE(gather_rows(read_snapshot(comm(), folder + "/particles.h5"), snapshot_columns) == rows);
  const std::string path = write_series(system, {1});
  System read(comm());
  if (is_in) read = read_snapshot(part, path);
  REQUIRE(gather_rows(read, snapshot_columns) == rows);
}

TEST_CASE("an empty snapshot is a snapshot", "[io]") {
  SystemKind none;
  none.particles = 0;
  const System read = read_snapshot(comm(), write_series(make_system(none), {3}));
  REQUIRE(read.particles.num_global() == 0);
  REQUIRE(read.species.size() == 3);
}

TEST_CASE("units are told in SI, and the deck is embedded", "[io]") {
  const std::string path = write_series(make_system(rich_kind()), {4});
  const h5::Input file(path);
  const auto unit_of = [&](const std::string& record, const std::string& component, double si,
                           const std::vector<double>& dimension) {
    const std::string name = "/data/4/particles/all/" + record;
    const h5::Id object(H5Oopen(file.id(), name.c_str(), H5P_DEFAULT), H5Oclose);
    const h5::Id part(H5Oopen(file.id(), (name + component).c_str(), H5P_DEFAULT), H5Oclose);
    REQUIRE(h5::read_number<double>(part, "unitSI", name) == Approx(si).epsilon(1e-12));
    REQUIRE(h5::read_numbers<double>(object, "unitDimension", 7, name) == dimension);
  };
  unit_of("position", "/x", 1e-10, {1, 0, 0, 0, 0, 0, 0});
  unit_of("velocity", "/z", 100.0, {1, 0, -1, 0, 0, 0, 0});
  unit_of("charge", "", 1.602176634e-19, {0, 0, 1, 1, 0, 0, 0});
  unit_of("id", "", 1.0, {0, 0, 0, 0, 0, 0, 0});
  const h5::Id deck = file.open_dataset(file.id(), "/deck", "/deck");
  std::string text(h5::extents(deck).at(0), '\0');
  file.read_block(deck, {0}, {text.size()}, H5T_NATIVE_UINT8, text.data(), "/deck");
  REQUIRE(text == "title = \"a deck\"\n");
}

TEST_CASE("a series goes on behind a step, and what came later is dropped", "[io]") {
  const System system = make_system(rich_kind());
  const std::string path = write_series(system, {0, 10, 20, 30});
  const std::string folder = std::filesystem::path(path).parent_path().string();
  {
    // A snapshot that was being written when the process died.
    h5::Output file(comm(), path);
    file.open();
    file.make_group("/data/15/particles/all");
    file.close();
  }
  SnapshotSeries series(comm(), folder, make_units("metal"), "ignored", true, 20);
  REQUIRE_THROWS_WITH(write(series, system, 20), Contains("a snapshot of step 20 after one of step 20"));
  write(series, system, 25);
  series.close();
  REQUIRE(series.bytes_written() > 57 * 88);
  REQUIRE_ALL(steps_in(path) == std::vector<std::int64_t>{0, 10, 20, 25});
  require_rules(path);
  REQUIRE(gather_rows(read_snapshot(comm(), path, 10), snapshot_columns) == gather_rows(system, snapshot_columns));
  REQUIRE_THROWS_WITH(SnapshotSeries(comm(), scratch_folder(), make_units("lj"), "", true, 1),
                      Contains("particles.h5: cannot open: No such file"));
}

TEST_CASE("the XDMF of a long series follows within some percent, and has all of it in the end", "[io]") {
  const System system = make_system(rich_kind());
  const std::string folder = scratch_folder();
  const auto lists = [&](int step) {
    std::ifstream stream(folder + "/particles.xdmf");
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    return text.find("/data/" + std::to_string(step) + "/") != std::string::npos;
  };
  SnapshotSeries series(comm(), folder, make_units("lj"), "", false, -1);
  constexpr int last = 98;  // not one that is listed on its way
  for (int step = 1; step <= last; ++step) write(series, system, step);
  REQUIRE_ALL(lists(96));
  REQUIRE_ALL(!lists(last));
  comm().barrier();
  series.close();
  REQUIRE_ALL(lists(last));
}

TEST_CASE("what was flushed can be read while the series goes on", "[io]") {
  const std::string folder = scratch_folder();
  const System system = make_system(rich_kind());
  SnapshotSeries series(comm(), folder, make_units("lj"), "", false, -1);
  for (const std::int64_t step : {1, 2}) {
    write(series, system, step);
    REQUIRE(read_snapshot(comm(), folder + "/particles.h5").step == step);
    REQUIRE_ALL(broken_xdmf(folder + "/particles.xdmf").empty());
    comm().barrier();
  }
  series.close();
}
