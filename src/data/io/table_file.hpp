// Tables in one HDF5 file, table.h5: one dataset a column, rows x width, to which rows are appended collectively.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "data/table.hpp"

namespace tessera::data {

/// Rows are numbered as they come: those of one append behind those of the last, within it by rank. Flushed after every
/// append; how many rows there are, and a checksum of each column, is written last, so that what was being appended
/// when a run died is not taken for rows.
class TableFile {
 public:
  /// Collective. Creates the file with the columns of `columns` and no rows, or (resuming) opens it and drops all rows
  /// from number `rows` on. `deck` is embedded as a byte dataset. Throws Error (io), or (input) if a file to go on with
  /// is missing or damaged, has other columns, or fewer rows.
  TableFile(const Comm& comm, const std::string& path, const Table& columns, const std::string& deck, bool resuming,
            std::int64_t rows);
  ~TableFile();
  TableFile(const TableFile&) = delete;
  TableFile& operator=(const TableFile&) = delete;

  /// Collective. Appends all rows of a table with the same columns (others: Error internal).
  void append(const Table& table);
  std::int64_t num_rows() const;
  /// Collective. Without it the file is left to the end of the program.
  void close();
  /// Of all ranks, since it was opened.
  std::int64_t bytes_written() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Collective. All columns of such a file, by name, each rank nearly as many rows. Throws Error (input) for a damaged,
/// truncated or foreign file.
Table read_table(const Comm& comm, const std::string& path);

}  // namespace tessera::data
