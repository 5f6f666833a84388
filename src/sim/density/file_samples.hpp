// Samples out of a text file, read by all ranks together.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "sim/density/sample_rows.hpp"
#include "sim/density/samples_params.hpp"

namespace tessera::sim::density {

/// Ids are numbers of rows in the file, from 1. Every rank keeps its part of the file; nobody has the whole of it.
class FileSamples final : public SampleRows {
 public:
  static constexpr std::size_t max_times = 4096;

  /// Collective. Throws Error (input), with the line, for what cannot be read: missing or doubled columns, lines of
  /// other lengths, what is not a finite number; and if there are no rows, too many different times, or nothing to
  /// standardise.
  FileSamples(const Comm& comm, const FileParams& params);

  int dimensions() const override { return static_cast<int>(names_.size()); }
  const std::vector<std::string>& names() const override { return names_; }
  const std::vector<double>& times() const override { return times_; }
  std::int64_t count(std::size_t n) const override { return counts_[n]; }
  double mass(std::size_t /*n*/) const override { return 1.0; }
  std::vector<std::vector<double>> scaling() const override;
  void add(std::size_t n, data::Table& table) const override;

  std::int64_t total() const;

 private:
  void find_times(const Comm& comm);
  void standardise(const Comm& comm, const std::string& path);

  std::vector<std::string> names_;
  std::vector<double> times_;               // all different ones
  std::vector<std::int64_t> counts_;        // on all ranks, at each time
  std::int64_t first_id_ = 1;               // of the rows here
  std::vector<double> row_times_;           // of each row here
  std::vector<double> positions_;           // row after row
  std::vector<std::size_t> order_;          // rows here by time, those of one time as in the file
  std::vector<double> means_, deviations_;  // of each coordinate; empty unless it is standardised
};

}  // namespace tessera::sim::density
