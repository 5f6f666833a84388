// How well draws of a posterior predict rows: of the data that they were made of, or of others.
#pragma once

#include <cstdint>
#include <vector>

#include "base/comm.hpp"
#include "data/io/state.hpp"
#include "learn/fsgld/model.hpp"

namespace tessera::learn::fsgld {

/// Running means over draws, for rows that stay on their ranks. The same on any number of ranks.
class Predictive {
 public:
  /// Of `rows`, of which there are `total` on all ranks.
  Predictive(const Comm& comm, Model& model, const Rows& rows, std::int64_t total);

  /// Collective. Draws theta(n, :), the same on all ranks, in an order that does not depend on these, each of which
  /// counts as much.
  void add(const data::RowArray<double>& theta, double weight = 1.0);

  std::int64_t num_draws() const { return num_draws_; }
  struct Scores {
    double last = 0.0;               ///< mean over rows of log p(row | theta), over the draws added last
    double log_likelihood = 0.0;     ///< the same over all draws
    double predictive = 0.0;         ///< mean over rows of log of the mean over draws of p(row | theta)
    double error = 0.0;              ///< mean squared error of the mean prediction; of classes: share of wrong ones
    double brier = 0.0;              ///< of classes: mean of the sum over classes of (probability - is it)^2
    double calibration_error = 0.0;  ///< of classes: mean of |confidence - share of right ones| over bins of confidence
  };
  /// Collective.
  Scores scores() const;
  /// Rows by the probability that the mean prediction gives to class 1 (of two) or to the class that it favours.
  struct Bin {
    double low, high, rows, mean_probability, frequency;
  };
  /// Collective.
  std::vector<Bin> reliability() const;

  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  static constexpr int num_bins = 10;
  std::vector<double> bin_sums(bool of_confidence) const;

  Comm comm_;
  Model& model_;
  Rows rows_;
  std::int64_t total_, num_draws_ = 0;
  double last_ = 0.0, sum_ = 0.0, weight_ = 0.0;
  Array1<double> each_, log_sum_;  // log p of a draw; log of the sum over draws of p
  data::RowArray<double> prediction_, prediction_sum_;
};

}  // namespace tessera::learn::fsgld
