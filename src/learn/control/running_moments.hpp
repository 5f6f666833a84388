// Means and variances of what comes by, a batch at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "data/io/state.hpp"

namespace tessera::learn::control {

/// The same on all ranks, and on any number of them (ExactSum).
class RunningMoments {
 public:
  /// Of so many numbers; until there are any, their means are 0 and variances 1. A new batch weighs at least
  /// `least_weight`, so that with more than 0 what is old is forgotten.
  explicit RunningMoments(std::int64_t width, double least_weight = 0.0)
      : least_weight_(least_weight),
        mean_(static_cast<std::size_t>(width), 0.0),
        variance_(static_cast<std::size_t>(width), 1.0) {}

  const std::vector<double>& mean() const { return mean_; }
  const std::vector<double>& variance() const { return variance_; }
  /// Rows that they come from.
  double count() const { return count_; }
  /// Root of the variance, but no less than 1e-4.
  std::vector<double> deviation() const;
  void set(const std::vector<double>& mean, const std::vector<double>& variance, double count);

  /// Collective. Rows of `width` numbers each; every rank its own.
  void add(const Comm& comm, const std::vector<double>& rows);

  /// Collective.
  void save(data::StateWriter& writer, const std::string& name) const;
  void restore(data::StateReader& reader, const std::string& name);

 private:
  double least_weight_;
  double count_ = 0.0;
  std::vector<double> mean_, variance_;
};

}  // namespace tessera::learn::control
