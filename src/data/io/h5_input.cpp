#include "data/io/h5_input.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "data/io/file.hpp"

namespace tessera::data::h5 {

namespace {

constexpr double largest_compression = 1100.0;  // deflate reaches 1032

}  // namespace

Input::Input(const std::string& path) : path_(path) {
  quiet();
  file_bytes_ = static_cast<hsize_t>(file_size(path));
  if (next_fault("H5Fopen", path) != Fault::none) throw Error::io(path + ": H5Fopen: injected fault");
  file_ = {H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose};
  if (!file_.is_open()) throw Error::input(fmt::format("{}: cannot be opened as HDF5: {}", path, reason()));
}

Input::Input(std::string_view image, const std::string& name) : path_(name), file_bytes_(image.size()) {
  quiet();
  const Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  constexpr std::size_t growth = 1 << 16;  // of memory, if the file were written
  // The library copies what it is given, and only wants to be able to write there.
  auto* data = const_cast<char*>(image.data());
  if (H5Pset_fapl_core(access, growth, false) >= 0 && H5Pset_file_image(access, data, image.size()) >= 0)
    file_ = {H5Fopen(name.c_str(), H5F_ACC_RDONLY, access), H5Fclose};
  if (!file_.is_open()) throw Error::internal(fmt::format("{}: cannot be opened as HDF5: {}", name, reason()));
}

void Input::fail(const std::string& where, const std::string& what) const {
  throw Error::input(where.empty() ? fmt::format("{}: {}", path_, what)
                                   : fmt::format("{}: {}: {}", path_, where, what));
}

bool Input::has(hid_t parent, const std::string& name) {
  for (std::size_t end = name.find('/', 1);; end = name.find('/', end + 1)) {
    if (H5Lexists(parent, name.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
    if (end == std::string::npos) return true;
  }
}

Id Input::open_group(hid_t parent, const std::string& name, const std::string& where) const {
  if (!has(parent, name)) fail(where, "there is no such group");
  Id group(H5Gopen2(parent, name.c_str(), H5P_DEFAULT), H5Gclose);
  if (!group.is_open()) fail(where, "cannot be opened as a group: " + reason());
  return group;
}

Id Input::open_dataset(hid_t parent, const std::string& name, const std::string& where) const {
  if (!has(parent, name)) fail(where, "there is no such dataset");
  Id dataset(H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset.is_open()) fail(where, "cannot be opened as a dataset: " + reason());
  check_stored(dataset, where);
  return dataset;
}

std::vector<std::string> Input::children(hid_t group, const std::string& where, std::size_t limit) const {
  H5G_info_t info;
  if (H5Gget_info(group, &info) < 0) fail(where, "cannot be read: " + reason());
  if (info.nlinks > limit) fail(where, fmt::format("has {} members; at most {} were expected", info.nlinks, limit));
  std::vector<std::string> names;
  const auto take = [](hid_t, const char* child, const H5L_info_t*, void* target) -> herr_t {
    static_cast<std::vector<std::string>*>(target)->emplace_back(child);
    return 0;
  };
  hsize_t position = 0;
  if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &position, take, &names) < 0)
    fail(where, "cannot be read: " + reason());
  return names;
}

void Input::check_stored(hid_t dataset, const std::string& where) const {
  const Id type(H5Dget_type(dataset), H5Tclose), plan(H5Dget_create_plist(dataset), H5Pclose);
  if (!type.is_open() || !plan.is_open()) fail(where, "cannot be read: " + reason());
  if (H5Pget_layout(plan) == H5D_VIRTUAL || H5Pget_external_count(plan) != 0)
    fail(where, "its data lie in other files: this is not supported");
  double bytes = static_cast<double>(H5Tget_size(type));
  for (const hsize_t d : extents(dataset)) bytes *= static_cast<double>(d);
  const hsize_t stored = H5Pget_layout(plan) == H5D_COMPACT ? file_bytes_ : H5Dget_storage_size(dataset);
  const double most = static_cast<double>(stored) * (H5Pget_nfilters(plan) > 0 ? largest_compression : 1.0);
  if (stored > file_bytes_ || bytes > most)
    fail(where, fmt::format("is said to hold {:.0f} bytes, but {} are stored: the file is damaged", bytes, stored));
}

void Input::require_class(hid_t dataset, H5T_class_t wanted, const std::string& where) const {
  const Id type(H5Dget_type(dataset), H5Tclose);
  if (H5Tget_class(type) != wanted || H5Tget_size(type) > 8)
    fail(where, fmt::format("numbers of another kind; {} were expected", wanted == H5T_FLOAT ? "reals" : "integers"));
}

void Input::read_block(hid_t dataset, const std::vector<hsize_t>& start, const std::vector<hsize_t>& count, hid_t type,
                       void* data, const std::string& where) const {
  if (std::find(count.begin(), count.end(), hsize_t{0}) != count.end()) return;
  const Id file_space(H5Dget_space(dataset), H5Sclose);
  const Id memory_space = count.empty() ? scalar_space() : dataspace(count);
  if (!count.empty()) H5Sselect_hyperslab(file_space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
  if (next_fault("H5Dread", path_) != Fault::none)
    throw Error::io(fmt::format("{}: H5Dread: injected fault", place(where)));
  if (H5Dread(dataset, type, memory_space, file_space, H5P_DEFAULT, data) < 0)
    fail(where, "cannot be read: " + reason());
}

}  // namespace tessera::data::h5
