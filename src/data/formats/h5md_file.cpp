#include "data/formats/h5md_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include "base/error.hpp"

namespace tessera::data::h5 {

namespace {

constexpr hsize_t max_frames = hsize_t{1} << 27;

bool exists(hid_t parent, const std::string& path) { return H5Lexists(parent, path.c_str(), H5P_DEFAULT) > 0; }

bool exists_in(hid_t parent, const std::string& group, const char* name) {
  const Id opened(H5Gopen2(parent, group.c_str(), H5P_DEFAULT), H5Gclose);
  return opened.is_open() && exists(opened, name);
}

/// First entry of a list whose distance is fixed.
double read_offset(hid_t dataset) {
  double offset = 0.0;
  if (H5Aexists(dataset, "offset") <= 0) return offset;
  const Id attribute(H5Aopen(dataset, "offset", H5P_DEFAULT), H5Aclose);
  const Id space(H5Aget_space(attribute), H5Sclose);
  if (H5Sget_simple_extent_npoints(space) == 1) H5Aread(attribute, H5T_NATIVE_DOUBLE, &offset);
  return offset;
}

}  // namespace

H5mdFile::H5mdFile(const std::string& path, const ReadOptions& options) : input_(path) {
  if (!exists(input_.id(), "h5md") || !exists(input_.id(), "particles"))
    fail("", "this is no H5MD file: it has no groups 'h5md' and 'particles'");
  check_version();
  const Id particles = input_.open_group(input_.id(), "particles", "/particles");
  group_name_ = "particles/" + choose_group(input_.children(particles, "/particles", max_species), options.group);
  group_ = input_.open_group(input_.id(), group_name_, "/" + group_name_);
  box_ = input_.open_group(group_, "box", full_name("box"));
}

void H5mdFile::fail(const std::string& where, const std::string& what) const {
  input_.fail(where.empty() ? where : full_name(where), what);
}

std::vector<std::string> H5mdFile::boundary() const {
  return read_strings(box_, "boundary", input_.place(full_name("box")));
}

std::vector<std::int64_t> H5mdFile::steps(const Element& element) const {
  const std::string where = element.name + "/step";
  const Id dataset(H5Dopen2(group_, where.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset.is_open()) fail(where, "there is no such dataset");
  input_.require_class(dataset, H5T_INTEGER, full_name(where));
  const auto dims = extents(dataset);
  std::vector<std::int64_t> steps;
  if (dims.empty()) {  // a fixed distance between frames
    std::int64_t distance = 0;
    read_block(dataset, {}, {}, H5T_NATIVE_INT64, &distance, where);
    if (element.num_frames > max_frames) fail(where, fmt::format("has {} frames", element.num_frames));
    const double offset = read_offset(dataset);
    for (hsize_t n = 0; n < element.num_frames; ++n) {
      const double step = offset + static_cast<double>(distance) * static_cast<double>(n);
      if (!(std::abs(step) < 9e15)) fail(where, "is out of range");
      steps.push_back(static_cast<std::int64_t>(step));
    }
    return steps;
  }
  if (dims.size() != 1 || dims[0] < element.num_frames || element.num_frames > max_frames)
    fail(where, fmt::format("has {} entries for {} frames", dims[0], element.num_frames));
  input_.check_stored(dataset, full_name(where));
  steps.resize(element.num_frames);
  if (!steps.empty()) read_block(dataset, {0}, {element.num_frames}, H5T_NATIVE_INT64, steps.data(), where);
  return steps;
}

double H5mdFile::time(const Element& element, hsize_t frame) const {
  const std::string where = element.name + "/time";
  if (!exists(group_, where)) return 0.0;
  const Id dataset(H5Dopen2(group_, where.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset.is_open()) fail(where, "is no dataset");
  input_.require_class(dataset, H5T_FLOAT, full_name(where));
  const auto dims = extents(dataset);
  double value = 0.0;
  if (dims.empty()) {
    read_block(dataset, {}, {}, H5T_NATIVE_DOUBLE, &value, where);
    return read_offset(dataset) + value * static_cast<double>(frame);
  }
  if (dims.size() != 1 || dims[0] <= frame) fail(where, fmt::format("has no entry {}", frame));
  input_.check_stored(dataset, full_name(where));
  read_block(dataset, {frame}, {1}, H5T_NATIVE_DOUBLE, &value, where);
  return value;
}

template <class T>
std::vector<T> H5mdFile::read(const Element& element, hsize_t frame, const Share* share) const {
  const bool is_real = std::is_same_v<T, double>;
  input_.require_class(element.dataset, is_real ? H5T_FLOAT : H5T_INTEGER, full_name(element.name));
  std::vector<hsize_t> start, count;
  if (element.is_timed) {
    start.push_back(frame);
    count.push_back(1);
  }
  for (std::size_t d = 0; d < element.dims.size(); ++d) {
    start.push_back(d == 0 && share != nullptr ? share->first : 0);
    count.push_back(d == 0 && share != nullptr ? share->count : element.dims[d]);
  }
  hsize_t values = 1;
  for (const hsize_t c : count) values *= c;
  std::vector<T> data(values);
  if (values > 0)
    read_block(element.dataset, start, count, is_real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64, data.data(),
               element.name);
  return data;
}

template std::vector<double> H5mdFile::read(const Element&, hsize_t, const Share*) const;
template std::vector<std::int64_t> H5mdFile::read(const Element&, hsize_t, const Share*) const;

void H5mdFile::check_version() const {
  const Id h5md = input_.open_group(input_.id(), "h5md", "/h5md");
  const auto version = read_numbers<int>(h5md, "version", 2, input_.place("/h5md"));
  if (version[0] != 1) fail("", fmt::format("H5MD version {}.{}; 1.0 or 1.1 was expected", version[0], version[1]));
}

std::string H5mdFile::choose_group(const std::vector<std::string>& groups, const std::string& wanted) const {
  if (wanted.empty() && groups.size() == 1) return groups[0];
  if (std::find(groups.begin(), groups.end(), wanted) != groups.end()) return wanted;
  fail("", groups.empty() ? std::string("there are no groups of particles")
                          : fmt::format("{}; group {} was expected",
                                        wanted.empty() ? "there are several groups of particles"
                                                       : fmt::format("there is no group of particles '{}'", wanted),
                                        fmt::join(groups, ", ")));
}

std::optional<Element> H5mdFile::find(hid_t parent, const std::string& name, const std::string& where) const {
  if (!exists(parent, name)) return std::nullopt;
  Element element;
  element.name = where;
  element.is_timed = exists_in(parent, name, "value");
  const std::string path = element.is_timed ? name + "/value" : name;
  element.dataset = {H5Dopen2(parent, path.c_str(), H5P_DEFAULT), H5Dclose};
  if (!element.dataset.is_open()) fail(where, "is neither a dataset nor a group with one named 'value'");
  element.dims = extents(element.dataset);
  if (element.is_timed) {
    if (element.dims.empty()) fail(where, "has no frames");
    element.num_frames = element.dims.front();
    element.dims.erase(element.dims.begin());
  }
  input_.check_stored(element.dataset, full_name(where));
  return element;
}

void H5mdFile::read_block(hid_t dataset, const std::vector<hsize_t>& start, const std::vector<hsize_t>& count,
                          hid_t type, void* data, const std::string& where) const {
  input_.read_block(dataset, start, count, type, data, full_name(where));
}

std::map<std::int64_t, std::string> H5mdFile::species_names(const Element& species) const {
  std::map<std::int64_t, std::string> names;
  const Id type(H5Dget_type(species.dataset), H5Tclose);
  if (H5Tget_class(type) == H5T_ENUM) {
    const int members = H5Tget_nmembers(type);
    if (members < 0 || members > static_cast<int>(max_species)) fail(species.name, "has too many names");
    const Id base(H5Tget_super(type), H5Tclose);
    for (unsigned n = 0; n < static_cast<unsigned>(members); ++n) {
      std::array<char, 64> value{};
      if (H5Tget_size(base) > 8 || H5Tget_member_value(type, n, value.data()) < 0 ||
          H5Tconvert(base, H5T_NATIVE_INT64, 1, value.data(), nullptr, H5P_DEFAULT) < 0)
        fail(species.name, "has an enumeration that cannot be read");
      std::int64_t number = 0;
      std::copy_n(value.data(), sizeof number, reinterpret_cast<char*>(&number));
      char* name = H5Tget_member_name(type, n);
      names[number] = name == nullptr ? "" : name;
      H5free_memory(name);
    }
  } else if (H5Aexists(species.dataset, "names") > 0) {
    const auto texts = read_strings(species.dataset, "names", input_.place(full_name(species.name)));
    for (std::size_t n = 0; n < texts.size(); ++n) names[static_cast<std::int64_t>(n)] = texts[n];
  }
  return names;
}

std::vector<double> H5mdFile::species_masses(const Element& species) const {
  if (H5Aexists(species.dataset, "masses") <= 0) return {};
  const Id attribute(H5Aopen(species.dataset, "masses", H5P_DEFAULT), H5Aclose);
  const Id space(H5Aget_space(attribute), H5Sclose);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  if (count < 0 || count > static_cast<hssize_t>(max_species)) fail(species.name, "has too many masses");
  std::vector<double> masses(static_cast<std::size_t>(count));
  if (count > 0 && H5Aread(attribute, H5T_NATIVE_DOUBLE, masses.data()) < 0) fail(species.name, "has no masses");
  return masses;
}

std::vector<std::int64_t> H5mdFile::read_species(const Element& species, hsize_t frame, const Share& share) const {
  const Id type(H5Dget_type(species.dataset), H5Tclose);
  if (H5Tget_class(type) != H5T_ENUM) return read<std::int64_t>(species, frame, &share);
  const Id base(H5Tget_super(type), H5Tclose);
  const std::size_t width = H5Tget_size(base);
  std::vector<std::int64_t> values(share.count);
  if (width > sizeof(std::int64_t)) fail(species.name, "has an enumeration that cannot be read");
  std::vector<hsize_t> start{share.first}, count{share.count};
  if (species.is_timed) {
    start.insert(start.begin(), frame);
    count.insert(count.begin(), 1);
  }
  if (share.count == 0) return values;
  read_block(species.dataset, start, count, type, values.data(), species.name);
  if (H5Tconvert(base, H5T_NATIVE_INT64, share.count, values.data(), nullptr, H5P_DEFAULT) < 0)
    fail(species.name, "has an enumeration that cannot be read");
  return values;
}

}  // namespace tessera::data::h5
