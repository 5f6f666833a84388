// A linear environment as small as it gets, for controllers to act on.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "sim/environment.hpp"

namespace tessera::test {

struct DenseSetting {
  std::int64_t num_rows = 1;
  sim::Observe observe = sim::Observe::before;
  double action_limit = std::numeric_limits<double>::infinity();
  bool is_quiet = false;  ///< without noise
};

/// Noise in state and measurement is independent, of the variances on the diagonals of `process` and `measurement`; or
/// it is the disturbance, 0 unless given.
class DenseEnvironment final : public sim::Environment {
 public:
  DenseEnvironment(const Comm& comm, const sim::DenseModel& model, const DenseSetting& setting);
  /// One row, whose state is spread over the ranks; without noise.
  static std::unique_ptr<DenseEnvironment> split(const Comm& comm, const sim::DenseModel& model,
                                                 sim::Observe observe = sim::Observe::before);

  std::optional<sim::DenseModel> dense_model() const override { return model_; }
  std::optional<sim::SpectralModel> spectral_model() const override { return spectral_; }
  /// Local. What it tells of itself from now on.
  void describe_as(const sim::SpectralModel& model) { spectral_ = model; }
  /// Collective. One step with this disturbance in all rows; it reaches the measurement too.
  void step_with(const Rows& actions, const std::vector<double>& disturbance);
  /// Collective. All rows in this state.
  void begin_in(const std::vector<double>& state);
  /// Collective. The whole state of a row here.
  std::vector<double> whole(std::int64_t row) const;

 private:
  DenseEnvironment(const Comm& comm, const sim::DenseModel& model, sim::Observe observe, sim::RowRange part);
  void draw_states() override;
  void observe(std::int64_t draw) override;
  void judge(const Rows& actions, const Rows& disturbances) override;
  void advance(const Rows& actions, const Rows& disturbances) override;

  sim::DenseModel model_;
  std::optional<sim::SpectralModel> spectral_;
  bool is_quiet_ = true;
  std::vector<double> disturbance_;
};

}  // namespace tessera::test
