// Rows of named columns split over the ranks in contiguous blocks: samples, chains, trajectories, client data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/agree.hpp"
#include "base/comm.hpp"
#include "base/kokkos.hpp"
#include "base/sum.hpp"

namespace tessera::data {

/// (row, place in the row): each row in one piece, as a state vector is used and as files hold it.
template <class T>
using RowArray = Kokkos::View<T**, Kokkos::LayoutRight, MemSpace>;

/// Rows [first, first + count) on the host, one behind the other.
template <class T>
std::vector<T> host_copy(const RowArray<T>& column, std::int64_t first, std::int64_t count) {
  std::vector<T> values(static_cast<std::size_t>(count) * column.extent(1));
  if (values.empty()) return values;
  const Kokkos::View<T**, Kokkos::LayoutRight, Kokkos::HostSpace> host(values.data(), static_cast<std::size_t>(count),
                                                                       column.extent(1));
  Kokkos::deep_copy(host, Kokkos::subview(column, std::make_pair(first, first + count), Kokkos::ALL()));
  return values;
}

/// The other way round.
template <class T>
void set_rows(const RowArray<T>& column, std::int64_t first, const std::vector<T>& values) {
  if (values.empty()) return;
  const std::size_t count = values.size() / column.extent(1);
  const Kokkos::View<const T**, Kokkos::LayoutRight, Kokkos::HostSpace> host(values.data(), count, column.extent(1));
  const auto rows = std::make_pair(first, first + static_cast<std::int64_t>(count));
  Kokkos::deep_copy(Kokkos::subview(column, rows, Kokkos::ALL()), host);
}

/// Local. First of `total` rows that a rank has when whole blocks of `block` rows are shared out nearly equally; that
/// of rank `ranks` is the end.
std::int64_t first_of_share(std::int64_t total, std::int64_t block, std::int64_t rank, std::int64_t ranks);

struct TableColumn {
  std::string name;
  int width = 1;
  std::string unit;
  std::variant<RowArray<double>, RowArray<std::int64_t>> data;  ///< at least num_rows rows
};

/// Rank 0 has the first rows, rank 1 those behind them, and so on: the global number of a row is its place in that
/// order. Columns are reallocated when rows are added or moved: fetch them again after.
class Table {
 public:
  explicit Table(const Comm& comm) : comm_(comm), begin_(static_cast<std::size_t>(comm.size()) + 1, 0) {}

  const Comm& comm() const { return comm_; }

  /// Local; every rank adds the same. Its rows are zero. T is double or std::int64_t. Throws Error (internal) if the
  /// name is taken or the width less than 1.
  template <class T>
  void add(std::string_view name, int width = 1, std::string_view unit = "");
  bool has_column(std::string_view name) const;
  /// Throws Error (internal) if there is no such column of that type.
  template <class T>
  RowArray<T> get(std::string_view name) const;
  const std::vector<TableColumn>& columns() const { return columns_; }

  std::int64_t num_rows() const { return end_of(comm_.rank()) - first_row(); }  ///< here
  std::int64_t first_row() const { return begin_[static_cast<std::size_t>(comm_.rank())]; }
  std::int64_t num_global() const { return begin_.back(); }
  /// Rank that has a row.
  int owner(std::int64_t row) const;

  /// Collective. Adds so many rows, all zero, behind those of this rank; the rows of higher ranks get other numbers.
  /// Room is kept for more, so that many small additions cost little.
  void append(std::int64_t count);
  /// Collective. No rows on any rank; room is kept.
  void clear();
  /// Collective. Moves rows between ranks, keeping their order, so that all have nearly the same number of whole blocks
  /// of `block` rows, counted from row 0 (first_of_share). Throws Error (internal) unless there is at least 1 row a
  /// block.
  void balance(std::int64_t block = 1);

  /// Collective. The rows of these global numbers, one behind the other, each rank its own. Throws Error (internal) on
  /// all ranks if one is not there.
  template <class T>
  std::vector<T> gather(std::string_view name, const std::vector<std::int64_t>& rows) const;

 private:
  std::int64_t end_of(int rank) const { return begin_[static_cast<std::size_t>(rank) + 1]; }
  void renumber(std::int64_t rows_here);
  void reserve(std::int64_t rows, std::int64_t keep);

  Comm comm_;
  std::vector<TableColumn> columns_;
  std::vector<std::int64_t> begin_;  // first row of each rank, and the end
  std::int64_t room_ = 0;            // rows of every column
};

/// Collective. Sum over all rows for each place in them, the same on any number of ranks (see ExactSum).
std::vector<double> sums(const Table& table, std::string_view name);

/// Collective. Sums of what `term(first, count, result)` makes of each block of `block` rows (the last one may be
/// shorter): rows [first, first + count) of this rank's, `width` values to be set in `result`. The same on any number
/// of ranks if a term depends on its rows alone. Throws Error (internal) unless the table is balanced for such blocks.
template <class Term>
std::vector<double> sum_blocks(const Table& table, std::int64_t block, int width, const Term& term) {
  agree(table.comm(), [&] {
    const bool is_last = table.first_row() + table.num_rows() == table.num_global();
    if (block < 1 || (table.num_rows() > 0 && table.first_row() % block != 0) ||
        (!is_last && table.num_rows() % block != 0))
      throw Error::internal("a sum over blocks of rows that lie on several ranks: balance the table for them");
  });
  std::vector<ExactSum> totals(static_cast<std::size_t>(width));
  std::vector<double> result(totals.size());
  agree(table.comm(), [&] {
    for (std::int64_t first = 0; first < table.num_rows(); first += block) {
      term(first, std::min(block, table.num_rows() - first), result.data());
      for (std::size_t n = 0; n < totals.size(); ++n) totals[n].add(result[n]);
    }
  });
  all_reduce(table.comm(), totals.data(), width);
  for (std::size_t n = 0; n < totals.size(); ++n) result[n] = totals[n].value();
  return result;
}

}  // namespace tessera::data
