// The rows of one iteration's batch: drawn by number, so that they do not depend on ranks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/table.hpp"
#include "deck/formula_program.hpp"
#include "learn/action/path.hpp"
#include "learn/action/terms.hpp"
#include "learn/action/times.hpp"

namespace tessera::learn::action {

/// w(t) of an objective, a formula of the data's time.
class TimeWeight {
 public:
  /// Throws Error (input) for a formula that is none.
  TimeWeight(const std::string& formula, const DynamicsParams& names, const Scales& scales);

  struct Value {
    double weight, rate;  ///< w and dw/dt' at an own time
  };
  /// Throws Error (numeric) where it is negative or not finite.
  Value at(double own_time) const;

 private:
  std::string text_;
  Scales scales_;
  deck::Program program_;
};

/// Rows in the layout of an objective, in the network's units; blocks of `block` rows in turn on the ranks.
class Batch {
 public:
  Batch(const Comm& comm, std::shared_ptr<const Path> path, const RowLayout& layout, const Scales& scales,
        const Dynamics& dynamics, const TimeWeight& weight, TimeKind times, std::int64_t size, std::int64_t block,
        std::uint32_t seed);

  /// Collective. Draws the rows of this rank's blocks.
  void draw(std::int64_t iteration);
  const data::RowArray<double>& rows() const { return rows_; }
  struct Block {
    std::int64_t first, count;
  };
  const std::vector<Block>& blocks() const { return blocks_; }

  /// Of this rank's rows: times as they were drawn, and what their terms have been divided by.
  const std::vector<double>& times() const { return times_; }
  const std::vector<double>& densities() const { return densities_; }
  TimeDensity& time_density() { return time_density_; }
  const TimeDensity& time_density() const { return time_density_; }

 private:
  void draw_times();
  void set_probes();
  void set_ends();

  Comm comm_;
  std::shared_ptr<const Path> path_;
  RowLayout layout_;
  Scales scales_;
  Dynamics dynamics_;
  TimeWeight weight_;
  TimeKind kind_;
  std::int64_t size_;
  std::uint32_t seed_;
  std::vector<Block> blocks_;
  std::vector<std::int64_t> places_, numbers_;  // of rows, in the batch and of all
  std::vector<double> times_, densities_, numbers_of_rows_;
  TimeDensity time_density_;
  data::RowArray<double> rows_;
};

}  // namespace tessera::learn::action
