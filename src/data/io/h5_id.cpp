#include "data/io/h5_id.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace tessera::data::h5 {

namespace {

constexpr hsize_t max_strings = 4096;
constexpr std::size_t max_string_bytes = 65536;

void check(herr_t code, const char* name) {
  if (code < 0) throw Error::io(fmt::format("cannot write attribute '{}': {}", name, reason()));
}

void write(hid_t object, const char* name, hid_t file_type, hid_t memory_type, hid_t space, const void* data) {
  const Id attribute(H5Acreate2(object, name, file_type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  check(attribute.is_open() ? 0 : -1, name);
  const double nothing = 0.0;
  check(H5Awrite(attribute, memory_type, data == nullptr ? &nothing : data), name);
}

}  // namespace

void quiet() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

std::string reason() {
  std::string text = "no reason given";
  const auto take = [](unsigned, const H5E_error2_t* entry, void* target) -> herr_t {
    if (entry->desc != nullptr && *entry->desc != '\0') *static_cast<std::string*>(target) = entry->desc;
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, take, &text);
  return text;
}

template <class T>
hid_t memory_type() {
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<T, int>) return H5T_NATIVE_INT;
  if constexpr (std::is_same_v<T, unsigned>) return H5T_NATIVE_UINT;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<T, std::uint64_t>) return H5T_NATIVE_UINT64;
  if constexpr (std::is_same_v<T, char>) return H5T_NATIVE_UINT8;
}
template hid_t memory_type<double>();
template hid_t memory_type<int>();
template hid_t memory_type<unsigned>();
template hid_t memory_type<std::int64_t>();
template hid_t memory_type<std::uint64_t>();
template hid_t memory_type<char>();

template <class T>
hid_t file_type() {
  if constexpr (std::is_same_v<T, double>) return H5T_IEEE_F64LE;
  if constexpr (std::is_same_v<T, int>) return H5T_STD_I32LE;
  if constexpr (std::is_same_v<T, unsigned>) return H5T_STD_U32LE;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_STD_I64LE;
  if constexpr (std::is_same_v<T, std::uint64_t>) return H5T_STD_U64LE;
  if constexpr (std::is_same_v<T, char>) return H5T_STD_U8LE;
}
template hid_t file_type<double>();
template hid_t file_type<int>();
template hid_t file_type<unsigned>();
template hid_t file_type<std::int64_t>();
template hid_t file_type<std::uint64_t>();
template hid_t file_type<char>();

Id dataspace(const std::vector<hsize_t>& dims) {
  return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose};
}

Id unlimited_dataspace(const std::vector<hsize_t>& dims, const std::vector<hsize_t>& max_dims) {
  return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), max_dims.data()), H5Sclose};
}

Id scalar_space() { return {H5Screate(H5S_SCALAR), H5Sclose}; }

Id string_type(std::size_t length) {
  Id type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, std::max<std::size_t>(length, 1));
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_ASCII);
  return type;
}

std::vector<hsize_t> extents(hid_t dataset) {
  const Id space(H5Dget_space(dataset), H5Sclose);
  const int rank = space.is_open() ? H5Sget_simple_extent_ndims(space) : -1;
  if (rank <= 0) return {};
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, dims.data(), nullptr);
  return dims;
}

bool has_attribute(hid_t object, const char* name) { return H5Aexists(object, name) > 0; }

namespace {

Id open_attribute(hid_t object, const char* name, const std::string& where) {
  if (!has_attribute(object, name)) throw Error::input(fmt::format("{}: there is no attribute '{}'", where, name));
  return {H5Aopen(object, name, H5P_DEFAULT), H5Aclose};
}

}  // namespace

std::vector<std::string> read_strings(hid_t object, const char* name, const std::string& place) {
  const Id attribute = open_attribute(object, name, place);
  const std::string where = fmt::format("{}: attribute '{}'", place, name);
  const Id type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  if (!type.is_open() || H5Tget_class(type) != H5T_STRING || count < 0 || static_cast<hsize_t>(count) > max_strings)
    throw Error::input(fmt::format("{}: a few strings were expected", where));
  std::vector<std::string> texts;
  if (H5Tis_variable_str(type) > 0) {
    std::vector<char*> values(static_cast<std::size_t>(count), nullptr);
    const Id memory_type(H5Tcopy(type), H5Tclose);
    if (H5Aread(attribute, memory_type, values.data()) < 0)
      throw Error::input(fmt::format("{}: cannot be read: {}", where, reason()));
    for (const char* value : values) texts.emplace_back(value == nullptr ? "" : value);
    H5Dvlen_reclaim(memory_type, space, H5P_DEFAULT, values.data());
    return texts;
  }
  const std::size_t length = H5Tget_size(type);
  if (length > max_string_bytes) throw Error::input(fmt::format("{}: strings of {} bytes", where, length));
  std::vector<char> bytes(static_cast<std::size_t>(count) * length + 1, '\0');
  if (H5Aread(attribute, type, bytes.data()) < 0)
    throw Error::input(fmt::format("{}: cannot be read: {}", where, reason()));
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    std::string text(bytes.data() + i * length, length);
    text.resize(std::min(text.size(), std::strlen(text.c_str())));
    if (H5Tget_strpad(type) == H5T_STR_SPACEPAD) text.resize(text.find_last_not_of(' ') + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

std::string read_string(hid_t object, const char* name, const std::string& where) {
  const auto texts = read_strings(object, name, where);
  if (texts.size() != 1) throw Error::input(fmt::format("{}: attribute '{}': one string was expected", where, name));
  return texts.front();
}

void write_attribute(hid_t object, const char* name, const std::string& text) {
  const Id type = string_type(text.size());
  const std::string padded = text.empty() ? std::string(1, '\0') : text;
  write(object, name, type, type, scalar_space(), padded.data());
}

void write_attribute(hid_t object, const char* name, const std::vector<std::string>& texts) {
  std::size_t length = 1;
  for (const auto& text : texts) length = std::max(length, text.size());
  std::vector<char> bytes(texts.size() * length, '\0');
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i].copy(bytes.data() + i * length, length);
  const Id type = string_type(length);
  write(object, name, type, type, dataspace({texts.size()}), bytes.data());
}

template <class T>
requires std::is_arithmetic_v<T>
void write_attribute(hid_t object, const char* name, T value) {
  write(object, name, file_type<T>(), memory_type<T>(), scalar_space(), &value);
}

template <class T>
requires std::is_arithmetic_v<T>
void write_attribute(hid_t object, const char* name, const std::vector<T>& values, std::vector<hsize_t> dims) {
  if (dims.empty()) dims = {values.size()};
  write(object, name, file_type<T>(), memory_type<T>(), dataspace(dims), values.data());
}

template <class T>
std::vector<T> read_numbers(hid_t object, const char* name, std::size_t count, const std::string& where) {
  const Id attribute = open_attribute(object, name, where);
  const Id type(H5Aget_type(attribute), H5Tclose), space(H5Aget_space(attribute), H5Sclose);
  const H5T_class_t wanted = std::is_floating_point_v<T> ? H5T_FLOAT : H5T_INTEGER;
  if (H5Tget_class(type) != wanted || H5Tget_size(type) > 8 ||
      H5Sget_simple_extent_npoints(space) != static_cast<hssize_t>(count))
    throw Error::input(fmt::format("{}: attribute '{}': {} {} expected", where, name, count,
                                   std::is_floating_point_v<T> ? "real number(s) were" : "integer(s) were"));
  std::vector<T> values(count);
  if (count > 0 && H5Aread(attribute, memory_type<T>(), values.data()) < 0)
    throw Error::input(fmt::format("{}: attribute '{}' cannot be read: {}", where, name, reason()));
  return values;
}

template std::vector<double> read_numbers(hid_t, const char*, std::size_t, const std::string&);
template std::vector<int> read_numbers(hid_t, const char*, std::size_t, const std::string&);
template std::vector<std::int64_t> read_numbers(hid_t, const char*, std::size_t, const std::string&);
template std::vector<std::uint64_t> read_numbers(hid_t, const char*, std::size_t, const std::string&);

template void write_attribute(hid_t, const char*, double);
template void write_attribute(hid_t, const char*, int);
template void write_attribute(hid_t, const char*, unsigned);
template void write_attribute(hid_t, const char*, std::int64_t);
template void write_attribute(hid_t, const char*, std::uint64_t);
template void write_attribute(hid_t, const char*, const std::vector<double>&, std::vector<hsize_t>);
template void write_attribute(hid_t, const char*, const std::vector<int>&, std::vector<hsize_t>);
template void write_attribute(hid_t, const char*, const std::vector<std::int64_t>&, std::vector<hsize_t>);
template void write_attribute(hid_t, const char*, const std::vector<std::uint64_t>&, std::vector<hsize_t>);

}  // namespace tessera::data::h5
