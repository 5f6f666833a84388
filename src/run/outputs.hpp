// What a stage leaves in its folder: series, snapshots, tables of observables, models.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/growth.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/field_series.hpp"
#include "data/io/snapshot.hpp"
#include "data/io/table_file.hpp"
#include "run/plan.hpp"
#include "run/series.hpp"
#include "sim/stage.hpp"

namespace tessera::run {

class Outputs {
 public:
  /// Collective. Going on from a checkpoint, what was written after it is cut off.
  Outputs(const Comm& comm, const std::string& folder, const OutputParams& params, sim::Stage& stage,
          const std::string& deck, data::Checkpoint* restart);

  bool wants_series(std::int64_t step) const;
  /// Collective. What is due after this step; at the last one everything is.
  void write(std::int64_t step, bool is_last);
  const std::optional<Error>& failure() const { return series_.failure(); }
  /// Collective. What was written is safe on its disk: a checkpoint may count on it.
  void flush() { series_.flush(); }
  /// Collective. What a checkpoint must know to cut files back to what they were when it was written.
  void save(data::StateWriter& writer) const;
  /// Collective.
  void close();
  std::int64_t bytes_written() const;
  /// The last row of the series, by column.
  const std::vector<double>& last_values() const { return last_values_; }

 private:
  void write_snapshot(std::int64_t step, bool is_last);
  void append_rows();

  Comm comm_;
  std::string folder_, deck_;
  OutputParams params_;
  sim::Stage& stage_;
  SeriesFile series_;
  std::unique_ptr<data::SnapshotSeries> snapshots_;
  std::unique_ptr<data::FieldSeries> fields_;
  std::unique_ptr<data::TableFile> table_;
  std::vector<double> last_values_;
  std::int64_t num_snapshots_ = 0;
  Growth reported_;
};

}  // namespace tessera::run
