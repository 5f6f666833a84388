// Linear systems as environments: a batch of rows, and each step a dense product for all of them, or CableStep.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

#include "sim/environment.hpp"
#include "sim/linear/cable_step.hpp"
#include "sim/linear/panels.hpp"
#include "sim/linear/params.hpp"
#include "sim/linear/system.hpp"

namespace tessera::sim::linear {

/// Of rows (x, w, u) the next x, and c1 x behind it.
using Propagator = std::variant<PanelMatrix, CableStep>;

/// One and the same disturbance w of a sample moves the state and is in the measurement: y = c x + d21 w of the state
/// that it moves. So where a step observes the state that came of it, y has the w of the step to come; only where
/// disturbances are given to step() it has those once more, since those to come are not known yet.
/// A reward is -(x'qx + u'ru + 2 x'su) of the state before the step; d11 w is no part of it. A row whose reward or next
/// state is not finite keeps its state and ends out of bounds.
class LinearEnvironment final : public Environment {
 public:
  LinearEnvironment(const Comm& comm, EnvironmentInfo info, const LinearParams& params, DenseModel model,
                    Propagator step, std::uint32_t seed, RowRange rows, std::int64_t block);

  /// z of the last step, from the state before it: (row, number).
  const Rows& output() const { return output_; }
  /// Of a long cable made when asked for, up to max_states.
  std::optional<DenseModel> dense_model() const override;
  /// Of a long cable.
  std::optional<ModalModel> modal_model() const override;

 protected:
  void draw_states() override;
  void observe(std::int64_t draw) override;
  void judge(const Rows& actions, const Rows& disturbances) override;
  void advance(const Rows& actions, const Rows& disturbances) override;
  Rows draw_disturbances() override;

 private:
  void draw_disturbances(std::int64_t draw);
  /// Fills observation() of the rows that ran when the step began.
  void measure(const Rows& disturbances);

  LinearParams params_;
  DenseModel model_;                        // of a long cable make_outputs alone
  double noise_ = 0.0, start_noise_ = 0.0;  // standard deviations
  Array1<double> mean_start_;
  Propagator step_;
  Rows d11_, d12_, r_, c_, d21_;  // (row, column)
  Rows drawn_, next_, output_;
  Rows given_;                             // disturbances of this step, if they were given
  Kokkos::View<bool*, MemSpace> running_;  // when this step began
};

/// Local. What such an environment is like.
EnvironmentInfo info_of(const SystemInfo& system, const LinearParams& params);

/// Local. `num_rows` systems in blocks of `block`, shared out over the ranks. Errors as linear_system and make_model
/// have them.
std::unique_ptr<LinearEnvironment> make_environment(const Comm& comm, const LinearParams& params, std::uint32_t seed,
                                                    std::int64_t num_rows, std::int64_t block = 1);

}  // namespace tessera::sim::linear
