// Internal to table files: /columns/<name>, and /committed: the number of rows, then the hash of each column by name.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "data/io/h5_input.hpp"
#include "data/io/hash.hpp"

namespace tessera::data::table_layout {

inline constexpr const char* columns_path = "/columns";
inline constexpr const char* committed_path = "/committed";

/// This rank's part of rows [from, to).
struct Share {
  Share(const Comm& comm, std::int64_t from, std::int64_t to);
  std::int64_t first, count;
};

struct StoredColumn {
  bool is_real = true;
  hsize_t width = 1;
  std::uint64_t hash = 0;
};

struct Content {
  std::int64_t rows = 0;
  std::map<std::string, StoredColumn> columns;  ///< by name, as they are hashed
};

inline std::string path_of(const std::string& column) { return std::string(columns_path) + "/" + column; }

/// Local. Throws Error (input) naming what is missing or of the wrong kind.
Content read_content(const h5::Input& file);

/// Local. Rows [first, first + count) of a column. T is double or std::int64_t.
template <class T>
std::vector<T> read_rows(const h5::Input& file, const std::string& column, hsize_t width, std::int64_t first,
                         std::int64_t count);

/// Of rows that begin with number `first`.
template <class T>
std::uint64_t hash_rows(const std::vector<T>& values, hsize_t width, std::int64_t first) {
  return hash_values(values.data(), values.size(), static_cast<std::uint64_t>(first) * width);
}

}  // namespace tessera::data::table_layout
