#include "catch.hpp"
#include "data/formats/extxyz.hpp"
#include "data/formats/extxyz_header.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

System read_text(const std::string& text, const ReadOptions& options = {}) {
  return read_extxyz(comm(), write_file("in.extxyz", text), options);
}

}  // namespace

TEST_CASE("extxyz: what is written is read back exactly", "[formats]") {
  SystemKind kind;
  kind.particles = GENERATE(0, 1, 57);
  kind.is_triclinic = GENERATE(false, true);
  kind.is_open = kind.is_triclinic;
  kind.has_force = kind.has_charge = kind.has_molecule = GENERATE(false, true);
  kind.id_stride = kind.has_charge ? 1000003 : 1;
  System system = make_system(kind);
  system.box.origin = {0.1, -7.0 / 3.0, 0.0};
  system.title = "a \"quoted\" title \\ of the run";
  const std::string path = scratch_folder() + "/out.extxyz";
  write_extxyz(comm(), path, system);
  const System back = read_extxyz(comm(), path);

  REQUIRE(gather_rows(back, all_columns) == gather_rows(system, all_columns));
  for (int d = 0; d < 3; ++d) {
    REQUIRE(back.box.is_periodic[d] == system.box.is_periodic[d]);
    REQUIRE(back.box.origin[d] == system.box.origin[d]);
    for (int c = 0; c < 3; ++c) REQUIRE(back.box.cell[d][c] == system.box.cell[d][c]);
  }
  REQUIRE(back.species.size() == 3);
  for (std::size_t t = 0; t < 3; ++t) {
    REQUIRE(back.species[t].name == system.species[t].name);
    REQUIRE(back.species[t].mass == system.species[t].mass);
  }
  REQUIRE(back.step == system.step);
  REQUIRE(back.time == system.time);
  REQUIRE(back.title == system.title);
}

TEST_CASE("extxyz: types of the same name stay apart", "[formats]") {
  System system = make_system({});
  system.species[2].name = "Ar";
  const std::string path = scratch_folder() + "/out.extxyz";
  write_extxyz(comm(), path, system);
  const System back = read_extxyz(comm(), path);
  REQUIRE(gather_rows(back, all_columns) == gather_rows(system, all_columns));
  REQUIRE(back.species[2].name == "Ar");
  REQUIRE(back.species[2].mass == system.species[2].mass);
}

TEST_CASE("extxyz: the file does not depend on the number of ranks", "[formats]") {
  const std::string folder = scratch_folder();
  SystemKind kind;
  kind.particles = GENERATE(3, 40);
  write_extxyz(comm(), folder + "/together", make_system(kind));
  const Comm alone = comm().split(comm().rank());
  const std::string own = folder + "/alone" + std::to_string(comm().rank());
  write_extxyz(alone, own, make_system(kind, alone));
  REQUIRE_ALL(read_file(own) == read_file(folder + "/together"));
}

TEST_CASE("extxyz: frames are chosen by number, the last by default", "[formats]") {
  std::string text;
  for (int frame = 0; frame < 7; ++frame) {
    text += std::to_string(frame) + "\nLattice=\"9 0 0 0 9 0 0 0 9\" Step=" + std::to_string(100 * frame) + "\n";
    for (int n = 0; n < frame; ++n) text += "Ar " + std::to_string(n) + " 1 2\n";
  }
  for (const int frame : {0, 1, 6, -1}) {
    ReadOptions options;
    options.frame = frame;
    const System system = read_text(text, options);
    REQUIRE(system.step == 100 * (frame < 0 ? 6 : frame));
    REQUIRE(system.particles.num_global() == (frame < 0 ? 6 : frame));
  }
  ReadOptions beyond;
  beyond.frame = 7;
  REQUIRE_THROWS_WITH(read_text(text, beyond), Contains("there is no frame 7; it has 7 (from 0)"));
  REQUIRE(read_text(text + "\n \n").step == 600);
}

TEST_CASE("extxyz: a file as other programs write it", "[formats]") {
  const System system = read_text(
      "3\r\n"
      "Lattice=\"10.0 0.0 0.0 0.0 10.0 0.0 0.0 0.0 10.0\" "
      "Properties=species:S:1:pos:R:3:momenta:R:3:tags:I:1:forces:R:3 "
      "energy=-12.5 stress=\"1 2 3 4 5 6 7 8 9\" config_type='bulk water' virial={1 2 3} flag dipole=[1, [2, 3]] "
      "pbc=\"T T F\"\r\n"
      "O   1.0   2.0 3.0  15.999 0 0  1  0.1 0.2 0.3\r\n"
      "H\t1.5   2.0 3.0  0 1.008 0    1  0.1 0.2 0.3\r\n"
      "H   1.0   2.5 +3.0 0 0 2.016   2  0.1 0.2 -0.3\r\n");
  REQUIRE(system.species.size() == 2);
  REQUIRE(system.species[0].name == "H");
  REQUIRE(system.species[0].mass == 1.008);
  REQUIRE(system.species[1].name == "O");
  REQUIRE(!system.box.is_periodic[2]);
  const auto rows = gather_rows(system, {"type", "position", "velocity", "force"});
  REQUIRE(rows.size() == 3);
  REQUIRE(rows[0].values == std::vector<double>{1, 1, 2, 3, 1, 0, 0, 0.1, 0.2, 0.3});
  REQUIRE(rows[2].values == std::vector<double>{0, 1, 2.5, 3, 0, 0, 2, 0.1, 0.2, -0.3});
}

TEST_CASE("extxyz: momenta become velocities in the unit system asked for", "[formats]") {
  const std::string text =
      "1\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3:momenta:R:3:masses:R:1\nA 0 0 0 2 0 0 2\n";
  ReadOptions options;
  options.units = "metal";
  REQUIRE(gather_rows(read_text(text, options), {"velocity"})[0].values[0] == Approx(98.2269479).epsilon(1e-8));
  options.units = "real";
  REQUIRE(gather_rows(read_text(text, options), {"velocity"})[0].values[0] == Approx(0.0982269479).epsilon(1e-8));
}

TEST_CASE("extxyz: species may be ordered, numbered or given by atomic numbers", "[formats]") {
  const std::string lattice = "Lattice=\"9 0 0 0 9 0 0 0 9\" Properties=";
  ReadOptions options;
  options.species = {"O", "H", "C"};
  System system = read_text("2\n" + lattice + "species:S:1:pos:R:3\nH 0 0 0\nO 1 1 1\n", options);
  REQUIRE(system.species.size() == 3);
  REQUIRE(gather_rows(system, {"type"})[0].values[0] == 1.0);
  system = read_text("2\n" + lattice + "type:I:1:pos:R:3\n3 0 0 0\n1 1 1 1\n", options);
  REQUIRE(gather_rows(system, {"type"})[0].values[0] == 2.0);
  REQUIRE(system.species[2].mass == 12.011);
  system = read_text("2\n" + lattice + "type:I:1:pos:R:3\n3 0 0 0\n1 1 1 1\n");
  REQUIRE(system.species.size() == 3);
  REQUIRE(system.species[2].name == "3");
  system = read_text("2\n" + lattice + "Z:I:1:pos:R:3\n18 0 0 0\n1 1 1 1\n");
  REQUIRE(system.species[0].name == "Ar");
}

TEST_CASE("extxyz: without Lattice an open box is made only by request", "[formats]") {
  const std::string text = "2\n\nAr 0 0 0\nAr 1 2 4\n";
  REQUIRE_THROWS_WITH(read_text(text), Contains("in.extxyz:2: there is no Lattice"));
  ReadOptions options;
  options.margin = 1.5;
  const System system = read_text(text, options);
  REQUIRE(!system.box.is_periodic[0]);
  REQUIRE(system.box.origin[1] == -1.5);
  REQUIRE(system.box.cell[2][2] == 7.0);
}

TEST_CASE("extxyz: the pairs of a header", "[formats]") {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  REQUIRE(extxyz::parse_pairs(" a=1  b=\"x \\\" y\" 'c d'=T e f={1 {2} 3}\t") ==
          Pairs{{"a", "1"}, {"b", "x \" y"}, {"c d", "T"}, {"e", "T"}, {"f", "1 {2} 3"}});
  REQUIRE(extxyz::parse_pairs("a= b=") == Pairs{{"a", ""}, {"b", ""}});
}
