#include "data/io/openpmd.hpp"

#include <fmt/core.h>

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

/// Checks one dataset of a record and takes its type.
void take_component(const h5::Input& file, hid_t parent, const std::string& name, const std::string& where,
                    Record& record, hsize_t& rows) {
  const h5::Id dataset = file.open_dataset(parent, name, where);
  const auto dims = h5::extents(dataset);
  if (dims.size() != 1) file.fail(where, "a list of values was expected");
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
  if (rows == HSIZE_UNDEF) rows = dims[0];
  if (dims[0] != rows) file.fail(where, fmt::format("has {} rows; {} were expected", dims[0], rows));
}

Record describe_record(const h5::Input& file, hid_t particles, const std::string& name, const std::string& where,
                       hsize_t& rows) {
  Record record;
  record.name = name;
  if (is_dataset(particles, name)) {
    record.components = {""};
    take_component(file, particles, name, where, record, rows);
    return record;
  }
  const h5::Id group = file.open_group(particles, name, where);
  const auto children = file.children(group, where, max_records);
  record.components = component_names(static_cast<int>(children.size()));
  if (record.components.size() < 2) file.fail(where, "a dataset or a group of several components was expected");
  for (const auto& component : record.components)
    take_component(file, group, component, where + "/" + component, record, rows);
  return record;
}

}  // namespace

PhysicalUnit unit_of(const std::string& quantity, const Units& units) {
  const double length = units.si_length, time = units.si_time, mass = units.si_mass;
  const double energy = mass * length * length / (time * time) / units.mass_velocity2;
  const double charge = units.name == "lj" || units.name == "si" ? 1.0 : 1.602176634e-19;
  if (quantity == "length" || quantity == "position") return power({1, 0, 0, 0, 0, 0, 0}, length);
  if (quantity == "mass") return power({0, 1, 0, 0, 0, 0, 0}, mass);
  if (quantity == "time") return power({0, 0, 1, 0, 0, 0, 0}, time);
  if (quantity == "velocity") return power({1, 0, -1, 0, 0, 0, 0}, length / time);
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

Iteration describe(const h5::Input& file, std::int64_t step) {
  Iteration iteration;
  const std::string path = iteration_path(step), where = particles_path(step);
  iteration.step = step;
  const h5::Id group = file.open_group(file.id(), path, path);
  iteration.time = h5::read_number<double>(group, "time", file.place(path));
  const h5::Id particles = file.open_group(file.id(), where, where);
  iteration.rows = HSIZE_UNDEF;
  for (const auto& name : file.children(particles, where, max_records))
    if (name != "positionOffset" && name != "particlePatches")
      iteration.records.push_back(describe_record(file, particles, name, where + "/" + name, iteration.rows));
  const auto require = [&](const char* name, std::size_t components, H5T_class_t type) {
    for (const auto& record : iteration.records)
      if (record.name == name && record.components.size() == components && record.type == type) return;
    file.fail(where, fmt::format("there is no record '{}' of {} component(s)", name, components));
  };
  require("position", 3, H5T_FLOAT);
  require("id", 1, H5T_INTEGER);
  return iteration;
}

}  // namespace tessera::data::openpmd
