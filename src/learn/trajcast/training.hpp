// Training of a forecasting network on pairs of configurations (Thiemann et al., arXiv 2503.23794).
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "base/sum.hpp"
#include "diff/optimiser.hpp"
#include "diff/weight_average.hpp"
#include "learn/trajcast/batches.hpp"
#include "learn/trajcast/domain_batch.hpp"
#include "learn/trajcast/model_file.hpp"
#include "learn/trajcast/pair_batch.hpp"
#include "learn/trajcast/plateau.hpp"
#include "learn/trajcast/trainable.hpp"
#include "learn/trajcast/training_params.hpp"

namespace tessera::learn::trajcast {

/// Means over pairs: the loss, and mean absolute errors of a component in A and A/fs.
struct PairErrors {
  double loss = std::numeric_limits<double>::quiet_NaN();
  double displacement = std::numeric_limits<double>::quiet_NaN();
  double velocity = std::numeric_limits<double>::quiet_NaN();
};

/// Every rank has the network. A batch is cut into groups of configurations, always the same ones, which are shared out
/// over the ranks: what is learned depends on their number no more than matrix products depend on where they run. Or
/// the atoms of each configuration are (Parallel::domains): sums of features then differ in rounding.
class Training {
 public:
  /// Collective. Throws Error (input) where parameters and pairs do not fit.
  Training(const TrainingParams& params, TrainingPairs pairs, std::uint32_t seed);

  const TrainingParams& params() const { return params_; }
  const Hyperparameters& hyperparameters() const { return network_->architecture().parameters; }
  const PairStatistics& statistics() const { return statistics_; }
  const TrainingPairs& pairs() const { return pairs_; }
  std::int64_t num_weights() const { return network_->architecture().num_weights; }

  std::int64_t steps_per_epoch() const { return batches_.size(); }
  std::int64_t num_steps() const { return params_.epochs * steps_per_epoch(); }
  std::int64_t num_steps_done() const { return step_; }
  /// Whole passes through the pairs.
  std::int64_t num_epochs_done() const { return step_ / steps_per_epoch(); }
  bool is_finished() const { return stopped_ || step_ >= num_steps(); }
  double learning_rate() const;
  double gradient_norm() const { return optimiser_->gradient_norm(); }
  double batch_loss() const { return batch_loss_; }  ///< of the last step
  /// At the end of the last epoch.
  const PairErrors& validation() const { return validation_; }
  const PairErrors& best() const { return best_errors_; }
  std::int64_t best_epoch() const { return best_epoch_; }
  const std::vector<HistoryRow>& history() const { return history_; }

  /// Collective. One batch, one step; behind the last batch of an epoch, a look at the validation pairs. Throws Error
  /// (numeric) if the loss or its gradient is not finite.
  void step();

  /// Weights of the least validation loss so far, or present ones before the first epoch's end.
  const std::vector<double>& result() const { return best_.empty() ? weights_ : best_; }
  StoredNetwork to_stored() const;
  /// Of result()'s tables, half-way between knots, relative to the largest weight; 0 without tables.
  double table_error();

  /// Collective.
  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  struct Sums;
  Sums evaluate(const PairSet& pairs, const std::vector<std::int64_t>& numbers, bool learns);
  void add_whole(const PairSet& pairs, const std::vector<std::int64_t>& numbers, bool learns, Sums& sums);
  void add_spread(const PairSet& pairs, const std::vector<std::int64_t>& numbers, bool learns, Sums& sums);
  void add(const PairBatch& batch, const Spread* spread, bool learns, Sums& sums);
  PairErrors to_errors(const Sums& sums) const;
  void finish_epoch();
  void set_weights(const std::vector<double>& weights);

  TrainingParams params_;
  TrainingPairs pairs_;
  PairStatistics statistics_;
  Batches batches_;
  std::vector<double> masses_;  // by type
  std::unique_ptr<Trainable> network_;
  std::vector<double> weights_, best_;
  Array1<double> values_, gradient_;  // the same weights, for the optimiser
  std::vector<ExactSum> gradient_sums_;
  diff::Schedule schedule_;
  std::unique_ptr<diff::Optimiser> optimiser_;
  std::optional<diff::WeightAverage> average_;
  Plateau plateau_;
  std::int64_t step_ = 0, best_epoch_ = 0;
  bool stopped_ = false;
  double batch_loss_ = std::numeric_limits<double>::quiet_NaN();
  double epoch_loss_ = 0.0;  // sum over the steps of this epoch
  PairErrors validation_, best_errors_;
  std::vector<HistoryRow> history_;
};

}  // namespace tessera::learn::trajcast
