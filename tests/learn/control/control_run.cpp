#include "control_run.hpp"

#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/log.hpp"
#include "base/signals.hpp"
#include "data/io/table_file.hpp"
#include "integrator.hpp"
#include "learn/control/ppo_type.hpp"
#include "learn/control/rollout_type.hpp"
#include "run/run.hpp"
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
  run::RunOptions options;
  const std::string folder = place.empty() ? scratch_folder() : std::filesystem::path(place).parent_path().string();
  options.deck = folder + "/deck.toml";
  options.out = folder + "/run";
  options.resume = std::filesystem::exists(options.out);
  if (comm.is_root()) std::ofstream(options.deck) << "seed = 5\ncheckpoint.minutes = 0\n" << stages;
  comm.barrier();
  const auto registry = registry_of_integrators();
  clear_signal();
  log::start(comm.rank(), log::Level::error);
  steps_to_stop = stop_after;
  try {
    run::run_deck(comm, registry, options);
  } catch (const Error&) {
    comm.barrier();
    throw;
  }
  comm.barrier();
  return options.out;
}

std::string run_control_alone(const std::string& stages, const std::string& place) {
  const Comm& all = comm();
  const std::string folder = place.empty() ? scratch_folder() + "/run" : place;
  const Comm group = all.split(all.is_root() ? 0 : 1);
  if (all.is_root()) run_control(stages, group, folder);
  all.barrier();
  return folder;
}

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

double result_of(const std::string& folder, const std::string& label) {
  const std::string text = content_of(folder + "/summary.json");
  const auto place = text.find("\"" + label + "\"");
  const auto value = text.find("\"value\":", place);
  return place == std::string::npos ? std::nan("") : std::stod(text.substr(value + 8));
}

std::string table_text(const std::string& path) {
  const auto table = data::read_table(comm(), path);
  std::ostringstream text;
  text.precision(17);
  for (const auto& column : table.columns()) {
    text << column.name << ":";
    std::visit(
        [&](const auto& view) {
          using T = typename std::decay_t<decltype(view)>::non_const_value_type;
          for (const auto value : whole_column<T>(table, column.name)) text << " " << value;
        },
        column.data);
    text << "\n";
  }
  return text.str();
}

}  // namespace tessera::test
