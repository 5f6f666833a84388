// How particles change under a trained model: what propagation integrates.
#pragma once

#include "learn/action/model.hpp"

namespace tessera::learn::action {

/// State of a particle, a row: position, log weight, log density (those that are not followed stay as they are), and
/// what the network is told of it.
struct StateLayout {
  std::int64_t dimensions = 1, conditions = 0;
  std::int64_t log_weight() const { return dimensions; }
  std::int64_t log_density() const { return dimensions + 1; }
  std::int64_t condition() const { return dimensions + 2; }
  std::int64_t width() const { return condition() + conditions; }
};

/// In the data's units: dx/dt = v, d log w/dt = lambda s, d log q/dt = -div v.
class Rates {
 public:
  /// The model must outlive it. Throws Error (input) for a density that is to be followed where that is impossible.
  Rates(const TrainedModel& model, bool with_density, Precision precision);

  StateLayout layout() const { return {model_.network.shape().dimensions, model_.network.shape().conditions}; }
  /// Local. Rows [0, count) of `state` at a time; sets those of `rate`.
  void evaluate(double time, const data::RowArray<double>& state, std::int64_t count,
                const data::RowArray<double>& rate);

 private:
  void reserve(std::int64_t rows);

  const TrainedModel& model_;
  Dynamics dynamics_;
  Field field_;
  data::RowArray<double> in_, out_;
};

}  // namespace tessera::learn::action
