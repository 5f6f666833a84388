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
  /// Collective. Reads a part of a table.h5; `who` names it in errors. Throws Error (input) as learn::Snapshots.
  Snapshots(const Comm& comm, const std::string& path, const std::string& who, Part part = Part::all);

  const Comm& comm() const { return samples_.comm(); }
  const std::string& who() const { return who_; }
  int dimension() const { return samples_.dimensions(); }
  bool has_weights() const { return samples_.has_weights(); }
  int count() const { return static_cast<int>(samples_.frames().size()); }
  double time(int snapshot) const { return frame(snapshot).time; }
  std::int64_t num_rows(int snapshot) const { return frame(snapshot).count; }
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
  const learn::Snapshots::Frame& frame(int snapshot) const {
    return samples_.frames()[static_cast<std::size_t>(snapshot)];
  }
  data::RowArray<double> column(const char* name) const { return samples_.table().get<double>(name); }
  /// Of rows of the table that are here.
  std::pair<std::int64_t, std::int64_t> rows_here(int snapshot) const;
  std::vector<std::int64_t> rows_of(int snapshot, const std::vector<std::int64_t>& numbers) const;
  std::vector<double> weights_of(const std::vector<std::int64_t>& rows) const;

  std::string who_;
  learn::Snapshots samples_;
};

}  // namespace tessera::learn::comparison
