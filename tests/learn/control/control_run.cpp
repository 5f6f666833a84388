#include "control_run.hpp"

#include <csignal>
#include <memory>

#include "integrator.hpp"
#include "learn/control/ppo_type.hpp"
#include "learn/control/rollout_type.hpp"
#include "sim/environment_family.hpp"

namespace tessera::test {

namespace {

/// Steps of environments until a request to stop; it never comes if that is not positive.
std::int64_t steps_to_stop = 0;

class StoppableIntegrator final : public Integrator {
 public:
  using Integrator::Integrator;
  void advance(const Rows& actions, const Rows& disturbances) override {
    if (--steps_to_stop == 0) raise(SIGUSR1);
    Integrator::advance(actions, disturbances);
  }
};

class IntegratorParams final : public sim::EnvironmentParams {
 public:
  void bind(deck::Binder& b) override { b.value("steps", steps_, {.low = 1}, {"of an episode"}); }
  std::unique_ptr<sim::Environment> make(const Comm& comm, std::uint32_t, std::int64_t rows) const override {
    return std::make_unique<StoppableIntegrator>(comm, rows, steps_);
  }
  sim::EnvironmentInfo info() const override {
    sim::EnvironmentInfo info;
    info.id = "integrator";
    info.num_steps = steps_;
    info.sample_time = 0.5;
    info.num_states = info.num_actions = info.num_observations = 1;
    return info;
  }
  double bytes_per_rank(std::int64_t rows, int) const override { return 8.0 * static_cast<double>(rows); }
  sim::Communication communication(std::int64_t, int) const override { return {.exchanges = {}, .collectives = 0.0}; }
  void set_steps(std::int64_t steps) override { steps_ = steps; }

 private:
  std::int64_t steps_ = 10;
};

/// Two families of the same environments: a deck can give one table too many.
class IntegratorFamily final : public sim::EnvironmentFamily {
 public:
  explicit IntegratorFamily(std::string name) : name_(std::move(name)) {}
  std::string name() const override { return name_; }
  std::string summary() const override { return "an integrator"; }
  std::unique_ptr<sim::EnvironmentParams> make_params() const override { return std::make_unique<IntegratorParams>(); }

 private:
  std::string name_;
};

run::Registry registry_of_integrators() {
  const std::vector<std::shared_ptr<const sim::EnvironmentFamily>> families{
      std::make_shared<IntegratorFamily>("integrator"), std::make_shared<IntegratorFamily>("other")};
  run::Registry registry;
  registry.add(learn::control::make_rollout_type(families));
  registry.add(learn::control::make_dataset_type(families));
  registry.add(learn::control::make_ppo_type(families));
  return registry;
}

}  // namespace

std::string run_control(const std::string& stages, const Comm& comm, const std::string& place,
                        std::int64_t stop_after) {
  steps_to_stop = stop_after;
  return run_stages(registry_of_integrators(), stages, comm, place);
}

std::string run_control_alone(const std::string& stages, const std::string& place) {
  return run_stages_alone(registry_of_integrators(), stages, place);
}

}  // namespace tessera::test
