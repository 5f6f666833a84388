// Samples of a density at some times, as stages leave them in table.h5: what learners of dynamics see of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/table.hpp"

namespace tessera::learn {

/// Of tables where some rows are held out (column `held_out`, 0 or 1): which ones are read. Tables without that column
/// are all for training.
enum class Part { all, training, held_out };

/// Collective. The rows of a part, in the same order. Throws Error (input) beginning with `where` if there is none.
data::Table take_part(data::Table table, Part part, const std::string& where);

/// Rows stay on the ranks that have read them; those that are wanted travel.
class Snapshots {
 public:
  struct Frame {
    double time = 0.0;
    std::int64_t first = 0, count = 0;  ///< global numbers of its rows
    /// In terms of that of the first frame: the mean weight or, where samples have none, how many there are (particles
    /// that multiply).
    double mass = 1.0;
  };

  /// Collective. Of a table with columns `time`, `position` and, where samples have weights, `log_weight`: rows of one
  /// time behind one another, times rising all along, or falling (of particles that went backward). `where` begins
  /// messages. Throws Error (input) unless all that is so, there are samples, all are finite, and the weights of each
  /// time have a positive sum.
  Snapshots(data::Table table, const std::string& where);
  /// Collective. From a file.
  static Snapshots read(const Comm& comm, const std::string& path, Part part = Part::all);
  /// Collective. Those of a file that are held out; nothing if none are.
  static std::optional<Snapshots> read_held_out(const Comm& comm, const std::string& path);

  int dimensions() const { return static_cast<int>(mean_.size()); }
  /// By rising times.
  const std::vector<Frame>& frames() const { return frames_; }
  bool has_weights() const { return has_weights_; }
  const Comm& comm() const { return table_.comm(); }
  const data::Table& table() const { return table_; }

  /// Of all rows, weights aside.
  const std::vector<double>& mean() const { return mean_; }
  const std::vector<double>& deviation() const { return deviation_; }

  struct Rows {
    std::vector<double> position;  ///< one behind the other
    std::vector<double> weight;    ///< of each: the mean over a frame's rows is its mass
    std::vector<double> mass;      ///< of the frame of each
  };
  /// Collective. Of these global numbers, each rank its own.
  Rows gather(const std::vector<std::int64_t>& rows) const;

 private:
  void check_columns(const std::string& where) const;
  void find_frames(const std::string& where);
  /// Number of the frame that has a row.
  std::size_t frame_of(std::int64_t row) const;
  void weigh(const std::string& where);
  void find_moments();

  data::Table table_;
  bool has_weights_ = false, is_falling_ = false;
  std::vector<Frame> frames_;
  double first_mass_ = 1.0;  // of the first frame: its mean weight or its size
  std::vector<double> mean_, deviation_;
};

}  // namespace tessera::learn
