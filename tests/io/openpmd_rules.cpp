#include "openpmd_rules.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <regex>
#include <set>
#include <sstream>

#include "data/io/h5_input.hpp"
#include "samples.hpp"

namespace tessera::test {

namespace {

using data::h5::Id;
using data::h5::Input;

class Rules {
 public:
  explicit Rules(const std::string& path) : file_(path) {}

  std::vector<std::string> check() {
    const Id root(H5Gopen2(file_.id(), "/", H5P_DEFAULT), H5Gclose);
    require_text(root, "/", "openPMD", "1\\.1\\.0");
    require_number(root, "/", "openPMDextension", H5T_INTEGER, 4, 1, true);
    require_text(root, "/", "basePath", "/data/%T/");
    require_text(root, "/", "meshesPath", ".*/");
    require_text(root, "/", "particlesPath", ".*/");
    require_text(root, "/", "iterationEncoding", "groupBased");
    require_text(root, "/", "iterationFormat", "/data/%T/");
    require_text(root, "/", "software", "\\w+");
    require_text(root, "/", "softwareVersion", "[0-9.]+");
    require_text(root, "/", "date", "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d [+-]\\d{4}");
    const Id data = file_.open_group(file_.id(), "/data", "/data");
    for (const auto& name : file_.children(data, "/data", 1000)) {
      rule(std::regex_match(name, std::regex("0|[1-9][0-9]*")), "/data/" + name, "no number without leading zeros");
      check_iteration("/data/" + name);
    }
    return broken_;
  }

 private:
  void rule(bool holds, const std::string& where, const std::string& what) {
    if (!holds) broken_.push_back(where + ": " + what);
  }

  void require_number(hid_t object, const std::string& where, const char* name, H5T_class_t kind, std::size_t bytes,
                      hssize_t count, bool is_unsigned = false) {
    if (!data::h5::has_attribute(object, name)) return rule(false, where, std::string("no attribute ") + name);
    const Id attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
    const Id type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
    rule(H5Tget_class(type) == kind && H5Tget_size(type) == bytes, where, std::string("type of ") + name);
    rule(H5Sget_simple_extent_npoints(space) == count, where, std::string("extent of ") + name);
    if (is_unsigned) rule(H5Tget_sign(type) == H5T_SGN_NONE, where, std::string("sign of ") + name);
  }

  void require_text(hid_t object, const std::string& where, const char* name, const std::string& pattern) {
    if (!data::h5::has_attribute(object, name)) return rule(false, where, std::string("no attribute ") + name);
    const Id attribute(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
    const Id type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
    const bool is_fixed = H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
                          H5Tget_cset(type) == H5T_CSET_ASCII && H5Sget_simple_extent_type(space) == H5S_SCALAR;
    rule(is_fixed, where, std::string(name) + " is no text of fixed length");
    if (!is_fixed) return;
    const std::string text = data::h5::read_string(object, name, where);
    rule(text.size() == H5Tget_size(type), where, std::string(name) + " is padded");
    rule(std::regex_match(text, std::regex(pattern)), where, std::string(name) + " is '" + text + "'");
  }

  void check_iteration(const std::string& where) {
    const Id iteration = file_.open_group(file_.id(), where, where);
    for (const char* name : {"time", "dt", "timeUnitSI"}) require_number(iteration, where, name, H5T_FLOAT, 8, 1);
    const bool has_particles = Input::has(iteration, "particles"), has_meshes = Input::has(iteration, "meshes");
    rule(has_particles || has_meshes, where, "neither particles nor meshes");
    if (has_particles) {
      const Id particles = file_.open_group(iteration, "particles", where + "/particles");
      for (const auto& species : file_.children(particles, where, 1000)) check_species(where + "/particles/" + species);
    }
    if (has_meshes) {
      const Id meshes = file_.open_group(iteration, "meshes", where + "/meshes");
      for (const auto& mesh : file_.children(meshes, where, 1000)) check_mesh(meshes, mesh, where + "/meshes/" + mesh);
    }
  }

  /// A record on a mesh of as many axes as its datasets have extents.
  void check_mesh(hid_t parent, const std::string& name, const std::string& where) {
    const Id record(H5Oopen(parent, name.c_str(), H5P_DEFAULT), H5Oclose);
    require_number(record, where, "unitDimension", H5T_FLOAT, 8, 7);
    require_number(record, where, "timeOffset", H5T_FLOAT, 8, 1);
    require_text(record, where, "geometry", "cartesian");
    require_text(record, where, "dataOrder", "C");
    if (!data::h5::has_attribute(record, "axisLabels")) return rule(false, where, "no attribute axisLabels");
    const auto labels = data::h5::read_strings(record, "axisLabels", where);
    const std::vector<std::string> all{"z", "y", "x"};
    rule(!labels.empty() && labels.size() <= 3 && std::equal(labels.rbegin(), labels.rend(), all.rbegin()), where,
         "axisLabels do not end with x");
    const auto axes = static_cast<hssize_t>(labels.size());
    require_number(record, where, "gridSpacing", H5T_FLOAT, 8, axes);
    require_number(record, where, "gridGlobalOffset", H5T_FLOAT, 8, axes);
    require_number(record, where, "gridUnitSI", H5T_FLOAT, 8, 1);
    std::set<std::vector<hsize_t>> extents;
    const auto check_one = [&](hid_t dataset, const std::string& place) {
      require_number(dataset, place, "unitSI", H5T_FLOAT, 8, 1);
      require_number(dataset, place, "position", H5T_FLOAT, 8, axes);
      for (const double position : data::h5::read_numbers<double>(dataset, "position", labels.size(), place))
        rule(position >= 0.0 && position < 1.0, place, "position outside of [0, 1)");
      check_storage(dataset, place);
      extents.insert(data::h5::extents(dataset));
    };
    if (!is_group(where)) {
      check_one(record, where);
    } else {
      for (const auto& component : file_.children(record, where, 1000)) {
        const Id opened(H5Oopen(record, component.c_str(), H5P_DEFAULT), H5Oclose);
        check_one(opened, where + "/" + component);
      }
    }
    rule(extents.size() == 1 && extents.begin()->size() == labels.size(), where, "extents are not those of the axes");
  }

  void check_species(const std::string& where) {
    const Id group = file_.open_group(file_.id(), where, where);
    const auto names = file_.children(group, where, 1000);
    for (const char* needed : {"position", "positionOffset", "id", "particlePatches"})
      rule(std::find(names.begin(), names.end(), needed) != names.end(), where, std::string("no ") + needed);
    hsize_t rows = HSIZE_UNDEF;
    for (const auto& name : names)
      if (name != "particlePatches") check_record(group, name, where + "/" + name, rows);
    check_ids(where + "/id", rows);
    check_patches(where + "/particlePatches", where + "/position", rows);
  }

  bool is_group(const std::string& where) const {
    const Id object(H5Oopen(file_.id(), where.c_str(), H5P_DEFAULT), H5Oclose);
    return H5Iget_type(object) == H5I_GROUP;
  }

  void check_record(hid_t parent, const std::string& name, const std::string& where, hsize_t& rows) {
    const Id record(H5Oopen(parent, name.c_str(), H5P_DEFAULT), H5Oclose);
    require_number(record, where, "unitDimension", H5T_FLOAT, 8, 7);
    require_number(record, where, "timeOffset", H5T_FLOAT, 8, 1);
    if (!is_group(where)) return check_component(record, where, rows);
    for (const auto& component : file_.children(record, where, 1000)) {
      const Id opened(H5Oopen(record, component.c_str(), H5P_DEFAULT), H5Oclose);
      check_component(opened, where + "/" + component, rows);
    }
  }

  void check_component(hid_t component, const std::string& where, hsize_t& rows) {
    require_number(component, where, "unitSI", H5T_FLOAT, 8, 1);
    hsize_t count = 0;
    if (is_group(where)) {
      require_number(component, where, "value", H5T_FLOAT, 8, 1);
      require_number(component, where, "shape", H5T_INTEGER, 8, 1, true);
      count = data::h5::read_number<std::uint64_t>(component, "shape", where);
    } else {
      const auto dims = data::h5::extents(component);
      rule(dims.size() == 1, where, "not one extent");
      count = dims.empty() ? 0 : dims[0];
      check_storage(component, where);
    }
    if (rows == HSIZE_UNDEF) rows = count;
    rule(count == rows, where, "another number of rows");
  }

  /// In one piece, written by all ranks at once, and its checksum beside it.
  void check_storage(hid_t dataset, const std::string& where) {
    const Id plan(H5Dget_create_plist(dataset), H5Pclose);
    rule(H5Pget_layout(plan) == H5D_CONTIGUOUS, where, "not in one piece");
    rule(data::h5::has_attribute(dataset, "hash"), where, "no checksum");
  }

  template <class T>
  std::vector<T> read_all_of(const std::string& where) {
    const Id dataset = file_.open_dataset(file_.id(), where, where);
    const auto dims = data::h5::extents(dataset);
    std::vector<T> values(dims.at(0));
    file_.read_block(dataset, {0}, dims, data::h5::memory_type<T>(), values.data(), where);
    return values;
  }

  void check_ids(const std::string& where, hsize_t rows) {
    const Id dataset = file_.open_dataset(file_.id(), where, where), type(H5Dget_type(dataset), H5Tclose);
    rule(H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) == 8 && H5Tget_sign(type) == H5T_SGN_NONE, where,
         "not of type uint64");
    const auto ids = read_all_of<std::uint64_t>(where);
    rule(std::set<std::uint64_t>(ids.begin(), ids.end()).size() == rows, where, "not unique");
  }

  /// Patches follow one another and hold what they say.
  void check_patches(const std::string& where, const std::string& position, hsize_t rows) {
    const auto counts = read_all_of<std::uint64_t>(where + "/numParticles");
    const auto offsets = read_all_of<std::uint64_t>(where + "/numParticlesOffset");
    rule(counts.size() == offsets.size(), where, "lists of several lengths");
    hsize_t total = 0;
    for (std::size_t n = 0; n < counts.size(); ++n) {
      rule(offsets[n] == total, where, "patches leave gaps");
      total += counts[n];
    }
    rule(total == rows, where, "patches do not cover the rows");
    for (const char* component : {"x", "y", "z"}) {
      const auto values = read_all_of<double>(position + "/" + component);
      const auto low = read_all_of<double>(where + "/offset/" + component);
      const auto extent = read_all_of<double>(where + "/extent/" + component);
      for (std::size_t n = 0; n < counts.size(); ++n)
        for (hsize_t i = offsets[n]; i < offsets[n] + counts[n]; ++i)
          rule(values[i] >= low[n] && values[i] <= (low[n] + extent[n]) * (1 + 1e-12) + 1e-12, where,
               "a particle is outside of its patch");
    }
  }

  Input file_;
  std::vector<std::string> broken_;
};

/// Tags close in the order in which they were opened.
void check_form(const std::string& text, std::vector<std::string>& broken) {
  std::vector<std::string> open;
  const std::regex tag("<(/?)([?!]?)([A-Za-z]+)((?:\\s+[A-Za-z:]+=\"[^\"<]*\")*)([^<>]*?)(/?)>");
  std::string rest = std::regex_replace(text, std::regex("<[?!][^>]*>"), "");
  for (std::sregex_iterator found(rest.begin(), rest.end(), tag), end; found != end; ++found) {
    const auto& match = *found;
    if (!match[5].str().empty()) broken.push_back("tag " + match[0].str());
    if (match[1] == "/") {
      if (open.empty() || open.back() != match[3]) broken.push_back("misplaced " + match[0].str());
      if (!open.empty()) open.pop_back();
    } else if (match[6] != "/") {
      open.push_back(match[3]);
    }
  }
  if (!open.empty()) broken.push_back("open at the end: " + open.back());
  rest = std::regex_replace(rest, tag, "");
  if (rest.find_first_of("<>") != std::string::npos) broken.push_back("stray brackets");
}

std::vector<hsize_t> numbers(const std::string& text) {
  std::stringstream words(text);
  std::vector<hsize_t> result;
  for (hsize_t number = 0; words >> number;) result.push_back(number);
  return result;
}

/// Attributes on a uniform mesh have a value for each of its nodes, or for each cell between them.
void check_meshes(const std::string& text, std::vector<std::string>& broken) {
  const std::regex grid("<Grid Name=\"fields\"[\\s\\S]*?</Grid>");
  const std::regex topology("TopologyType=\"([23])DCoRectMesh\" Dimensions=\"([\\d ]+)\"");
  const std::regex attribute("Center=\"(Node|Cell)\"[\\s\\S]*?Format=\"HDF\"[^>]*Dimensions=\"([\\d ]+)\"");
  for (std::sregex_iterator found(text.begin(), text.end(), grid), end; found != end; ++found) {
    const std::string here = found->str();
    std::smatch shape;
    if (!std::regex_search(here, shape, topology)) {
      broken.push_back("a mesh without topology");
      continue;
    }
    const auto nodes = numbers(shape[2]);
    if (std::to_string(nodes.size()) != shape[1]) broken.push_back("topology of other extents");
    int attributes = 0;
    for (std::sregex_iterator one(here.begin(), here.end(), attribute); one != end; ++one, ++attributes) {
      auto expected = nodes;
      for (auto& count : expected) count -= (*one)[1] == "Cell" ? 1 : 0;
      auto values = numbers((*one)[2]);
      if (values.size() == 1) values.insert(values.begin(), 1);  // a strip in the plane
      if (values != expected) broken.push_back("an attribute has " + (*one)[2].str() + " values on another mesh");
    }
    if (attributes == 0) broken.push_back("a mesh without attributes");
  }
}

}  // namespace

std::vector<std::string> broken_rules(const std::string& path) { return Rules(path).check(); }

std::vector<std::string> broken_xdmf(const std::string& path) {
  std::vector<std::string> broken;
  const std::string text = read_all(path);
  check_form(text, broken);
  check_meshes(text, broken);
  const std::regex item(
      "<DataItem Format=\"HDF\" NumberType=\"(Float|Int|UInt)\" Precision=\"([48])\" Dimensions=\"([\\d ]+)\">"
      "([^:<]+):([^<]+)</DataItem>");
  int count = 0;
  for (std::sregex_iterator found(text.begin(), text.end(), item), end; found != end; ++found, ++count) {
    const auto& match = *found;
    const std::string name = match[4], where = match[5];
    if (name.find('/') != std::string::npos) broken.push_back(name + " is not beside it");
    const Input file(std::filesystem::path(path).replace_filename(name).string());
    const Id dataset = file.open_dataset(file.id(), where, where), type(H5Dget_type(dataset), H5Tclose);
    if (data::h5::extents(dataset) != numbers(match[3])) broken.push_back(where + " has other extents");
    if (std::to_string(H5Tget_size(type)) != match[2] || (H5Tget_class(type) == H5T_FLOAT) != (match[1] == "Float"))
      broken.push_back(where + " is of another type");
  }
  const std::regex any("Format=\"HDF\"");
  if (count != std::distance(std::sregex_iterator(text.begin(), text.end(), any), std::sregex_iterator()))
    broken.push_back("items of another form");
  return broken;
}

std::vector<std::int64_t> steps_in(const std::string& path) {
  const Input file(path);
  const Id group = file.open_group(file.id(), "/data", "/data");
  std::vector<std::int64_t> steps;
  for (const auto& name : file.children(group, "/data", 100)) steps.push_back(std::stoll(name));
  std::sort(steps.begin(), steps.end());
  return steps;
}

}  // namespace tessera::test
