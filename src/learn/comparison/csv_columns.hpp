// The tables that stages leave as text, series.csv and those of observables, as columns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/comm.hpp"

namespace tessera::learn::comparison {

class CsvColumns {
 public:
  /// Local. A head of names, each perhaps with its unit as in "temperature [K]", then rows of numbers. Throws Error
  /// (input) naming `where` and the line.
  CsvColumns(std::string_view text, const std::string& where);

  const std::string& where() const { return where_; }
  const std::vector<std::string>& names() const { return names_; }
  bool has(const std::string& name) const;
  /// Throw Error (input) naming the column that is missing.
  const std::vector<double>& values(const std::string& name) const;
  const std::string& unit(const std::string& name) const;
  std::size_t num_rows() const { return columns_.empty() ? 0 : columns_.front().size(); }

 private:
  std::size_t place_of(const std::string& name) const;

  std::string where_;
  std::vector<std::string> names_, units_;
  std::vector<std::vector<double>> columns_;
};

/// Collective. The root reads, all parse; nothing if there is no such file.
std::optional<CsvColumns> read_csv(const Comm& comm, const std::string& path);

}  // namespace tessera::learn::comparison
