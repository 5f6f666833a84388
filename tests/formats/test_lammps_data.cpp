#include <cmath>

#include "catch.hpp"
#include "data/formats/lammps_data.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

const std::vector<std::string> topology_names{"bonds", "angles", "dihedrals", "impropers"};

}  // namespace

TEST_CASE("lammps data: what is written is read back exactly", "[formats]") {
  SystemKind kind;
  kind.particles = GENERATE(0, 1, 57);
  kind.is_triclinic = GENERATE(false, true);
  kind.is_open = kind.is_triclinic;
  const std::string style = GENERATE("atomic", "charge", "full");
  kind.has_charge = style != "atomic";
  kind.has_molecule = style == "full";
  kind.has_topology = style == "full" && kind.particles > 4;
  kind.id_stride = style == "atomic" ? 1000003 : 1;
  const System system = make_system(kind);
  const std::string path = scratch_folder() + "/out.data";
  write_lammps_data(comm(), path, system);
  REQUIRE(read_file(path).find(kind.particles > 0 ? "Atoms # " + style : "0 atoms") != std::string::npos);

  const System back = read_lammps_data(comm(), path);
  const std::vector<std::string> columns{"type", "position", "image", "velocity", "charge", "molecule"};
  REQUIRE(gather_rows(back, columns) == gather_rows(system, columns));
  for (int d = 0; d < 3; ++d) {
    REQUIRE(back.box.is_periodic[d] == system.box.is_periodic[d]);
    for (int c = 0; c < 3; ++c) REQUIRE(back.box.cell[d][c] == system.box.cell[d][c]);
  }
  REQUIRE(back.species.size() == 3);
  for (std::size_t t = 0; t < 3; ++t) {
    REQUIRE(back.species[t].name == system.species[t].name);
    REQUIRE(back.species[t].mass == system.species[t].mass);
  }
  REQUIRE(back.step == 1200);
  for (const auto& name : topology_names) REQUIRE(gather_topology(back, name) == gather_topology(system, name));
}

TEST_CASE("lammps data: a cell of any orientation is rotated, and all vectors with it", "[formats]") {
  SystemKind kind;
  System system = make_system(kind);
  const bool is_left_handed = GENERATE(false, true);
  const double vectors[3][3] = {{1.0, 4.0, 0.5}, {-5.0, 2.0, 1.0}, {0.25, -1.0, is_left_handed ? -6.0 : 6.0}};
  const Box old = system.box;
  system.box = Box::triclinic({1.0, -2.0, 0.5}, vectors, {true, false, true});
  const auto position = Kokkos::create_mirror_view(system.particles.get<double>("position"));
  Kokkos::deep_copy(position, system.particles.get<double>("position"));
  for (int i = 0; i < system.particles.num_owned(); ++i) {
    const Vec3 s = old.to_fractional({position(i, 0), position(i, 1), position(i, 2)});
    const Vec3 x = system.box.to_cartesian(s);
    for (int d = 0; d < 3; ++d) position(i, d) = x[d];
  }
  Kokkos::deep_copy(system.particles.get<double>("position"), position);

  const std::string path = scratch_folder() + "/out.data";
  write_lammps_data(comm(), path, system);
  const System back = read_lammps_data(comm(), path);
  const int order[3] = {0, is_left_handed ? 2 : 1, is_left_handed ? 1 : 2};
  REQUIRE(back.box.cell[0][1] == 0.0);
  REQUIRE(back.box.cell[1][2] == 0.0);
  REQUIRE(back.box.volume() == Approx(system.box.volume()).epsilon(1e-12));
  for (int d = 0; d < 3; ++d) REQUIRE(back.box.is_periodic[d] == system.box.is_periodic[order[d]]);

  const auto before = gather_rows(system, {"position", "image", "velocity"});
  const auto after = gather_rows(back, {"position", "image", "velocity"});
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto& a = before[i].values;
    const auto& b = after[i].values;
    const Vec3 s = system.box.to_fractional({a[0], a[1], a[2]});
    const Vec3 t = back.box.to_fractional({b[0], b[1], b[2]});
    double along[3], along_back[3];  // velocity over the cell vectors
    for (int d = 0; d < 3; ++d) {
      REQUIRE(t[d] == Approx(s[order[d]]).margin(1e-12));
      REQUIRE(b[static_cast<std::size_t>(3 + d)] == a[static_cast<std::size_t>(3 + order[d])]);
      along[d] = along_back[d] = 0.0;
      for (int c = 0; c < 3; ++c) {
        along[d] += a[static_cast<std::size_t>(6 + c)] * system.box.cell[order[d]][c];
        along_back[d] += b[static_cast<std::size_t>(6 + c)] * back.box.cell[d][c];
      }
      REQUIRE(along_back[d] == Approx(along[d]).margin(1e-12));
    }
  }
}

TEST_CASE("lammps data: a triclinic file written by LAMMPS", "[formats]") {
  const System system = read_lammps_data(comm(), data_path("formats/lammps_atomic.data"));
  REQUIRE(system.step == 1200);
  REQUIRE(system.particles.num_global() == 108);
  REQUIRE(system.species.size() == 2);
  REQUIRE(system.species[1].mass == 2.5);
  REQUIRE(system.species[1].name == "2");
  REQUIRE(system.box.cell[1][0] == 1.343676953106006);
  REQUIRE(system.box.cell[2][0] == -1.0077577148295043);
  REQUIRE(system.box.cell[2][1] == 0.671838476553003);
  const auto rows = gather_rows(system, {"type", "position", "image", "velocity"});
  REQUIRE(rows[9].values[0] == 1.0);
  REQUIRE(rows[9].values[1] == 5.546998895250489);
  REQUIRE(rows[9].values[4] == -1.0);
  double momentum = 0.0, kinetic = 0.0;
  for (const auto& row : rows) {
    const double mass = system.species[static_cast<std::size_t>(row.values[0])].mass;
    momentum += mass * row.values[7];
    for (std::size_t d = 7; d < 10; ++d) kinetic += 0.5 * mass * row.values[d] * row.values[d];
  }
  REQUIRE(std::abs(momentum) < 1e-10);
  REQUIRE(kinetic > 0.0);
  REQUIRE_ALL(system.particles.num_owned() <= 108 / comm().size() + 1);
}

TEST_CASE("lammps data: charges written by LAMMPS", "[formats]") {
  const System system = read_lammps_data(comm(), data_path("formats/lammps_charge.data"));
  double sum = 0.0;
  for (const auto& row : gather_rows(system, {"type", "charge"})) {
    REQUIRE(row.values[1] == (row.values[0] == 0.0 ? 1.0 : -1.0));
    sum += row.values[1];
  }
  REQUIRE(sum == 0.0);
}

TEST_CASE("lammps data: molecules written by LAMMPS keep their bonds", "[formats]") {
  const System system = read_lammps_data(comm(), data_path("formats/lammps_full.data"));
  REQUIRE(system.particles.num_global() == 48);
  REQUIRE(system.topology.size() == 4);
  const std::size_t counts[] = {40, 48, 32, 8};
  for (std::size_t n = 0; n < 4; ++n) {
    const auto width = static_cast<std::size_t>(system.topology[n].ids_per_row) + 1;
    REQUIRE(system.topology[n].name == topology_names[n]);
    REQUIRE(gather_topology(system, topology_names[n]).size() == counts[n] * width);
  }
  const auto bonds = gather_topology(system, "bonds");
  REQUIRE(std::vector<std::int64_t>(bonds.begin(), bonds.begin() + 6) == std::vector<std::int64_t>{1, 1, 2, 2, 1, 3});
  const auto rows = gather_rows(system, {"molecule", "charge"});
  REQUIRE(rows[0].values[0] == rows[5].values[0]);
  REQUIRE(rows[0].values[1] == 0.4);
  const std::string path = scratch_folder() + "/again.data";
  write_lammps_data(comm(), path, system);
  const System back = read_lammps_data(comm(), path);
  const std::vector<std::string> columns{"type", "position", "image", "velocity", "charge", "molecule"};
  REQUIRE(gather_rows(back, columns) == gather_rows(system, columns));
  for (const auto& name : topology_names) REQUIRE(gather_topology(back, name) == gather_topology(system, name));
}

TEST_CASE("lammps data: sections in any order, comments, blank lines and other line ends", "[formats]") {
  const char* text =
      "# a title, whatever it says: Atoms\r\n"
      "\t3 atoms # three\r\n\r\n"
      "2   atom types\r\n 1 bonds\r\n1 bond types\r\n2 extra bond per atom\r\n"
      "# a comment\r\n"
      "-1.0 9 xlo xhi\r\n0 10 ylo yhi\r\n0 10 zlo zhi\r\n-1 0.5 +2e0 xy xz yz\r\n"
      "\r\nVelocities\r\n\r\n3 0 0 3\r\n1 1 0 0\r\n2 0 2 0\r\n"
      "Bonds # harmonic\r\n# none here\r\n1 1 3 1\r\n\r\n"
      "Pair Coeffs\r\n\r\n1 0.1 3.4\r\n2 0.2 3.0 # C\r\n"
      "   Masses   \r\n\r\n2 15.999 # O\r\n1 12.011 # not a name\r\n\r\n"
      "Atoms  # molecular\r\n\r\n"
      "2 1 1 0.5 0 0 # first\r\n\r\n3 1 2 1 2 3\r\n1 7 2 1 1 1 -1 0 2";
  const System system = read_lammps_data(comm(), write_file("in.data", text));
  REQUIRE(system.box.origin[0] == -1.0);
  REQUIRE(system.box.cell[0][0] == 10.0);
  REQUIRE(system.box.cell[2][1] == 2.0);
  REQUIRE(system.species[0].name == "1");
  REQUIRE(system.species[1].name == "O");
  const auto rows = gather_rows(system, {"type", "position", "image", "velocity", "molecule"});
  REQUIRE(rows.size() == 3);
  REQUIRE(rows[0].values == std::vector<double>{1, 1, 1, 1, -1, 0, 2, 1, 0, 0, 7});
  REQUIRE(rows[1].values == std::vector<double>{0, 0.5, 0, 0, 0, 0, 0, 0, 2, 0, 1});
  REQUIRE(gather_topology(system, "bonds") == std::vector<std::int64_t>{1, 3, 1});
}

TEST_CASE("lammps data: type labels, and names given from outside", "[formats]") {
  const char* text =
      "title\n\n2 atoms\n2 atom types\n0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n\n"
      "Atom Type Labels\n\n1 Na+\n2 Cl-\n\nMasses\n\nNa+ 22.99\nCl- 35.45\n\n"
      "Atoms # charge\n\n1 Cl- -1 0 0 0\n2 1 1 4 4 4\n";
  const auto path = write_file("in.data", text);
  System system = read_lammps_data(comm(), path);
  REQUIRE(system.species[1].name == "Cl-");
  REQUIRE(system.species[1].mass == 35.45);
  REQUIRE(gather_rows(system, {"type"})[0].values[0] == 1.0);
  ReadOptions options;
  options.species = {"Na", "Cl"};
  options.periodic = {true, true, false};
  system = read_lammps_data(comm(), path, options);
  REQUIRE(system.species[1].name == "Cl");
  REQUIRE(!system.box.is_periodic[2]);
}

TEST_CASE("lammps data: spheres give types their masses, and come with angular velocities", "[formats]") {
  const auto text = [](const std::string& last) {
    return "title\n\n3 atoms\n2 atom types\n0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n\nAtoms # sphere\n\n"
           "3 2 2 0.25 1 1 1\n1 1 1 3 2 2 2 0 1 0\n" +
           last + "\nVelocities\n\n2 1 2 3 4 5 6\n1 0 0 0 0 0 7\n3 0 0 8 0 0 0\n";
  };
  const System system = read_lammps_data(comm(), write_file("in.data", text("2 1 1 3 3 4 5\n")));
  REQUIRE(system.species[0].mass == Approx(std::acos(-1.0) / 2.0).epsilon(1e-15));
  REQUIRE(system.species[1].mass == Approx(std::acos(-1.0) / 3.0).epsilon(1e-15));
  const auto rows = gather_rows(system, {"type", "position", "image", "diameter", "velocity", "angular_velocity"});
  REQUIRE(rows[0].values == std::vector<double>{0, 2, 2, 2, 0, 1, 0, 1, 0, 0, 0, 0, 0, 7});
  REQUIRE(rows[1].values == std::vector<double>{0, 3, 4, 5, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6});
  REQUIRE(rows[2].values == std::vector<double>{1, 1, 1, 1, 0, 0, 0, 2, 0, 0, 8, 0, 0, 0});
  REQUIRE_THROWS_WITH(read_lammps_data(comm(), write_file("in.data", text("2 1 1.5 3 3 4 5\n"))),
                      Contains(":9: the diameters of spheres of type 1 range from 1 to 1.5"));
  REQUIRE_THROWS_WITH(read_lammps_data(comm(), write_file("in.data", text("2 1 1 4 3 4 5\n"))),
                      Contains(":9: the masses of spheres of type 1 range"));
}
