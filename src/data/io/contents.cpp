#include "data/io/contents.hpp"

#include <fmt/format.h>

#include <cstdint>

#include "data/io/file.hpp"
#include "data/io/h5_id.hpp"

namespace tessera::data {

namespace {

constexpr hsize_t max_siblings = 12;
constexpr hssize_t max_values = 9;
constexpr std::size_t max_depth = 12, max_lines = 400, max_text = 60;

std::string type_name(hid_t type) {
  const std::size_t bits = 8 * H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return fmt::format("{}int{}", H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "", bits);
    case H5T_FLOAT:
      return fmt::format("float{}", bits);
    case H5T_STRING:
      return "text";
    case H5T_ENUM:
      return "enumeration";
    default:
      return "other";
  }
}

template <class T>
std::string join_integers(hid_t attribute, hid_t type, hssize_t count) {
  T values[max_values] = {};
  if (H5Aread(attribute, type, values) < 0) return "";
  return fmt::format("{}", fmt::join(values, values + count, ", "));
}

/// The value of a short attribute; empty for others.
std::string attribute_value(hid_t object, const std::string& name, const std::string& path) {
  const h5::Id attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute.is_open()) return "";
  const h5::Id type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  if (count < 1 || count > max_values) return "";
  const auto kind = H5Tget_class(type);
  std::string text;
  if (kind == H5T_STRING) {
    for (const auto& one : h5::read_strings(object, name.c_str(), path)) text += (text.empty() ? "" : ", ") + one;
  } else if (kind == H5T_INTEGER) {
    text = H5Tget_sign(type) == H5T_SGN_NONE ? join_integers<std::uint64_t>(attribute, H5T_NATIVE_UINT64, count)
                                             : join_integers<std::int64_t>(attribute, H5T_NATIVE_INT64, count);
  } else if (kind == H5T_FLOAT) {
    double values[max_values] = {};
    if (H5Aread(attribute, H5T_NATIVE_DOUBLE, values) < 0) return "";
    text = fmt::format("{:.10g}", fmt::join(values, values + count, ", "));
  }
  return text.size() > max_text ? text.substr(0, max_text) + "..." : text;
}

class Walk {
 public:
  explicit Walk(std::string path) : path_(std::move(path)) {}
  std::vector<std::string> take() { return std::move(lines_); }

  void group(hid_t id, std::size_t depth) {
    attributes(id, depth);
    H5G_info_t content;
    if (H5Gget_info(id, &content) < 0) throw Error::input(fmt::format("{}: {}", path_, h5::reason()));
    for (hsize_t n = 0; n < content.nlinks && lines_.size() < max_lines; ++n) {
      // The middle of many is left out.
      if (content.nlinks > max_siblings && n == max_siblings / 2) {
        say(depth, fmt::format("... ({} more)", content.nlinks - max_siblings));
        n = content.nlinks - max_siblings / 2;
      }
      member(id, n, depth);
    }
  }

 private:
  void say(std::size_t depth, const std::string& text) { lines_.push_back(std::string(2 * depth, ' ') + text); }

  void member(hid_t parent, hsize_t n, std::size_t depth) {
    std::string name(256, '\0');
    const ssize_t length =
        H5Lget_name_by_idx(parent, ".", H5_INDEX_NAME, H5_ITER_INC, n, name.data(), name.size(), H5P_DEFAULT);
    name.resize(length < 0 ? 0 : std::min<std::size_t>(static_cast<std::size_t>(length), 255));
    const h5::Id object(H5Oopen_by_idx(parent, ".", H5_INDEX_NAME, H5_ITER_INC, n, H5P_DEFAULT), H5Oclose);
    if (!object.is_open()) {
      say(depth, name + ": cannot be opened");
    } else if (H5Iget_type(object) == H5I_GROUP) {
      say(depth, name + "/");
      if (depth < max_depth) group(object, depth + 1);
    } else if (H5Iget_type(object) == H5I_DATASET) {
      dataset(object, name, depth);
    }
  }

  void dataset(hid_t id, const std::string& name, std::size_t depth) {
    const h5::Id type(H5Dget_type(id), H5Tclose);
    const auto dims = h5::extents(id);
    say(depth, fmt::format("{}: {}{}", name, type_name(type),
                           dims.empty() ? "" : fmt::format(" ({})", fmt::join(dims, ", "))));
    attributes(id, depth + 1);
  }

  void attributes(hid_t id, std::size_t depth) {
    H5O_info_t object;
    if (H5Oget_info2(id, &object, H5O_INFO_NUM_ATTRS) < 0) return;
    for (hsize_t n = 0; n < object.num_attrs && lines_.size() < max_lines; ++n) {
      std::string name(256, '\0');
      const ssize_t length =
          H5Aget_name_by_idx(id, ".", H5_INDEX_NAME, H5_ITER_INC, n, name.data(), name.size(), H5P_DEFAULT);
      name.resize(length < 0 ? 0 : std::min<std::size_t>(static_cast<std::size_t>(length), 255));
      const std::string value = attribute_value(id, name, path_);
      if (!value.empty()) say(depth, fmt::format("{} = {}", name, value));
    }
  }

  std::string path_;
  std::vector<std::string> lines_;
};

}  // namespace

bool is_hdf5(const std::string& path) {
  h5::quiet();
  if (file_size(path) == 0) return false;
  return H5Fis_hdf5(path.c_str()) > 0;
}

std::vector<std::string> describe_hdf5(const std::string& path) {
  h5::quiet();
  const h5::Id file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.is_open()) throw Error::input(fmt::format("{}: cannot be read: {}", path, h5::reason()));
  Walk walk(path);
  const h5::Id root(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose);
  if (!root.is_open()) throw Error::input(fmt::format("{}: cannot be read: {}", path, h5::reason()));
  walk.group(root, 0);
  return walk.take();
}

}  // namespace tessera::data
