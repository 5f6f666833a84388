// Snapshots that are cut off, changed, or somebody else's.
#include "base/agree.hpp"
#include "change_file.hpp"
#include "data/io/h5_id.hpp"
#include "data/io/snapshot.hpp"
#include "formats/systems.hpp"

using namespace tessera;
using namespace tessera::data;
using namespace tessera::test;

namespace {

std::string write_two() {
  const std::string folder = scratch_folder();
  const System system = make_system({});
  SnapshotSeries series(comm(), folder, make_units("lj"), "deck", false, -1);
  for (const std::int64_t step : {1, 2}) series.write(step, 0.0, 0.1, system.box, system.particles, system.species);
  series.close();
  return folder + "/particles.h5";
}

template <class T>
void replace(hid_t file, const char* name, const std::vector<hsize_t>& dims, const std::vector<T>& values) {
  H5Ldelete(file, name, H5P_DEFAULT);
  const h5::Id space = h5::dataspace(dims);
  const h5::Id dataset(H5Dcreate2(file, name, h5::memory_type<T>(), space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                       H5Dclose);
  if (!values.empty()) H5Dwrite(dataset, h5::memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
}

void delete_attribute(hid_t file, const char* object, const char* name) {
  H5Adelete_by_name(file, object, name, H5P_DEFAULT);
}

void rewrite_attribute(hid_t file, const char* object, const char* name, const std::vector<double>& values) {
  delete_attribute(file, object, name);
  const h5::Id opened(H5Oopen(file, object, H5P_DEFAULT), H5Oclose);
  h5::write_attribute(opened, name, values);
}

constexpr const char* particles = "/data/2/particles/all";

}  // namespace

TEST_CASE("damage of a snapshot is named with the dataset", "[io]") {
  struct Case {
    void (*change)(hid_t);
    const char* message;
  };
  const Case cases[] = {
      {[](hid_t f) { delete_attribute(f, "/", "openPMD"); }, ": this is no openPMD file"},
      {[](hid_t f) {
         delete_attribute(f, "/", "openPMD");
         h5::write_attribute(f, "openPMD", std::string("2.0.0"));
       },
       ": openPMD version '2.0.0'; 1.1.0 was expected"},
      {[](hid_t f) { H5Ldelete(f, "/data", H5P_DEFAULT); }, ": there are no snapshots in it"},
      {[](hid_t f) { H5Lmove(f, "/data/2", f, "/data/two", H5P_DEFAULT, H5P_DEFAULT); },
       ": /data/two: the number of an iteration"},
      {[](hid_t f) { H5Ldelete(f, particles, H5P_DEFAULT); }, ": /data/2/particles/all: there is no such group"},
      {[](hid_t f) { H5Ldelete(f, "/data/2/particles/all/id", H5P_DEFAULT); },
       ": /data/2/particles/all: there is no record 'id'"},
      {[](hid_t f) { H5Ldelete(f, "/data/2/particles/all/position/z", H5P_DEFAULT); },
       ": /data/2/particles/all/position/0: there is no such dataset"},
      {[](hid_t f) { delete_attribute(f, particles, "box_origin"); },
       ": /data/2/particles/all: there is no attribute 'box_origin'"},
      {[](hid_t f) { rewrite_attribute(f, particles, "box_vectors", std::vector<double>(9, 0.0)); },
       ": /data/2/particles/all: "},
      {[](hid_t f) {
         rewrite_attribute(f, particles, "species_masses", {1.0, -1.0, 1.0});
       },
       ": /data/2/particles/all: the mass of species 'Kr' is -1"},
      {[](hid_t f) { replace<double>(f, "/data/2/particles/all/velocity/y", {56}, std::vector<double>(56)); },
       ": /data/2/particles/all/velocity/y: has 56 rows; 57 were expected"},
      {[](hid_t f) { replace<int>(f, "/data/2/particles/all/velocity/y", {57}, std::vector<int>(57)); },
       ": /data/2/particles/all/velocity/y: its type is not that of the others"},
      {[](hid_t f) {
         replace<double>(f, "/data/2/particles/all/velocity/y", {57, 1}, std::vector<double>(57));
       },
       ": /data/2/particles/all/velocity/y: a list of values was expected"},
      {[](hid_t f) { replace<double>(f, "/data/2/particles/all/position/x", {1000000000000}, {}); },
       ": /data/2/particles/all/position/x: is said to hold 8000000000000 bytes, but 0 are stored"},
      {[](hid_t f) {
         std::vector<double> x(57);
         x[13] = 1.0 / 0.0;
         replace(f, "/data/2/particles/all/position/x", {57}, x);
       },
       ": /data/2/particles/all/position: row 13 is inf"},
      {[](hid_t f) { replace(f, "/data/2/particles/all/id", {57}, std::vector<std::int64_t>(57, 0)); },
       ": /data/2/particles/all/id: row 0 is 0"},
      {[](hid_t f) { replace(f, "/data/2/particles/all/type", {57}, std::vector<int>(57, 3)); },
       ": /data/2/particles/all/type: type 3 is not among the 3 species"},
      {[](hid_t f) { replace(f, "/data/2/particles/all/type", {57}, std::vector<int>(57, 1 << 30)); },
       ": /data/2/particles/all/type: row 0 is 1073741824"},
      {[](hid_t f) { replace(f, "/data/2/particles/all/image/x", {57}, std::vector<int>(57, -2147483647 - 1)); },
       ": /data/2/particles/all/image"},
  };
  for (const auto& one : cases) {
    const std::string path = write_two();
    change_file(path, one.change);
    INFO(one.message);
    REQUIRE_THROWS_WITH(read_snapshot(comm(), path), Contains(path + one.message));
  }
}

TEST_CASE("one unfinished snapshot does not hide the others", "[io]") {
  const std::string path = write_two();
  change_file(path, [](hid_t f) { delete_attribute(f, "/data/2", "timeUnitSI"); });
  REQUIRE(read_snapshot(comm(), path).step == 1);
}

TEST_CASE("snapshots that are cut off or no HDF5 at all are refused", "[io]") {
  const std::string path = write_two();
  const std::string content = read_file(path);
  comm().barrier();
  for (const std::size_t length : {std::size_t{0}, std::size_t{100}, content.size() / 2, content.size() - 1}) {
    const std::string cut = write_file("cut.h5", content.substr(0, length));
    REQUIRE_THROWS_WITH(read_snapshot(comm(), cut), Contains(cut + ": cannot be opened as HDF5"));
  }
  REQUIRE_THROWS_WITH(read_snapshot(comm(), "/nowhere.h5"), Contains("/nowhere.h5: cannot open"));
}

TEST_CASE("a changed value of a snapshot is noticed by its checksum", "[io]") {
  const std::string path = write_two();
  std::string content = read_file(path);
  comm().barrier();
  const System system = read_snapshot(comm(), path);
  double value = 0.0;
  if (comm().is_root()) Kokkos::deep_copy(value, Kokkos::subview(system.particles.get<double>("velocity"), 0, 0));
  comm().broadcast(value);
  const std::string bytes(reinterpret_cast<const char*>(&value), sizeof value);
  const std::size_t at = content.rfind(bytes);
  REQUIRE(at != std::string::npos);
  content[at] = static_cast<char>(content[at] ^ 1);
  const std::string bad = write_file("bad.h5", content);
  REQUIRE_THROWS_WITH(read_snapshot(comm(), bad),
                      Contains(bad + ": /data/2/particles/all/velocity/x: differs from what was written"));
}
