// <stage>/series.csv: one row an output step.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "base/error.hpp"
#include "sim/stage.hpp"

namespace tessera::run {

/// The header names columns and units, as in "temperature [K]"; numbers have 17 digits. Rank 0 writes.
class SeriesFile {
 public:
  /// Collective. Resuming, rows after last_step and an incomplete last line are cut off.
  SeriesFile(const Comm& comm, const std::string& path, const std::vector<sim::SeriesColumn>& columns, bool resuming,
             std::int64_t last_step);

  /// Local. Rows are kept back for at most a second; what goes wrong then is in failure().
  void add(std::int64_t step, const std::vector<double>& values);
  const std::optional<Error>& failure() const { return failure_; }
  /// Collective. Everything is in the file, and the file on its disk.
  void flush();
  std::int64_t bytes_written() const { return bytes_written_; }

 private:
  void write_out();

  Comm comm_;
  std::string path_, rows_;
  double next_write_ = 0.0;
  std::int64_t bytes_written_ = 0;
  std::optional<Error> failure_;
};

/// A table as text, with the same header and digits: what observables report.
std::string to_csv(const sim::Report& report);

}  // namespace tessera::run
