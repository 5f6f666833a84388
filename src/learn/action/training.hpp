// Learning an action, or a field that it is compared with, from the samples of a path.
#pragma once

#include <cstdint>
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
  bool has_path = true;  ///< samples come from snapshots, and `path` says how
};
/// `method` and `has_path` stay what they are: they come from elsewhere.
void bind(deck::Binder& binder, TrainingParams& params);

/// Means over a batch, in the data's units.
struct TrainingProgress {
  double loss = 0.0, interior = 0.0, start = 0.0, end = 0.0;
  double cost = 0.0;  ///< mean of w c(v): "the kinetic energy"
  double gradient_norm = 0.0, learning_rate = 0.0;
};

/// Every rank has the network; rows of a batch are shared out in blocks, so that the result is the same, bit for bit,
/// on any number of ranks.
class Training {
 public:
  /// Collective. Throws Error (input) where the parameters do not fit the path.
  Training(const Comm& comm, const TrainingParams& params, std::shared_ptr<const Path> path, std::uint32_t seed);

  const TrainingParams& params() const { return params_; }
  const Scales& scales() const { return scales_; }
  const Network& network() const { return network_; }
  const Dynamics& dynamics() const { return dynamics_; }
  const TimeWeight& weight() const { return weight_; }
  const Path& path() const { return *path_; }
  std::int64_t num_iterations_done() const { return iteration_; }
  /// Those that are the result: the running mean, if there is one.
  const Array1<double>& values() const { return average_ ? average_->mean() : network_.parameters().values(); }

  /// Of the matrix products of one iteration, on all ranks together.
  double product_flops() const;

  /// Collective. One batch, one step. Throws Error (numeric) if the loss or its gradient is not finite.
  TrainingProgress iterate();

  /// Collective.
  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  RowLayout make_layout() const;
  template <class Real>
  void sum(diff::BasicObjective<Real>& objective);

  Comm comm_;
  TrainingParams params_;
  std::shared_ptr<const Path> path_;
  Scales scales_;
  Dynamics dynamics_;
  TimeWeight weight_;
  Network network_;
  RowLayout layout_;
  Batch batch_;
  diff::Graph graph_;
  diff::Node row_;
  std::variant<std::monostate, diff::BasicObjective<double>, diff::BasicObjective<float>> objective_;
  diff::Schedule schedule_;
  std::unique_ptr<diff::Optimiser> optimiser_;
  std::optional<diff::WeightAverage> average_;
  std::int64_t iteration_ = 0;
  std::vector<double> sums_;       // of the last batch: loss, start, end, interior, cost
  std::vector<double> integrand_;  // of this rank's rows, where times have a learned density
};

}  // namespace tessera::learn::action
