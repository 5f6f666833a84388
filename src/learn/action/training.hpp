// Learning an action, or a field that it is compared with, from the samples of a path.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "diff/objective.hpp"
#include "diff/weight_average.hpp"
#include "learn/action/batch.hpp"
#include "learn/action/field.hpp"
#include "learn/training_params.hpp"

namespace tessera::learn::action {

/// Which weights are the result: those of the end, or those with the least loss of held-out samples.
enum class Keep { last, best };

struct TrainingParams {
  std::int64_t iterations = 3000;
  std::int64_t batch = 512;
  Method method = Method::action;
  Estimator estimator = Estimator::standard;
  std::optional<std::int64_t> probes;  ///< absent: exact up to 8 dimensions, then 1
  std::string weight = "1";            ///< formula of t
  TimeKind times = TimeKind::quasirandom;
  Precision precision = Precision::double_;
  std::optional<double> length;  ///< unit of the network; absent: the deviation of the samples
  double output_scale = 1.0;     ///< of fields
  DynamicsParams dynamics;
  NetworkParams network;
  OptimiserParams optimiser;
  std::optional<Box> box;
  PathParams path;
  bool has_path = true;               ///< samples come from snapshots, and `path` says how
  std::int64_t held_out_every = 100;  ///< iterations between looks at samples that are held out
  Keep keep = Keep::last;
};
/// `method` and `has_path` stay what they are: they come from elsewhere.
void bind(deck::Binder& binder, TrainingParams& params);

/// Means over a batch, in the data's units.
struct TrainingProgress {
  double loss = 0.0, interior = 0.0, start = 0.0, end = 0.0;
  double cost = 0.0;  ///< mean of w c(v): "the kinetic energy"
  double gradient_norm = 0.0, learning_rate = 0.0;
};

/// The objective over samples that are held out, at equal random numbers each time, in the data's units.
struct HeldOutLoss {
  double last = std::numeric_limits<double>::quiet_NaN();  ///< when it was looked at last
  double least = std::numeric_limits<double>::infinity();
  std::int64_t least_at = 0;  ///< iterations that had been done then
};

/// Every rank has the network; rows of a batch are shared out in blocks, so that the result is the same, bit for bit,
/// on any number of ranks.
class Training {
 public:
  /// Collective. `held_out`: the path of samples that nothing is learned from, or nothing. Throws Error (input) where
  /// the parameters do not fit the path.
  Training(const Comm& comm, const TrainingParams& params, std::shared_ptr<const Path> path, std::uint32_t seed,
           std::shared_ptr<const Path> held_out = nullptr);

  const TrainingParams& params() const { return params_; }
  const Scales& scales() const { return scales_; }
  const Network& network() const { return network_; }
  const Dynamics& dynamics() const { return dynamics_; }
  const TimeWeight& weight() const { return weight_; }
  const Path& path() const { return *path_; }
  std::int64_t num_iterations_done() const { return iteration_; }
  /// Those that are the result: the running mean, if there is one, or the best of them so far.
  const Array1<double>& values() const;
  bool has_held_out() const { return held_out_.has_value(); }
  const HeldOutLoss& held_out_loss() const { return held_out_loss_; }

  /// Of the matrix products of one iteration, on all ranks together.
  double product_flops() const;

  /// Collective. One batch, one step. Throws Error (numeric) if the loss or its gradient is not finite.
  TrainingProgress iterate();

  /// Collective.
  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  RowLayout make_layout() const;
  /// Of the running mean, if there is one.
  const Array1<double>& current() const { return average_ ? average_->mean() : network_.parameters().values(); }
  /// Of an objective: what turns it into the data's.
  double units() const;
  template <class Real>
  void sum(diff::BasicObjective<Real>& objective, const Batch& batch, const Array1<double>& values);
  void sum_any(const Batch& batch, const Array1<double>& values);
  void look_at_held_out();

  Comm comm_;
  TrainingParams params_;
  std::shared_ptr<const Path> path_;
  Scales scales_;
  Dynamics dynamics_;
  TimeWeight weight_;
  Network network_;
  RowLayout layout_;
  Batch batch_;
  std::optional<Batch> held_out_;
  diff::Graph graph_;
  diff::Node row_;
  std::variant<std::monostate, diff::BasicObjective<double>, diff::BasicObjective<float>> objective_;
  diff::Schedule schedule_;
  std::unique_ptr<diff::Optimiser> optimiser_;
  std::optional<diff::WeightAverage> average_;
  std::int64_t iteration_ = 0;
  HeldOutLoss held_out_loss_;
  Array1<double> best_;            // values where the loss of held-out samples was least
  std::vector<double> sums_;       // of the last batch: loss, start, end, interior, cost
  std::vector<double> integrand_;  // of this rank's rows, where times have a learned density
};

}  // namespace tessera::learn::action
