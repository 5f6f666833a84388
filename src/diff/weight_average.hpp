// A running mean of what is learned, to be used in its place: it moves less than the last steps do.
#pragma once

#include <cstdint>
#include <string>

#include "base/kokkos.hpp"
#include "data/io/state.hpp"

namespace tessera::diff {

/// After update n = 1, 2... mean = d mean + (1 - d) values, with d = decay, or min(decay, (1 + n)/(10 + n)) where first
/// values are to be forgotten soon. Every rank does the same: nothing is communicated but by save and restore.
class WeightAverage {
 public:
  /// Begins with these values.
  WeightAverage(const Array1<double>& values, double decay, bool forgets_soon = true);

  const Array1<double>& mean() const { return mean_; }
  std::int64_t num_updates() const { return updates_; }
  /// Of the next update.
  double next_decay() const;

  /// Local. Throws Error (internal) for another number of values.
  void update(const Array1<double>& values);

  /// Collective.
  void save(data::StateWriter& writer, const std::string& name) const;
  /// Throws Error (input) for another number of values.
  void restore(data::StateReader& reader, const std::string& name);

 private:
  double decay_;
  bool forgets_soon_;
  std::int64_t updates_ = 0;
  Array1<double> mean_;
};

}  // namespace tessera::diff
