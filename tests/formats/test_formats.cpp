#include "catch.hpp"
#include "data/formats/formats.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

const std::string frame = "1\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3\nAr 1 2 3\n";
const std::string lammps_text =
    "LAMMPS data file\n\n1 atoms\n1 atom types\n0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n\nMasses\n\n1 40\n\n"
    "Atoms # atomic\n\n1 1 1 2 3\n";

}  // namespace

TEST_CASE("formats are told by name, else by content", "[formats]") {
  REQUIRE(detect_format(write_file("a.xyz", frame)) == FileFormat::extxyz);
  REQUIRE(detect_format(write_file("a.EXTXYZ", frame)) == FileFormat::extxyz);
  REQUIRE(detect_format(write_file("no_extension", frame)) == FileFormat::extxyz);
  REQUIRE(detect_format(write_file("a.data", lammps_text)) == FileFormat::lammps_data);
  REQUIRE(detect_format(write_file("data.melt", lammps_text)) == FileFormat::lammps_data);
  REQUIRE(detect_format(write_file("melt.txt", lammps_text)) == FileFormat::lammps_data);
  REQUIRE_THROWS_WITH(detect_format(write_file("a.txt", "hello\n")), Contains("a.txt: unknown format; extended XYZ"));
  REQUIRE_THROWS_WITH(detect_format(write_file("a.h5", "hello\n")), Contains("a.h5: this is no HDF5 file"));
  REQUIRE_THROWS_WITH(detect_format("/nowhere.xyz"), Contains("/nowhere.xyz: cannot open"));
}

TEST_CASE("a system goes from any format to any other", "[formats]") {
  const std::string folder = scratch_folder();
  SystemKind kind;
  kind.has_charge = true;
  const System system = make_system(kind);
  const std::vector<std::string> columns{"type", "position", "image", "velocity", "charge"};
  const auto rows = gather_rows(system, columns);
  std::string path = folder + "/0.extxyz";
  write_system(comm(), path, system);
  int n = 0;
  for (const char* end : {".data", ".h5md", ".xyz", ".lmp"}) {
    const System read = read_system(comm(), path);
    path = folder + "/" + std::to_string(++n) + end;
    write_system(comm(), path, read);
    const System back = read_system(comm(), path);
    REQUIRE(gather_rows(back, columns) == rows);
    REQUIRE(back.species[2].name == "X1");
    REQUIRE(back.step == 1200);
  }
  REQUIRE_THROWS_WITH(write_system(comm(), folder + "/x.pdb", system), Contains("x.pdb: the name says no format"));
  REQUIRE_THROWS_WITH(read_system(comm(), folder + "/none.xyz"), Contains("none.xyz: cannot open"));
}

TEST_CASE("snapshots are read and written like any other format", "[formats]") {
  const System system = make_system({});
  const std::string path = scratch_folder() + "/out.h5";
  write_system(comm(), path, system);
  REQUIRE(detect_format(path) == FileFormat::snapshot);
  const System back = read_system(comm(), path);
  const std::vector<std::string> columns{"type", "position", "image", "velocity"};
  REQUIRE(gather_rows(back, columns) == gather_rows(system, columns));
  ReadOptions options;
  options.step = 1200;
  REQUIRE(read_system(comm(), path, options).step == 1200);
  options.frame = 0;
  REQUIRE_THROWS_WITH(read_system(comm(), path, options), Contains("chosen by step"));
}
