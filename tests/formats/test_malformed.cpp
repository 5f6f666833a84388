// Each thing that can be wrong in a text file: the message says what, where, and what was expected.
#include <string>
#include <vector>

#include "catch.hpp"
#include "data/formats/extxyz.hpp"
#include "data/formats/lammps_data.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

struct Case {
  const char* what;
  std::string text;
  const char* message;  ///< behind the path
};

const std::string cubic = "Lattice=\"9 0 0 0 9 0 0 0 9\"";

std::string lammps(const std::string& header, const std::string& sections) {
  return "title\n\n" + header + "0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n\n" + sections;
}
const std::string two = "2 atoms\n1 atom types\n";                             // lines 3 and 4; the bounds are 5, 6, 7
const std::string masses = "Masses\n\n1 1.0\n\n";                              // 9 to 12
const std::string atoms = "Atoms # atomic\n\n1 1 0 0 0\n2 1 1 1 1\n";          // 13, 15, 16
const std::string bonded = "2 atoms\n1 atom types\n1 bonds\n2 bond types\n";   // two lines more
const std::string molecules = "Atoms # bond\n\n1 1 1 0 0 0\n2 1 1 1 1 1\n\n";  // 15, 17, 18

}  // namespace

TEST_CASE("extxyz: every kind of damage is named with its line", "[formats]") {
  const std::vector<Case> cases{
      {"nothing", "", ": the file is empty"},
      {"no count", "atoms\n" + cubic + "\n", ":1: 'atoms' is not an integer; the number of particles"},
      {"negative count", "-3\n" + cubic + "\n", ":1: '-3' is out of range"},
      {"count that cannot be", "1000000000000\n" + cubic + "\nAr 0 0 0\n",
       ":1: 1000000000000 particles are announced, but the file has only 1 more"},
      {"huge count", "99999999999999999999999\n", ":1: '99999999999999999999999' is too large"},
      {"cut off in the rows", "30\n" + cubic + "\nAr 0 0 0\nAr 1 1 1\n",
       ":1: 30 particles are announced, but the file has only 2 more"},
      {"cut off in the header", "3\n", ":1: 3 particles are announced, but the file has only 0 more"},
      {"cut off in a second frame", "1\n" + cubic + "\nAr 0 0 0\n2\n" + cubic + "\nAr 0 0 0\n",
       ":4: 2 particles are announced"},
      {"blank line between frames", "1\n" + cubic + "\nAr 0 0 0\n\n1\n" + cubic + "\nAr 0 0 0\n",
       ":4: a blank line where the number"},
      {"surplus row", "1\n" + cubic + "\nAr 0 0 0\nAr 1 1 1\n", ":4: 'Ar 1 1 1' is not an integer"},
      {"eight numbers", "1\nLattice=\"9 0 0 0 9 0 0 0\"\nAr 0 0 0\n", ":2: Lattice has 8 numbers; nine were expected"},
      {"flat cell", "1\nLattice=\"9 0 0 0 9 0 0 9 0\"\nAr 0 0 0\n", ":2: the cell vectors of the box do not span"},
      {"word in the cell", "1\nLattice=\"9 0 0 0 x 0 0 0 9\"\nAr 0 0 0\n",
       ":2: 'x' is not a number; a number in Lattice"},
      {"infinite cell", "1\nLattice=\"inf 0 0 0 9 0 0 0 9\"\nAr 0 0 0\n", ":2: 'inf' is not a finite number"},
      {"no cell", "1\nProperties=species:S:1:pos:R:3\nAr 0 0 0\n", ":2: there is no Lattice"},
      {"two cells", "1\n" + cubic + " " + cubic + "\nAr 0 0 0\n", ":2: Lattice is given twice"},
      {"open quote", "1\nLattice=\"9 0 0 0 9 0 0 0 9\nAr 0 0 0\n", ":2: \" opened in column 9 is never closed"},
      {"value without key", "1\n" + cubic + " =3\nAr 0 0 0\n", ":2: '=' without a key"},
      {"two flags", "1\n" + cubic + " pbc=\"T T\"\nAr 0 0 0\n", ":2: pbc='T T' has 2 flags"},
      {"odd flag", "1\n" + cubic + " pbc=\"T T yes\"\nAr 0 0 0\n", ":2: 'yes' in pbc is neither T nor F"},
      {"not triples", "1\n" + cubic + " Properties=species:S:1:pos:R\nAr 0 0 0\n",
       ":2: Properties='species:S:1:pos:R' is not made of triples"},
      {"odd kind", "1\n" + cubic + " Properties=species:S:1:pos:D:3\nAr 0 0 0\n",
       ":2: Properties gives column 'pos' the kind 'D'"},
      {"odd number of columns", "1\n" + cubic + " Properties=species:S:1:pos:R:0\nAr 0 0 0\n",
       ":2: '0' is out of range"},
      {"plane positions", "1\n" + cubic + " Properties=species:S:1:pos:R:2\nAr 0 0\n",
       ":2: Properties says pos:R:2; pos:R:3 was expected"},
      {"no positions", "1\n" + cubic + " Properties=species:S:1\nAr\n", ":2: Properties has no column pos:R:3"},
      {"no species", "1\n" + cubic + " Properties=pos:R:3\n0 0 0\n", ":2: Properties has none of species:S:1"},
      {"column named twice", "1\n" + cubic + " Properties=species:S:1:pos:R:3:pos:R:3\nAr 0 0 0 0 0 0\n",
       ":2: Properties names 'pos' and 'pos'"},
      {"column missing", "2\n" + cubic + "\nAr 0 0 0\nAr 0 0\n", ":4: 3 columns; 4 were expected"},
      {"column too many", "2\n" + cubic + "\nAr 0 0 0 1\nAr 0 0 0\n", ":3: 5 columns; 4 were expected"},
      {"blank row", "2\n" + cubic + "\nAr 0 0 0\n\n", ":4: 0 columns; 4 were expected"},
      {"not a number", "2\n" + cubic + "\nAr 0 0 0\nAr 1 1..5 1\n", ":4: '1..5' is not a number; pos was expected"},
      {"NaN", "2\n" + cubic + "\nAr 0 nan 0\nAr 1 1 1\n", ":3: 'nan' is not a finite number"},
      {"overflow", "1\n" + cubic + "\nAr 0 1e400 0\n", ":3: '1e400' is not a finite number"},
      {"same id", "3\n" + cubic + " Properties=species:S:1:pos:R:3:id:I:1\nAr 0 0 0 7\nAr 1 1 1 2\nAr 2 2 2 7\n",
       ":5: id 7 was already given in line 3"},
      {"id zero", "1\n" + cubic + " Properties=species:S:1:pos:R:3:id:I:1\nAr 0 0 0 0\n",
       ":3: '0' is out of range; an id"},
      {"real id", "1\n" + cubic + " Properties=species:S:1:pos:R:3:id:I:1\nAr 0 0 0 1.5\n",
       ":3: '1.5' is not an integer"},
      {"type zero", "1\n" + cubic + " Properties=type:I:1:pos:R:3\n0 0 0 0\n", ":3: '0' is out of range; a type"},
      {"no such element", "1\n" + cubic + " Properties=Z:I:1:pos:R:3\n119 0 0 0\n",
       ":3: '119' is out of range; an atomic number"},
      {"two masses of a species", "2\n" + cubic + " Properties=species:S:1:pos:R:3:mass:R:1\nAr 0 0 0 1\nAr 1 1 1 2\n",
       ":2: the masses of species 'Ar' range from 1 to 2"},
      {"species not listed", "1\n" + cubic + " type_names=\"Ar Kr\"\nAt 0 0 0\n",
       ":3: species 'At' is not among those named: Ar, Kr. Did you mean 'Ar'?"},
      {"masses without names", "1\n" + cubic + " type_masses=\"1 2\"\nAr 0 0 0\n",
       ":2: type_masses has 2 numbers for 0 type_names"},
      {"mass not positive", "1\n" + cubic + " type_names=Ar type_masses=-2\nAr 0 0 0\n",
       ":2: mass -2 in type_masses is not positive"},
  };
  for (const auto& one : cases) {
    INFO(one.what << "\n" << one.text);
    const std::string path = write_file("bad.extxyz", one.text);
    REQUIRE_THROWS_WITH(read_extxyz(comm(), path), Contains(path + one.message));
  }
}

TEST_CASE("lammps data: every kind of damage is named with its line", "[formats]") {
  const std::string bonds = masses + molecules + "Bonds\n\n";
  const std::vector<Case> cases{
      {"nothing", "", ": the file is empty"},
      {"no header", "title\n", ": the header has no line 'atoms'"},
      {"some other file", "{\n  \"atoms\": 3\n}\n", ":2: unknown line"},
      {"no types", "title\n\n2 atoms\n0 9 xlo xhi\n", ": the header has no line 'atom types'"},
      {"no bounds", "title\n\n2 atoms\n1 atom types\n0 9 xlo xhi\n0 9 ylo yhi\n", ": the header has no line 'zlo zhi'"},
      {"misspelt count", lammps("2 atom\n1 atom types\n", masses + atoms),
       ":3: unknown line '2 atom' in the header; a count or a bound of the box was expected. Did you mean 'atoms'?"},
      {"count that cannot be", lammps("1000000000000 atoms\n1 atom types\n", masses + atoms),
       ":3: 1000000000000 atoms cannot be in a file of"},
      {"negative count", lammps("-2 atoms\n1 atom types\n", masses + atoms), ":3: '-2' is out of range"},
      {"real count", lammps("2.5 atoms\n1 atom types\n", masses + atoms), ":3: '2.5' is not an integer"},
      {"count twice", lammps(two + "2 atoms\n", masses + atoms), ":5: 'atoms' was already given in line 3"},
      {"types that cannot be", lammps("2 atoms\n1000000000 atom types\n", masses + atoms),
       ":4: 1000000000 atom types cannot be in a file of"},
      {"one bound", "title\n\n" + two + "9 xlo xhi\n", ":5: 'xlo xhi' needs 2 numbers before it, here are 1"},
      {"empty box", "title\n\n" + two + "9 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n\n" + masses + atoms,
       ":5: 'xlo xhi' is 9 9: the second must be larger"},
      {"infinite box", "title\n\n" + two + "0 inf xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n\n" + masses + atoms,
       ":5: unknown line"},
      {"absurd box", "title\n\n" + two + "-1e308 1e308 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n\n" + masses + atoms,
       ":5: cell vector 0 of the box is not finite"},
      {"two tilts", "title\n\n" + two + "0 9 xlo xhi\n0 9 ylo yhi\n0 9 zlo zhi\n1 2 xy xz yz\n\n" + masses + atoms,
       ":8: 'xy xz yz' needs 3 numbers before it, here are 2"},
      {"ellipsoids", lammps(two + "2 ellipsoids\n", masses + atoms), ":5: ellipsoids cannot be read"},
      {"misspelt section", lammps(two, "Mases\n\n1 1.0\n\n" + atoms),
       ":9: unknown section 'Mases'; a row of numbers or the name of a section was expected. Did you mean 'Masses'?"},
      {"section twice", lammps(two, masses + atoms + "\nMasses\n\n1 1.0\n"),
       ":18: section 'Masses' was already given in line 9"},
      {"section that cannot be read", lammps(two, masses + atoms + "\nBodies\n\n1 1 1\n"),
       ":18: section 'Bodies' cannot be read"},
      {"no masses", lammps(two, atoms), ": there is no section 'Masses'"},
      {"a mass missing", lammps("2 atoms\n2 atom types\n", masses + atoms),
       ":9: section 'Masses' has no mass of type 2"},
      {"mass twice", lammps(two, "Masses\n\n1 1.0\n1 2.0\n\n" + atoms), ":12: the mass of type 1 is given twice"},
      {"mass not positive", lammps(two, "Masses\n\n1 0\n\n" + atoms), ":11: mass 0 is not positive"},
      {"mass of another type", lammps(two, "Masses\n\n2 1.0\n\n" + atoms),
       ":11: '2' is out of range; an atom type from 1 to 1"},
      {"no atoms", lammps(two, masses), ":3: the header says 2 atoms, but there is no section 'Atoms'"},
      {"no style", lammps(two, masses + "Atoms\n\n1 1 0 0 0\n2 1 1 1 1\n"),
       ":13: the file does not say its atom style"},
      {"odd style", lammps(two, masses + "Atoms # atomc\n\n1 1 0 0 0\n2 1 1 1 1\n"),
       ":13: unknown atom style 'atomc'; atomic, charge, bond, angle, molecular, full or sphere was expected. Did you "
       "mean "
       "'atomic'?"},
      {"row missing", lammps(two, masses + "Atoms # atomic\n\n1 1 0 0 0\n"),
       ":13: section 'Atoms' has 1 rows, but the header (line 3) says 2 atoms"},
      {"row too many", lammps(two, masses + atoms + "3 1 2 2 2\n"),
       ":13: section 'Atoms' has 3 rows, but the header (line 3) says 2 atoms"},
      {"column missing", lammps(two, masses + "Atoms # atomic\n\n1 1 0 0 0\n2 1 1 1\n"),
       ":16: 4 columns; 5 were expected for atom style atomic, or 8 with image flags"},
      {"one image flag", lammps(two, masses + "Atoms # atomic\n\n1 1 0 0 0 1\n2 1 1 1 1\n"),
       ":15: 6 columns; 5 were expected"},
      {"style that does not fit", lammps(two, masses + "Atoms # full\n\n1 1 0 0 0\n2 1 1 1 1\n"),
       ":15: 5 columns; 7 were expected for atom style full"},
      {"same id", lammps(two, masses + "Atoms # atomic\n\n2 1 0 0 0\n2 1 1 1 1\n"),
       ":16: atom id 2 was already given in line 15"},
      {"id zero", lammps(two, masses + "Atoms # atomic\n\n0 1 0 0 0\n2 1 1 1 1\n"),
       ":15: '0' is out of range; an atom id"},
      {"type too large", lammps(two, masses + "Atoms # atomic\n\n1 1 0 0 0\n2 2 1 1 1\n"),
       ":16: '2' is out of range; an atom type from 1 to 1 was expected"},
      {"NaN", lammps(two, masses + "Atoms # atomic\n\n1 1 0 nan 0\n2 1 1 1 1\n"),
       ":15: 'nan' is not a finite number; a coordinate was expected"},
      {"not a number", lammps(two, masses + "Atoms # atomic\n\n1 1 0 0 0\n2 1 1 1 abc\n"),
       ":16: 'abc' is not a number; a coordinate was expected"},
      {"image flag out of range", lammps(two, masses + "Atoms # atomic\n\n1 1 0 0 0 0 0 9999999999\n2 1 1 1 1\n"),
       ":15: '9999999999' is out of range; an image flag"},
      {"velocity missing", lammps(two, masses + atoms + "\nVelocities\n\n1 0 0 0\n"),
       ":18: section 'Velocities' has 1 rows"},
      {"velocity twice", lammps(two, masses + atoms + "\nVelocities\n\n1 0 0 0\n1 0 0 0\n"),
       ":21: atom id 1 was already given in line 20"},
      {"velocity of nobody", lammps(two, masses + atoms + "\nVelocities\n\n1 0 0 0\n7 0 0 0\n"),
       ":21: there is no atom with id 7"},
      {"velocity with two numbers", lammps(two, masses + atoms + "\nVelocities\n\n1 0 0\n"),
       ":20: 3 columns; 4 (id, three velocities) were expected"},
      {"no bonds", lammps(bonded, masses + molecules), ":5: the header says 1 bonds, but there is no section 'Bonds'"},
      {"bond type too large", lammps(bonded, bonds + "1 3 1 2\n"),
       ":22: '3' is out of range; a type of the bonds from 1 to 2"},
      {"bond with three atoms", lammps(bonded, bonds + "1 1 1 2 2\n"),
       ":22: 5 columns; 4 (id, type, atom ids) were expected"},
      {"bond to nobody", lammps(bonded, bonds + "1 1 1 5\n"), ":22: there is no atom with id 5"},
      {"bond to itself", lammps(bonded, bonds + "1 1 2 2\n"), ":22: atom 2 appears twice"},
      {"bond too many", lammps(bonded, bonds + "1 1 1 2\n2 1 2 1\n"),
       ":20: section 'Bonds' has 2 rows, but the header (line 5) says 1 bonds"},
      {"bonds without a count", lammps(two, masses + atoms + "\nBonds\n\n1 1 1 2\n"), ":20: '1' is out of range"},
      {"label instead of a type", lammps(two, masses + "Atoms # atomic\n\n1 C 0 0 0\n2 1 1 1 1\n"),
       ":15: 'C' is not an integer; an atom type was expected"},
  };
  for (const auto& one : cases) {
    INFO(one.what << "\n" << one.text);
    const std::string path = write_file("bad.data", one.text);
    REQUIRE_THROWS_WITH(read_lammps_data(comm(), path), Contains(path + one.message));
  }
}

TEST_CASE("lammps data: options that do not fit the file", "[formats]") {
  const std::string path = write_file("in.data", lammps(two, masses + atoms));
  ReadOptions options;
  options.atom_style = "full";
  REQUIRE_THROWS_WITH(read_lammps_data(comm(), path, options),
                      Contains(":13: atom_style is 'full', but the file says 'atomic'"));
  options = {};
  options.species = {"A", "B"};
  REQUIRE_THROWS_WITH(read_lammps_data(comm(), path, options),
                      Contains(":4: 2 species are named, but the file has 1 atom types"));
}

TEST_CASE("writers refuse what cannot be read back", "[formats]") {
  System system = make_system({});
  const std::string folder = scratch_folder();
  REQUIRE_THROWS_WITH(write_lammps_data(comm(), folder + "/x.data", system, "sphere"),
                      Contains("cannot write atom style 'sphere'"));
  system.species[1].name = "two words";
  REQUIRE_THROWS_WITH(write_extxyz(comm(), folder + "/x.extxyz", system),
                      Contains("species 'two words' cannot be written"));
  system.species[1].name = "Kr";
  const auto position = system.particles.get<double>("position");
  const auto id = system.particles.get<std::int64_t>("id");
  Kokkos::parallel_for(
      "poison", Range(0, system.particles.num_owned()), KOKKOS_LAMBDA(int i) {
        if (id(i, 0) == 9) position(i, 1) = 0.0 / (position(i, 1) - position(i, 1));
      });
  REQUIRE_THROWS_WITH(write_extxyz(comm(), folder + "/x.extxyz", system),
                      Contains("particle 9: its position is not finite"));
  REQUIRE_THROWS_WITH(write_lammps_data(comm(), folder + "/x.data", system),
                      Contains("particle 9: its position is not finite"));
}
