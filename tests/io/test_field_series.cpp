// Snapshots of fields: what comes back, on how many ranks, and what others read in them.

#include "base/agree.hpp"
#include "data/io/field_series.hpp"
#include "data/io/file.hpp"
#include "data/io/h5_input.hpp"
#include "data/io/h5_output.hpp"
#include "data_layer/fields.hpp"
#include "openpmd_rules.hpp"
#include "require_rules.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

struct Fields {
  explicit Fields(const MeshKind& kind, const Comm& ranks = test::comm())
      : density(make_mesh(kind, ranks), "density", 1, 2),
        velocity(density.mesh(), "velocity", 3, 1, "velocity"),
        modes(density.mesh(), "modes", 2, 0) {
    for (const auto* field : all()) fill(*field);
  }
  std::vector<const Field*> all() const { return {&density, &velocity, &modes}; }
  Field density, velocity, modes;
};

void write(FieldSeries& series, const Fields& fields, std::int64_t step) {
  series.write(step, 0.1 * static_cast<double>(step), 0.005, fields.all());
}

/// Collective over the ranks of the fields. A file with these steps.
std::string write_series(const Fields& fields, const std::vector<std::int64_t>& steps, const std::string& folder) {
  FieldSeries series(fields.density.mesh().comm(), folder, make_units("metal"), "title = \"a deck\"\n", false, -1);
  for (const auto step : steps) write(series, fields, step);
  series.close();
  return folder + "/fields.h5";
}

/// Outside is 0 in new fields.
bool is_right(const Field& field) {
  bool right = true;
  for_values(field, true, [&](const auto& index, int c, double& value) {
    right = right && value == (is_outside(field.mesh(), index) ? 0.0 : value_at(field.mesh(), index, c));
  });
  return right;
}

const MeshKind& kind_named(const std::vector<MeshKind>& kinds, const std::string& name) {
  for (const auto& kind : kinds)
    if (kind.name == name) return kind;
  throw Error::internal("no mesh of that name");
}

}  // namespace

TEST_CASE("a snapshot of fields gives them back bit for bit, ghosts filled, and keeps to openPMD", "[io]") {
  for (const auto& kind : mesh_kinds()) {
    INFO(kind.name);
    const Fields fields(kind);
    const std::string path = write_series(fields, {0, 7}, scratch_folder());
    require_rules(path);
    const auto read = read_fields(comm(), path, 2);
    REQUIRE((read.step == 7 && read.time == 0.1 * 7.0));
    REQUIRE(read.fields.size() == 3);
    for (const auto& field : read.fields) {
      REQUIRE_ALL(field.mesh().is_same_as(fields.density.mesh()));
      REQUIRE_ALL(is_right(field));
    }
    REQUIRE((read.fields[0].name() == "density" && read.fields[1].name() == "modes"));
    REQUIRE((read.fields[2].components() == 3 && read.fields[2].unit() == "velocity"));
    Field again(fields.density.mesh(), "velocity", 3, 1);  // cut as it was
    REQUIRE(read_field(path, again, 0) == 0);
    REQUIRE_ALL(is_right(again));
  }
}

TEST_CASE("a snapshot of fields is read on any number of ranks", "[io]") {
  const int few = GENERATE(1, 2, 3);
  if (few >= comm().size()) return;
  const bool is_in = comm().rank() < few;
  const Comm part = comm().split(is_in ? 0 : 1);
  for (const char* name : {"line", "open plane", "plane of nodes", "cube"}) {
    const std::string folder = scratch_folder();
    std::string problem;
    bool right = true;
    try {
      if (is_in) write_series(Fields(kind_named(mesh_kinds(part), name), part), {1}, folder);
      comm().barrier();
      for (const auto& field : read_fields(comm(), folder + "/fields.h5", 1).fields) right = right && is_right(field);
      const std::string path = write_series(Fields(kind_named(mesh_kinds(), name)), {1}, scratch_folder());
      if (is_in)
        for (const auto& field : read_fields(part, path, 1).fields) right = right && is_right(field);
    } catch (const Error& error) {
      problem = error.what();
    }
    INFO(name << ": " << problem);
    REQUIRE_ALL(problem.empty());
    REQUIRE_ALL(right);
  }
}

TEST_CASE("a series of fields goes on behind a step, and what came later is dropped", "[io]") {
  const Fields fields(mesh_kinds().at(9));
  const std::string folder = scratch_folder(), path = write_series(fields, {0, 10, 20, 30}, folder);
  {
    // A snapshot that was being written when the process died.
    h5::Output file(comm(), path);
    file.open();
    file.make_group("/data/15/meshes");
    file.close();
  }
  FieldSeries series(comm(), folder, make_units("metal"), "ignored", true, 20);
  REQUIRE_THROWS_WITH(write(series, fields, 20), Contains("a snapshot of step 20 after one of step 20"));
  write(series, fields, 25);
  REQUIRE(read_fields(comm(), path).step == 25);  // flushed
  series.close();
  REQUIRE(series.bytes_written() == 6 * 8 * fields.density.mesh().total_cells());
  REQUIRE_ALL(steps_in(path) == std::vector<std::int64_t>{0, 10, 20, 25});
  require_rules(path);
  REQUIRE_THROWS_WITH(FieldSeries(comm(), scratch_folder(), make_units("lj"), "", true, 1),
                      Contains("fields.h5: cannot open: No such file"));
}

TEST_CASE("fields that do not belong together are not written", "[io]") {
  const Fields fields(mesh_kinds().at(0)), others(mesh_kinds().at(9));
  FieldSeries series(comm(), scratch_folder(), make_units("lj"), "", false, -1);
  REQUIRE_THROWS_WITH(series.write(1, 0.0, 0.1, {}), Contains("a snapshot of no fields"));
  REQUIRE_THROWS_WITH(series.write(1, 0.0, 0.1, {&fields.density, &others.modes}), Contains("two meshes"));
  REQUIRE_THROWS_WITH(series.write(1, 0.0, 0.1, {&fields.density, &fields.density}), Contains("named 'density'"));
  write(series, fields, 1);
  series.close();
}

TEST_CASE("a file of fields is not taken for another mesh", "[io]") {
  const Box box = Box::orthogonal({0, 0, 0}, {2, 1, 1});
  const Mesh mesh(comm(), box, {12, 8});
  Field field(mesh, "u", 1, 0);
  const std::string folder = scratch_folder(), path = folder + "/fields.h5";
  FieldSeries series(comm(), folder, make_units("lj"), "", false, -1);
  series.write(3, 0.0, 0.1, {&field});
  series.close();
  const auto read_into = [&](const Mesh& other, const char* name, int components) {
    Field target(other, name, components, 0);
    read_field(path, target);
  };
  const std::string where = path + ": /data/3/meshes";
  REQUIRE_THROWS_WITH(read_into(mesh, "v", 1), Contains(where + ": there is no field 'v'"));
  REQUIRE_THROWS_WITH(read_into(mesh, "u", 2), Contains(where + "/u: has 1 component(s); 2 were expected"));
  REQUIRE_THROWS_WITH(read_into(Mesh(comm(), box, {8, 12}), "u", 1),
                      Contains(where + "/u: is of 8 x 12 cells; 12 x 8 were expected"));
  REQUIRE_THROWS_WITH(read_into(Mesh(comm(), Box::orthogonal({0, 0, 0}, {3, 1, 1}), {12, 8}), "u", 1),
                      Contains(where + "/u: begins at 0 along x with a spacing of 0.16666666666666666"));
  REQUIRE_THROWS_WITH(read_into(Mesh(comm(), box, {12, 8}, Centring::node), "u", 1), Contains("values at 0.5 of it"));
  REQUIRE_THROWS_WITH(read_fields(comm(), path, 0, 4), Contains("there is no snapshot of step 4"));
}

TEST_CASE("damage of a snapshot of fields is named with the dataset", "[io]") {
  struct Case {
    void (*change)(hid_t);
    const char* message;
  };
  const Case cases[] = {
      {[](hid_t f) { H5Ldelete(f, "/data/1/meshes", H5P_DEFAULT); }, ": /data/1/meshes: there is no such group"},
      {[](hid_t f) { H5Adelete_by_name(f, "/data/1/meshes/density", "axisLabels", H5P_DEFAULT); },
       ": /data/1/meshes/density: there is no attribute 'axisLabels'"},
      {[](hid_t f) { H5Adelete_by_name(f, "/data/1/meshes", "box_origin", H5P_DEFAULT); },
       ": /data/1/meshes: there is no attribute 'box_origin'"},
      {[](hid_t f) { H5Ldelete(f, "/data/1/meshes/velocity/z", H5P_DEFAULT); },
       ": /data/1/meshes/velocity/0: there is no such dataset"},
      {[](hid_t f) { H5Adelete_by_name(f, "/data/1/meshes/velocity/x", "position", H5P_DEFAULT); },
       ": /data/1/meshes/velocity: there is no attribute 'position'"},
      {[](hid_t f) {
         H5Ldelete(f, "/data/1/meshes/modes/1", H5P_DEFAULT);
         const h5::Id space = h5::dataspace({8, 5});
         const h5::Id plan(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
         H5Pset_alloc_time(plan, H5D_ALLOC_TIME_EARLY);
         const h5::Id dataset(
             H5Dcreate2(f, "/data/1/meshes/modes/1", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, plan, H5P_DEFAULT),
             H5Dclose);
       },
       ": /data/1/meshes/modes/1: an array of 3 extents was expected"},
      {[](hid_t f) {
         const double wrong = 4321.0;
         const h5::Id dataset(H5Dopen2(f, "/data/1/meshes/velocity/y", H5P_DEFAULT), H5Dclose);
         const h5::Id all(H5Dget_space(dataset), H5Sclose), one = h5::dataspace({1, 1, 1});
         const hsize_t start[3] = {3, 2, 1}, count[3] = {1, 1, 1};
         H5Sselect_hyperslab(all, H5S_SELECT_SET, start, nullptr, count, nullptr);
         H5Dwrite(dataset, H5T_NATIVE_DOUBLE, one, all, H5P_DEFAULT, &wrong);
       },
       ": /data/1/meshes/velocity/y: differs from what was written"},
  };
  for (const auto& one : cases) {
    const std::string path = write_series(Fields(kind_named(mesh_kinds(), "cube")), {1}, scratch_folder());
    agree(comm(), [&] {
      if (!comm().is_root()) return;
      const h5::Id file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose);
      one.change(file);
    });
    INFO(one.message);
    REQUIRE_THROWS_WITH(read_fields(comm(), path), Contains(path + one.message));
  }
}

TEST_CASE("whichever call fails while fields are written, the earlier snapshots stay", "[io]") {
  const Fields fields(mesh_kinds().at(5));
  const int rank = comm().size() - 1;
  const std::string folder = scratch_folder();
  FieldSeries(comm(), folder, make_units("lj"), "", false, -1).close();
  std::int64_t step = 0, failures = 0;
  for (std::int64_t call = 1;; ++call) {
    set_fault(comm().rank() == rank ? Fault::fail : Fault::none, call);
    bool failed = false;
    try {
      FieldSeries series(comm(), folder, make_units("lj"), "", true, step);
      write(series, fields, step + 1);
      ++step;
      series.close();
    } catch (const Error&) {
      failed = true;
      ++failures;
    }
    const bool was_reached =
        comm().all_reduce(comm().rank() == rank && num_fault_calls() >= call ? 1 : 0, Op::max) == 1;
    set_fault(Fault::none);
    REQUIRE_ALL(failed || steps_in(folder + "/fields.h5").back() == step);
    if (!was_reached) break;
  }
  REQUIRE(failures > 10);
  for (const auto& field : read_fields(comm(), folder + "/fields.h5", 0, step).fields) REQUIRE_ALL(is_right(field));
  require_rules(folder + "/fields.h5");
}
