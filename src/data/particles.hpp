// Particles of one rank: named columns, one View each, owned rows first and copies of neighbours' particles behind
// them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/comm.hpp"
#include "base/kokkos.hpp"

namespace tessera::data {

/// What a column is for; allocation, exchange, snapshots and checkpoints follow from it.
enum class Column : unsigned {
  plain = 0,
  saved = 1,   ///< goes into checkpoints and travels when a particle changes owner
  halo = 2,    ///< has room for copies
  output = 4,  ///< goes into snapshots
};
constexpr Column operator|(Column a, Column b) {
  return static_cast<Column>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(Column flags, Column flag) {
  return (static_cast<unsigned>(flags) & static_cast<unsigned>(flag)) != 0;
}

using ColumnData = std::variant<Array2<double>, Array2<int>, Array2<std::int64_t>>;

struct ColumnInfo {
  std::string name;
  int components = 1;
  Column flags = Column::plain;
  std::string unit;  ///< of the deck's unit system, e.g. "velocity"; empty for none
  ColumnData data;   ///< (at least num_owned rows, components); halo columns reach to halo_begin + num_halo
};

/// Rows [0, num_owned) are owned; rows [halo_begin, halo_begin + num_halo) are copies. halo_begin is num_owned rounded
/// up to whole vectors, so that no vector mixes the two. Columns are reallocated by resize_*: fetch them again after.
class Particles {
 public:
  explicit Particles(const Comm& comm) : comm_(comm) {}

  /// Rows of one rank, copies included: counts are int.
  static constexpr std::int64_t max_rows = 2'000'000'000;

  const Comm& comm() const { return comm_; }

  /// Adds a column; its rows are zero. T is double, int or std::int64_t. Throws Error (internal) if the name is taken.
  template <class T>
  void add(std::string_view name, int components, Column flags, std::string_view unit = "");
  bool has_column(std::string_view name) const;
  /// Throws Error (internal) if there is no such column of that type.
  template <class T>
  Array2<T> get(std::string_view name) const;
  const std::vector<ColumnInfo>& columns() const { return columns_; }
  std::vector<ColumnInfo>& columns() { return columns_; }

  int num_owned() const { return num_owned_; }
  int num_halo() const { return num_halo_; }
  int halo_begin() const { return halo_begin_; }
  int num_rows() const { return num_halo_ > 0 ? halo_begin_ + num_halo_ : num_owned_; }
  /// Collective.
  std::int64_t num_global() const;

  /// Keeps the content of owned rows (new ones are unset) and drops all copies. Throws Error (input) beyond max_rows.
  void resize_owned(std::int64_t count);
  /// Sets the number of copies, whose content is unset; owned content is kept. Throws Error (input) beyond max_rows.
  void resize_halo(std::int64_t count);
  /// Owned row i becomes what owned row order(i) was, in all columns.
  void permute(const Array1<int>& order);

 private:
  const ColumnInfo* find(std::string_view name) const;

  Comm comm_;
  std::vector<ColumnInfo> columns_;
  int num_owned_ = 0, num_halo_ = 0, halo_begin_ = 0;
};

/// The columns that every particle simulation has: position (3, length), image (3: cells crossed so far; the unwrapped
/// position is position + image . cell), id (unique, from 1), type (from 0).
void add_standard_columns(Particles& particles);

}  // namespace tessera::data
