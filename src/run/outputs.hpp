// What a stage leaves in its folder: series, snapshots, tables of observables.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "data/io/snapshot.hpp"
#include "run/plan.hpp"
#include "run/series.hpp"
#include "sim/stage.hpp"

namespace tessera::run {

class Outputs {
 public:
  /// Collective. Resuming, what was written after that step is cut off.
  Outputs(const Comm& comm, const std::string& folder, const OutputParams& params, sim::Stage& stage,
          const std::string& deck, bool resuming, std::int64_t step);

  bool wants_series(std::int64_t step) const;
  /// Collective. What is due after this step; at the last one everything is.
  void write(std::int64_t step, bool is_last);
  const std::optional<Error>& failure() const { return series_.failure(); }
  /// Collective. What was written is safe on its disk: a checkpoint may count on it.
  void flush() { series_.flush(); }
  /// Collective.
  void close();
  std::int64_t bytes_written() const;
  /// The last row of the series, by column.
  const std::vector<double>& last_values() const { return last_values_; }

 private:
  void write_snapshot(std::int64_t step);

  Comm comm_;
  std::string folder_;
  OutputParams params_;
  sim::Stage& stage_;
  SeriesFile series_;
  std::unique_ptr<data::SnapshotSeries> snapshots_;
  std::vector<double> last_values_;
};

}  // namespace tessera::run
