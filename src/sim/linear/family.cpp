#include "sim/linear/family.hpp"

#include <cmath>

#include "sim/linear/linear_environment.hpp"
#include "sim/linear/system.hpp"

namespace tessera::sim::linear {

namespace {

EnvironmentInfo info_of(const LinearParams& params) {
  return info_of(linear_system(params.id, params.elements), params);
}

/// Rows (a state, the next one, observation, disturbance, output, action), and the matrices: as given and as stepped.
double held_bytes(const LinearParams& params, std::int64_t rows, int ranks) {
  const auto info = info_of(params);
  const auto states = static_cast<double>(info.num_states);
  const auto others = static_cast<double>(info.num_observations + 2 * info.num_disturbances + 2 * info.num_actions);
  return 8.0 * std::ceil(static_cast<double>(rows) / ranks) * (2.0 * states + others) + 8.0 * 4.0 * states * states;
}

class LinearEnvironmentParams final : public EnvironmentParams {
 public:
  void bind(deck::Binder& b) override { linear::bind(b, params_); }
  std::unique_ptr<Environment> make(const Comm& comm, std::uint32_t seed, std::int64_t rows) const override {
    return make_environment(comm, params_, seed, rows);
  }
  EnvironmentInfo info() const override { return info_of(params_); }
  double bytes_per_rank(std::int64_t rows, int ranks) const override { return held_bytes(params_, rows, ranks); }
  void set_steps(std::int64_t steps) override { params_.steps = steps; }

 private:
  LinearParams params_;
};

class LinearFamily final : public EnvironmentFamily {
 public:
  std::string name() const override { return "linear"; }
  std::string summary() const override {
    return "linear systems of control engineering: 36 models and a cable of any size";
  }
  std::unique_ptr<EnvironmentParams> make_params() const override {
    return std::make_unique<LinearEnvironmentParams>();
  }
};

}  // namespace

std::shared_ptr<const EnvironmentFamily> make_family() { return std::make_shared<const LinearFamily>(); }

}  // namespace tessera::sim::linear
