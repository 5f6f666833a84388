// Samples of a distribution at several times: a table whose rows of one time are one snapshot.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "data/table.hpp"
#include "learn/snapshots.hpp"
#include "math/points.hpp"
#include "math/transport.hpp"

namespace tessera::learn::comparison {

class Snapshots {
 public:
  /// Collective. Reads a table.h5; `who` names it in errors. Throws Error (input) if the file is missing or damaged,
  /// the columns time and position are not there, it has no rows, a number is not finite, or times are not in order.
  Snapshots(const Comm& comm, const std::string& path, const std::string& who, Part part = Part::all);

  const Comm& comm() const { return table_.comm(); }
  const std::string& who() const { return who_; }
  int dimension() const { return dimension_; }
  bool has_weights() const { return has_weights_; }
  int count() const { return static_cast<int>(times_.size()); }
  double time(int snapshot) const { return times_[static_cast<std::size_t>(snapshot)]; }
  std::int64_t num_rows(int snapshot) const { return begin(snapshot + 1) - begin(snapshot); }
  /// Local. Number of the snapshot whose time is nearest; Error (input) naming both times if it is farther away.
  int nearest(double time, double tolerance) const;

  /// Collective. Rows of these numbers within a snapshot, each rank its own, in whole blocks (math::Points).
  math::Points points(int snapshot, const std::vector<std::int64_t>& numbers) const;
  /// Collective. The same for a rank that holds them all; nothing on ranks that want none.
  math::Cloud cloud(int snapshot, const std::vector<std::int64_t>& numbers) const;
  /// Collective. Mean weight of a snapshot; 1 without weights.
  double mass(int snapshot) const;
  /// Collective. Least and largest value of a coordinate at all times.
  std::pair<double, double> range(int coordinate) const;
  /// Collective. Density of a coordinate in `bins` equal parts of [low, high): the weight there over that of the whole
  /// snapshot and the width of a part.
  std::vector<double> histogram(int snapshot, int coordinate, double low, double high, int bins) const;

 private:
  std::int64_t begin(int snapshot) const { return begin_[static_cast<std::size_t>(snapshot)]; }
  void check_columns() const;
  void check_rows() const;
  void find_snapshots();
  /// Of rows of the table that are here.
  std::pair<std::int64_t, std::int64_t> rows_here(int snapshot) const;
  std::vector<std::int64_t> rows_of(int snapshot, const std::vector<std::int64_t>& numbers) const;
  std::vector<double> weights_of(const std::vector<std::int64_t>& rows) const;

  data::Table table_;
  std::string who_;
  int dimension_ = 0;
  bool has_weights_ = false;
  std::vector<double> times_;
  std::vector<std::int64_t> begin_;  // first row of each snapshot, and the end
};

}  // namespace tessera::learn::comparison
