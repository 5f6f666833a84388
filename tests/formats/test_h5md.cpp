#include <hdf5.h>

#include "base/agree.hpp"
#include "base/units.hpp"
#include "catch.hpp"
#include "data/formats/h5md.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

/// Positions of a frame differ from those of the first in a known way.
void shift_positions(System& system, double by) {
  const auto position = system.particles.get<double>("position");
  Kokkos::parallel_for(
      "shift", Range(0, system.particles.num_owned()), KOKKOS_LAMBDA(int i) { position(i, 0) += by; });
}

std::string write_frames(const std::string& path, const SystemKind& kind, const std::vector<std::int64_t>& steps) {
  System system = make_system(kind);
  H5mdWriter writer(comm(), path, make_units("metal"), "a trajectory");
  for (const auto step : steps) {
    writer.write(step, 0.5 * static_cast<double>(step), system.box, system.particles, system.species);
    shift_positions(system, 0.25);
  }
  writer.close();
  return path;
}

/// Collective. Root changes the file with HDF5 itself.
template <class Change>
void change_file(const std::string& path, const Change& change) {
  agree(comm(), [&] {
    if (!comm().is_root()) return;
    const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    if (file < 0) throw Error::io("cannot open " + path);
    change(file);
    H5Fclose(file);
  });
}

void replace_dataset(hid_t file, const char* name, hid_t type, std::vector<hsize_t> dims, const void* data) {
  H5Ldelete(file, name, H5P_DEFAULT);
  const hid_t space =
      dims.empty() ? H5Screate(H5S_SCALAR) : H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr);
  const hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  if (data != nullptr) H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
  H5Dclose(dataset);
  H5Sclose(space);
}

}  // namespace

TEST_CASE("h5md: what is written is read back bit for bit", "[formats]") {
  SystemKind kind;
  kind.particles = GENERATE(1, 2, 57, 50000);  // the last in several chunks
  kind.is_triclinic = GENERATE(false, true);
  kind.is_open = kind.is_triclinic;
  kind.has_force = kind.has_charge = kind.has_molecule = kind.is_triclinic;
  kind.id_stride = kind.has_charge ? 1000003 : 1;
  System system = make_system(kind);
  system.box.origin = {0.1, -7.0 / 3.0, 0.0};
  const std::string path = scratch_folder() + "/out.h5md";
  H5mdWriter writer(comm(), path, make_units("metal"));
  writer.write(system.step, system.time, system.box, system.particles, system.species);
  writer.close();

  const System back = read_h5md(comm(), path);
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
}

TEST_CASE("h5md: frames are chosen by number or step", "[formats]") {
  const std::string path = write_frames(scratch_folder() + "/out.h5md", {}, {0, 10, 30});
  const auto first = gather_rows(make_system({}), {"position"});
  const auto read_x = [&](std::int64_t frame, std::int64_t step) {
    ReadOptions options;
    options.frame = frame;
    options.step = step;
    const System system = read_h5md(comm(), path, options);
    REQUIRE(system.time == 0.5 * static_cast<double>(system.step));
    return gather_rows(system, {"position"})[3].values[0] - first[3].values[0];
  };
  REQUIRE(read_x(-1, -1) == Approx(0.5));
  REQUIRE(read_x(1, -1) == Approx(0.25));
  REQUIRE(read_x(-1, 0) == 0.0);
  REQUIRE(read_x(0, 30) == Approx(0.5));
  REQUIRE_THROWS_WITH(read_x(3, -1), Contains("/particles/all/position: there is no frame 3; there are 3 (from 0)"));
  REQUIRE_THROWS_WITH(read_x(-1, 20), Contains("there is no frame of step 20; there are 3, of steps 0 to 30"));
}

TEST_CASE("h5md: a trajectory is continued after the step that is kept", "[formats]") {
  const std::string folder = scratch_folder();
  SystemKind kind;
  kind.particles = GENERATE(2, 57);
  const std::string path = write_frames(folder + "/out.h5md", kind, {0, 10, 20, 30});
  System system = make_system(kind);
  shift_positions(system, 7.0);
  H5mdWriter writer(comm(), path, make_units("metal"), "", true, 25);
  REQUIRE(writer.num_frames() == 3);
  REQUIRE_THROWS_WITH(writer.write(20, 0, system.box, system.particles, system.species),
                      Contains("a frame of step 20 after one of step 20"));
  writer.write(26, 13.0, system.box, system.particles, system.species);
  SystemKind other = kind;
  other.id_stride = 2;
  const System wrong = make_system(other);
  REQUIRE_THROWS_WITH(writer.write(27, 13.5, wrong.box, wrong.particles, wrong.species),
                      Contains("the particles are not those of its first frame"));
  writer.close();
  ReadOptions options;
  options.frame = 3;
  System back = read_h5md(comm(), path, options);
  REQUIRE(back.step == 26);
  REQUIRE(gather_rows(back, {"position"}) == gather_rows(system, {"position"}));
  options.frame = 4;
  REQUIRE_THROWS_WITH(read_h5md(comm(), path, options), Contains("there are 4"));

  // back to before the first frame
  H5mdWriter again(comm(), path, make_units("metal"), "", true, -1);
  REQUIRE(again.num_frames() == 0);
  again.write(5, 2.5, system.box, system.particles, system.species);
  again.close();
  REQUIRE(read_h5md(comm(), path).step == 5);

  REQUIRE_THROWS_WITH(H5mdWriter(comm(), folder + "/none.h5md", make_units("lj"), "", true, 0), Contains("none.h5md"));
}

TEST_CASE("h5md: each frame can be read while the file is still open", "[formats]") {
  const std::string folder = scratch_folder();
  System system = make_system({});
  H5mdWriter writer(comm(), folder + "/open.h5md", make_units("lj"));
  for (const std::int64_t step : {4, 8}) {
    writer.write(step, 1.0, system.box, system.particles, system.species);
    const std::string copy = write_file("copy.h5md", read_file(folder + "/open.h5md"));
    REQUIRE(read_h5md(comm(), copy).step == step);
  }
  writer.close();
}

TEST_CASE("h5md: a file as other programs write it", "[formats]") {
  const std::string path = write_frames(scratch_folder() + "/other.h5", {}, {0, 10});
  // 57 particles: fixed distance between steps, an orthogonal box that does not change, an enumeration of species, ids
  // from 0
  change_file(path, [](hid_t file) {
    const std::int64_t distance = 5;
    const double lengths[3] = {7, 8, 9};
    replace_dataset(file, "/particles/all/position/step", H5T_NATIVE_INT64, {}, &distance);
    for (const char* element : {"velocity", "image", "box/origin"})
      H5Ldelete(file, (std::string("/particles/all/") + element).c_str(), H5P_DEFAULT);
    H5Ldelete(file, "/particles/all/box/edges", H5P_DEFAULT);
    replace_dataset(file, "/particles/all/box/edges", H5T_NATIVE_DOUBLE, {3}, lengths);
    H5Ldelete(file, "/particles/all/mass", H5P_DEFAULT);
    const hid_t names = H5Tenum_create(H5T_NATIVE_SHORT);
    const short hydrogen = 7, oxygen = -2;
    H5Tenum_insert(names, "H", &hydrogen);
    H5Tenum_insert(names, "O", &oxygen);
    std::vector<short> species(57, hydrogen);
    species[3] = oxygen;
    replace_dataset(file, "/particles/all/species", names, {57}, species.data());
    std::vector<int> ids(57);
    for (int n = 0; n < 57; ++n) ids[static_cast<std::size_t>(n)] = n;
    replace_dataset(file, "/particles/all/id", H5T_NATIVE_INT, {57}, ids.data());
    H5Tclose(names);
  });
  const System system = read_h5md(comm(), path);
  REQUIRE(system.step == 5);
  REQUIRE(system.box.cell[1][1] == 8.0);
  REQUIRE(system.box.cell[1][0] == 0.0);
  REQUIRE(system.species.size() == 2);
  REQUIRE(system.species[0].name == "O");
  REQUIRE(system.species[0].mass == 15.999);
  REQUIRE(!system.particles.has_column("velocity"));
  const auto rows = gather_rows(system, {"type"});
  REQUIRE(rows.size() == 57);
  REQUIRE(rows[0].id == 1);
  REQUIRE(rows[3].values[0] == 0.0);
  REQUIRE(rows[4].values[0] == 1.0);
}

TEST_CASE("h5md: damage is named with the dataset", "[formats]") {
  struct Case {
    void (*change)(hid_t);
    const char* message;
  };
  const Case cases[] = {
      {[](hid_t f) { H5Ldelete(f, "/h5md", H5P_DEFAULT); }, ": this is no H5MD file"},
      {[](hid_t f) {
         const hid_t group = H5Gopen2(f, "/h5md", H5P_DEFAULT), attribute = H5Aopen(group, "version", H5P_DEFAULT);
         const int version[2] = {2, 0};
         H5Awrite(attribute, H5T_NATIVE_INT, version);
         H5Aclose(attribute);
         H5Gclose(group);
       },
       ": H5MD version 2.0; 1.0 or 1.1 was expected"},
      {[](hid_t f) { H5Ldelete(f, "/particles/all", H5P_DEFAULT); }, ": there are no groups of particles"},
      {[](hid_t f) { H5Gclose(H5Gcreate2(f, "/particles/b", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)); },
       ": there are several groups of particles; group all, b was expected"},
      {[](hid_t f) { H5Ldelete(f, "/particles/all/position", H5P_DEFAULT); },
       ": /particles/all/position: there is no such element"},
      {[](hid_t f) { H5Ldelete(f, "/particles/all/box/edges", H5P_DEFAULT); },
       ": /particles/all/box/edges: there is no such element"},
      {[](hid_t f) { H5Adelete_by_name(f, "/particles/all/box", "boundary", H5P_DEFAULT); },
       ": /particles/all/box: there is no attribute 'boundary'"},
      {[](hid_t f) { H5Ldelete(f, "/particles/all/position/step", H5P_DEFAULT); },
       ": /particles/all/position/step: there is no such dataset"},
      {[](hid_t f) {
         const std::int64_t step = 3;
         replace_dataset(f, "/particles/all/position/step", H5T_NATIVE_INT64, {1}, &step);
       },
       ": /particles/all/position/step: has 1 entries for 2 frames"},
      {[](hid_t f) {
         replace_dataset(f, "/particles/all/position/value", H5T_NATIVE_DOUBLE, {2, 1000000000000, 3}, nullptr);
       },
       ": /particles/all/position: is said to hold 48000000000000 bytes, but 0 are stored"},
      {[](hid_t f) {
         const std::vector<double> x(57 * 2 * 2);
         replace_dataset(f, "/particles/all/position/value", H5T_NATIVE_DOUBLE, {2, 57, 2}, x.data());
       },
       ": /particles/all/position: positions of three components"},
      {[](hid_t f) {
         const std::vector<double> x(50 * 2 * 3);
         replace_dataset(f, "/particles/all/velocity/value", H5T_NATIVE_DOUBLE, {2, 50, 3}, x.data());
       },
       ": /particles/all/velocity: its shape is (50, 3); 57 rows of 3 were expected"},
      {[](hid_t f) {
         const std::vector<int> x(57 * 2 * 3);
         replace_dataset(f, "/particles/all/position/value", H5T_NATIVE_INT, {2, 57, 3}, x.data());
       },
       ": /particles/all/position: numbers of another kind; reals were expected"},
      {[](hid_t f) {
         std::vector<double> x(57 * 2 * 3);
         x[57 * 3 + 40] = 1.0 / 0.0;
         replace_dataset(f, "/particles/all/position/value", H5T_NATIVE_DOUBLE, {2, 57, 3}, x.data());
       },
       ": /particles/all/position: row 13 is not finite"},
      {[](hid_t f) {
         std::vector<std::int64_t> ids(57, 4);
         replace_dataset(f, "/particles/all/id", H5T_NATIVE_INT64, {57}, ids.data());
       },
       ": /particles/all/id: id 4 is given twice"},
      {[](hid_t f) {
         std::vector<double> mass(57, 4.0);
         mass[9] = 5.0;
         replace_dataset(f, "/particles/all/mass", H5T_NATIVE_DOUBLE, {57}, mass.data());
       },
       ": /particles/all/mass: the masses of species"},
  };
  for (const auto& one : cases) {
    const std::string path = write_frames(scratch_folder() + "/bad.h5md", {}, {0, 10});
    change_file(path, one.change);
    INFO(one.message);
    REQUIRE_THROWS_WITH(read_h5md(comm(), path), Contains(path + one.message));
  }
}

TEST_CASE("h5md: files that are cut off or no HDF5 at all are refused", "[formats]") {
  const std::string path = write_frames(scratch_folder() + "/bad.h5md", {}, {0, 10});
  const std::string content = read_file(path);
  comm().barrier();
  for (const std::size_t length : {std::size_t{0}, std::size_t{100}, content.size() / 2, content.size() - 1}) {
    const std::string cut = write_file("cut.h5md", content.substr(0, length));
    REQUIRE_THROWS_WITH(read_h5md(comm(), cut), Contains(cut + ": cannot be opened as HDF5"));
  }
  REQUIRE_THROWS_WITH(read_h5md(comm(), "/nowhere.h5md"), Contains("/nowhere.h5md"));
}
