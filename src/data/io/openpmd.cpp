#include "data/io/openpmd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tessera::data::openpmd {

namespace {

constexpr std::size_t max_iterations = std::size_t{1} << 24;
constexpr std::size_t max_records = 1000;

PhysicalUnit power(std::array<double, 7> dimension, double si) { return {dimension, si}; }

bool is_dataset(hid_t parent, const std::string& name) {
  const h5::Id object(H5Oopen(parent, name.c_str(), H5P_DEFAULT), H5Oclose);
  return object.is_open() && H5Iget_type(object) == H5I_DATASET;
}

/// Checks one dataset of a record and takes its type, and of the first one its extents.
void take_component(const h5::Input& file, hid_t parent, const std::string& name, const std::string& where,
                    Record& record, std::vector<hsize_t>& shape) {
  const h5::Id dataset = file.open_dataset(parent, name, where);
  const auto dims = h5::extents(dataset);
  if (dims.size() != shape.size())
    file.fail(where, shape.size() == 1 ? "a list of values was expected"
                                       : fmt::format("an array of {} extents was expected", shape.size()));
  const h5::Id type(H5Dget_type(dataset), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type);
  file.require_class(dataset, kind == H5T_FLOAT ? H5T_FLOAT : H5T_INTEGER, where);
  const auto bytes = static_cast<int>(H5Tget_size(type));
  const bool is_first = record.type == H5T_NO_CLASS;
  if (!is_first && (record.type != kind || record.bytes != bytes))
    file.fail(where, "its type is not that of the others");
  record.type = kind;
  record.bytes = bytes;
  record.is_unsigned = kind == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_NONE;
  if (shape[0] == HSIZE_UNDEF) shape = dims;
  if (dims != shape)
    file.fail(where, fmt::format("has {} {}; {} were expected", fmt::join(dims, " x "),
                                 dims.size() == 1 ? "rows" : "values", fmt::join(shape, " x ")));
}

/// `shape` has as many extents as expected, HSIZE_UNDEF before the first record.
Record describe_record(const h5::Input& file, hid_t parent, const std::string& name, const std::string& where,
                       std::vector<hsize_t>& shape) {
  Record record;
  record.name = name;
  if (is_dataset(parent, name)) {
    record.components = {""};
    take_component(file, parent, name, where, record, shape);
    return record;
  }
  const h5::Id group = file.open_group(parent, name, where);
  const auto children = file.children(group, where, max_records);
  record.components = component_names(static_cast<int>(children.size()));
  if (record.components.size() < 2) file.fail(where, "a dataset or a group of several components was expected");
  for (const auto& component : record.components)
    take_component(file, group, component, where + "/" + component, record, shape);
  return record;
}

}  // namespace

PhysicalUnit unit_of(const std::string& quantity, const Units& units) {
  const double length = units.si_length, time = units.si_time, mass = units.si_mass;
  const double energy = mass * length * length / (time * time) / units.mass_velocity2;
  const double charge = units.name == "lj" || units.name == "si" ? 1.0 : 1.602176634e-19;
  if (quantity == "length" || quantity == "position" || quantity == "diameter")
    return power({1, 0, 0, 0, 0, 0, 0}, length);
  if (quantity == "mass") return power({0, 1, 0, 0, 0, 0, 0}, mass);
  if (quantity == "time") return power({0, 0, 1, 0, 0, 0, 0}, time);
  if (quantity == "velocity") return power({1, 0, -1, 0, 0, 0, 0}, length / time);
  if (quantity == "angular_velocity") return power({0, 0, -1, 0, 0, 0, 0}, 1.0 / time);
  if (quantity == "force") return power({1, 1, -2, 0, 0, 0, 0}, energy / length);
  if (quantity == "energy") return power({2, 1, -2, 0, 0, 0, 0}, energy);
  if (quantity == "charge") return power({0, 0, 1, 1, 0, 0, 0}, charge);
  return {};
}

std::vector<std::string> component_names(int components) {
  if (components == 1) return {""};
  if (components == 3) return {"x", "y", "z"};
  std::vector<std::string> names;
  for (int c = 0; c < components; ++c) names.push_back(std::to_string(c));
  return names;
}

std::string iteration_path(std::int64_t step) { return fmt::format("{}/{}", iterations_path, step); }
std::string particles_path(std::int64_t step) { return fmt::format("{}/{}/{}", iterations_path, step, particles_name); }
std::string meshes_path(std::int64_t step) { return fmt::format("{}/{}/{}", iterations_path, step, meshes_name); }

void mark_record(hid_t object, const PhysicalUnit& unit) {
  h5::write_attribute(object, "unitDimension", std::vector<double>(unit.dimension.begin(), unit.dimension.end()));
  h5::write_attribute(object, "timeOffset", 0.0);
}

void write_box(hid_t group, const Box& box) {
  std::vector<double> vectors;
  std::vector<int> periodic;
  for (const auto& vector : box.cell) vectors.insert(vectors.end(), vector, vector + 3);
  for (const bool side : box.is_periodic) periodic.push_back(side ? 1 : 0);
  h5::write_attribute(group, "box_origin", std::vector<double>{box.origin[0], box.origin[1], box.origin[2]});
  h5::write_attribute(group, "box_vectors", vectors, {3, 3});
  h5::write_attribute(group, "box_periodic", periodic);
}

Box read_box(const h5::Input& file, hid_t group, const std::string& where) {
  const std::string place = file.place(where);
  const auto origin = h5::read_numbers<double>(group, "box_origin", 3, place);
  const auto vectors = h5::read_numbers<double>(group, "box_vectors", 9, place);
  const auto periodic = h5::read_numbers<int>(group, "box_periodic", 3, place);
  double cell[3][3];
  for (std::size_t k = 0; k < 9; ++k) cell[k / 3][k % 3] = vectors[k];
  try {
    return Box::triclinic({origin[0], origin[1], origin[2]}, cell,
                          {periodic[0] != 0, periodic[1] != 0, periodic[2] != 0});
  } catch (const Error& error) {
    file.fail(where, error.what());
  }
}

std::string read_quantity(const h5::Input& file, hid_t group, const std::string& record, const std::string& where) {
  const h5::Id object(H5Oopen(group, record.c_str(), H5P_DEFAULT), H5Oclose);
  if (!h5::has_attribute(object, "quantity")) return "";
  return h5::read_string(object, "quantity", file.place(where + "/" + record));
}

void require_openpmd(const h5::Input& file) {
  if (!h5::has_attribute(file.id(), "openPMD")) file.fail("", "this is no openPMD file: it has no attribute 'openPMD'");
  const std::string version = h5::read_string(file.id(), "openPMD", file.path());
  if (version.rfind("1.", 0) != 0) file.fail("", fmt::format("openPMD version '{}'; 1.1.0 was expected", version));
  const std::string encoding = h5::read_string(file.id(), "iterationEncoding", file.path());
  const std::string base = h5::read_string(file.id(), "basePath", file.path());
  if (encoding != "groupBased" || base != "/data/%T/")
    file.fail("", fmt::format("iterations are '{}' in '{}'; 'groupBased' in '/data/%T/' was expected", encoding, base));
}

std::vector<std::int64_t> list_steps(const h5::Input& file) {
  std::vector<std::int64_t> steps;
  if (!h5::Input::has(file.id(), iterations_path)) return steps;
  const h5::Id group = file.open_group(file.id(), iterations_path, iterations_path);
  for (const auto& name : file.children(group, iterations_path, max_iterations)) {
    std::int64_t step = 0;
    const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), step);
    if (code != std::errc() || end != name.data() + name.size() || step < 0)
      file.fail(std::string(iterations_path) + "/" + name, "the number of an iteration was expected");
    steps.push_back(step);
  }
  std::sort(steps.begin(), steps.end());
  return steps;
}

bool is_finished(const h5::Input& file, std::int64_t step) {
  const std::string path = iteration_path(step);
  const h5::Id group = file.open_group(file.id(), path, path);
  return h5::has_attribute(group, "timeUnitSI");
}

std::int64_t choose_step(const h5::Input& file, std::int64_t step) {
  // A long trajectory is not listed for each of its frames.
  if (step >= 0 && h5::Input::has(file.id(), iteration_path(step)) && is_finished(file, step)) return step;
  std::vector<std::int64_t> finished;
  for (const auto one : list_steps(file))
    if (is_finished(file, one)) finished.push_back(one);
  if (finished.empty()) file.fail("", "there are no snapshots in it");
  if (step < 0) return finished.back();
  for (const auto one : finished)
    if (one == step) return step;
  file.fail("", fmt::format("there is no snapshot of step {}; there are {}, of steps {} to {}", step, finished.size(),
                            finished.front(), finished.back()));
}

Iteration describe(const h5::Input& file, std::int64_t step) {
  Iteration iteration;
  const std::string path = iteration_path(step), where = particles_path(step);
  iteration.step = step;
  const h5::Id group = file.open_group(file.id(), path, path);
  iteration.time = h5::read_number<double>(group, "time", file.place(path));
  const h5::Id particles = file.open_group(file.id(), where, where);
  std::vector<hsize_t> shape{HSIZE_UNDEF};
  for (const auto& name : file.children(particles, where, max_records))
    if (name != "positionOffset" && name != "particlePatches")
      iteration.records.push_back(describe_record(file, particles, name, where + "/" + name, shape));
  iteration.rows = shape[0];
  const auto require = [&](const char* name, std::size_t components, H5T_class_t type) {
    for (const auto& record : iteration.records)
      if (record.name == name && record.components.size() == components && record.type == type) return;
    file.fail(where, fmt::format("there is no record '{}' of {} component(s)", name, components));
  };
  require("position", 3, H5T_FLOAT);
  require("id", 1, H5T_INTEGER);
  return iteration;
}

MeshIteration describe_meshes(const h5::Input& file, std::int64_t step) {
  MeshIteration iteration;
  const std::string path = iteration_path(step), where = meshes_path(step);
  iteration.step = step;
  const h5::Id group = file.open_group(file.id(), path, path);
  iteration.time = h5::read_number<double>(group, "time", file.place(path));
  const h5::Id meshes = file.open_group(file.id(), where, where);
  const auto names = file.children(meshes, where, max_records);
  if (names.empty()) file.fail(where, "there are no fields in it");
  for (const auto& name : names) {
    const std::string here = where + "/" + name;
    const h5::Id object(H5Oopen(meshes, name.c_str(), H5P_DEFAULT), H5Oclose);
    const auto labels = h5::read_strings(object, "axisLabels", file.place(here));
    if (iteration.dims.empty()) {
      if (labels.empty() || labels.size() > 3) file.fail(here, "1 to 3 axes were expected");
      iteration.dims.assign(labels.size(), HSIZE_UNDEF);
      iteration.spacing = h5::read_numbers<double>(object, "gridSpacing", labels.size(), file.place(here));
      iteration.offset = h5::read_numbers<double>(object, "gridGlobalOffset", labels.size(), file.place(here));
    }
    iteration.records.push_back(describe_record(file, meshes, name, here, iteration.dims));
    const auto& record = iteration.records.back();
    if (record.type != H5T_FLOAT || record.bytes != 8) file.fail(here, "real numbers of 8 bytes were expected");
    const std::string first = record.components.size() == 1 ? name : name + "/" + record.components[0];
    const h5::Id component(H5Oopen(meshes, first.c_str(), H5P_DEFAULT), H5Oclose);
    iteration.position =
        h5::read_numbers<double>(component, "position", iteration.dims.size(), file.place(here)).front();
  }
  return iteration;
}

}  // namespace tessera::data::openpmd
