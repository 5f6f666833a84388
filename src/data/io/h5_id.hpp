// HDF5 identifiers that close themselves, attributes, and errors that say what HDF5 said.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/comm.hpp"
#include "base/error.hpp"

namespace tessera::data::h5 {

/// Silences HDF5's own printing.
void quiet();

/// What the library says about its last failure: the innermost message.
std::string reason();

/// An open identifier. Closing is local for everything but files of several ranks, which are never held in it.
class Id {
 public:
  using Close = herr_t (*)(hid_t);
  Id() = default;
  Id(hid_t id, Close close) : id_(id), close_(close) {}
  Id(Id&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Id& operator=(Id&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Id() {
    if (id_ >= 0) close_(id_);
  }
  operator hid_t() const { return id_; }
  bool is_open() const { return id_ >= 0; }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

Id dataspace(const std::vector<hsize_t>& dims);
Id unlimited_dataspace(const std::vector<hsize_t>& dims, const std::vector<hsize_t>& max_dims);
Id scalar_space();
/// Fixed-length ASCII without padding.
Id string_type(std::size_t length);

/// Types of numbers in memory and, on all machines alike, in files. T is double, int, unsigned, std::int64_t,
/// std::uint64_t, or char for bytes.
template <class T>
hid_t memory_type();
template <class T>
hid_t file_type();

/// Extents of a dataset; empty for a scalar.
std::vector<hsize_t> extents(hid_t dataset);

/// Attributes of an object. Throw Error (input) beginning with `where` if there is none or it is of another kind.
bool has_attribute(hid_t object, const char* name);
/// All strings, fixed or of variable length.
std::vector<std::string> read_strings(hid_t object, const char* name, const std::string& where);
std::string read_string(hid_t object, const char* name, const std::string& where);
/// As many numbers as expected. T is double, int, std::int64_t or std::uint64_t; integers are no reals.
template <class T>
std::vector<T> read_numbers(hid_t object, const char* name, std::size_t count, const std::string& where);
template <class T>
T read_number(hid_t object, const char* name, const std::string& where) {
  return read_numbers<T>(object, name, 1, where).front();
}

/// Local: attributes of objects that every rank writes alike (collective in parallel files).
void write_attribute(hid_t object, const char* name, const std::string& text);
void write_attribute(hid_t object, const char* name, const std::vector<std::string>& texts);
/// A scalar. T is double, int, unsigned, std::int64_t or std::uint64_t.
template <class T>
requires std::is_arithmetic_v<T>
void write_attribute(hid_t object, const char* name, T value);
/// A list, or an array of the extents given.
template <class T>
requires std::is_arithmetic_v<T>
void write_attribute(hid_t object, const char* name, const std::vector<T>& values, std::vector<hsize_t> dims = {});

}  // namespace tessera::data::h5
