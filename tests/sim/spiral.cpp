#include "spiral.hpp"

#include <optional>

#include "sim/excitation.hpp"

namespace tessera::test {

namespace {

sim::EnvironmentInfo info_of(const SpiralParams& params) {
  sim::EnvironmentInfo info;
  info.id = "spiral";
  info.num_steps = params.steps;
  info.sample_time = 0.5;
  info.num_states = info.num_actions = info.num_observations = 2;
  info.reward_limit = params.reward_limit;
  info.action_limit = params.action_limit;
  info.clips_actions = params.action_limit < std::numeric_limits<double>::infinity();
  return info;
}

/// A field that shows the time, so that snapshots have something to show.
data::Mesh plot_mesh(const Comm& comm) { return {comm, data::Box::orthogonal({0.0, 0.0, 0.0}, {1.0, 1.0, 1.0}), {16}}; }

std::unique_ptr<sim::Controller> make_controller(const std::string& name, std::uint32_t seed) {
  if (name == "waves") return std::make_unique<sim::WaveController>(sim::WaveParams{0.5});
  if (name == "sinusoids") return std::make_unique<sim::SinusoidController>(sim::SinusoidParams{}, seed);
  return std::make_unique<sim::ZeroController>();
}

struct StageParams final : sim::StageType::Params {
  SpiralParams spiral;
  sim::EpisodeParams episodes;
  std::vector<std::string> sources{"zero"};
  bool is_spread = false;
  std::optional<double> blow_up, reward_limit, action_limit;

  void bind(deck::Binder& b) override {
    b.value("steps", spiral.steps, {.low = 1}, {"of an episode"});
    b.value("growth", spiral.growth, deck::positive, {"of a step"});
    b.value("noise", spiral.noise, deck::non_negative, {"of a step"});
    b.value("blow_up", blow_up, deck::positive, {"beyond that the next state is not finite"});
    b.value("reward_limit", reward_limit, deck::positive, {"of a step"});
    b.value("action_limit", action_limit, deck::positive, {"that actions are clipped to"});
    b.value("spread", is_spread, {"a rod instead, spread over the ranks"});
    b.list("sources", sources, 0, {"zero, waves or sinusoids"});
    sim::bind(b, episodes);
  }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    SpiralParams system = spiral;
    system.blow_up = blow_up.value_or(system.blow_up);
    system.reward_limit = reward_limit.value_or(system.reward_limit);
    system.action_limit = action_limit.value_or(system.action_limit);
    sim::EnvironmentSetup setup;
    setup.make_environment = [system, spread = is_spread](const Comm& comm, std::uint32_t seed,
                                                          std::int64_t rows) -> std::unique_ptr<sim::Environment> {
      if (spread) return std::make_unique<Rod>(comm, seed, system.steps, system.growth);
      return std::make_unique<Spiral>(comm, seed, rows, system);
    };
    for (const auto& name : sources)
      setup.sources.push_back(
          {name, [name, seed = context.seed](const sim::Environment&) { return make_controller(name, seed); }});
    return std::make_unique<sim::EnvironmentStage>(context, episodes, std::move(setup));
  }
  sim::Estimate estimate(const Comm&, int ranks) const override {
    return {episodes.rows(), "environment", sim::episode_bytes(info_of(spiral), episodes, ranks), {}};
  }
  std::int64_t num_steps() const override { return spiral.steps * episodes.num_batches(); }
  double dt() const override { return info_of(spiral).sample_time; }
};

run::Registry registry_of_spirals() {
  run::Registry registry;
  registry.add(std::make_unique<SpiralType>());
  return registry;
}

std::string stage_of(const std::string& keys) {
  return "[[stage]]\nname = \"s\"\ntype = \"spiral\"\noutput.series = 1\n" + keys;
}

}  // namespace

Spiral::Spiral(const Comm& comm, std::uint32_t seed, std::int64_t rows, const SpiralParams& params)
    : Environment(comm, info_of(params), seed, sim::RowRange::of(comm, rows), 1),
      params_(params),
      plot_(plot_mesh(comm), "time", 1, 0) {}

std::vector<const data::Field*> Spiral::fields() {
  Kokkos::deep_copy(plot_.values(), time());
  return {&plot_};
}

void Spiral::draw_states() {
  for (std::int64_t row = 0; row < rows().count; ++row) {
    state()(row, 0) = 1.0 + static_cast<double>(start_of(row)) / 8.0;
    state()(row, 1) = 0.0;
  }
}

void Spiral::observe(std::int64_t draw) {
  for (std::int64_t row = 0; row < rows().count; ++row) {
    observation()(row, 0) = state()(row, 0);
    observation()(row, 1) = static_cast<double>(draw);
  }
}

void Spiral::judge(const Rows& actions, const Rows&) {
  for (std::int64_t row = 0; row < rows().count; ++row)
    if (ending()(row) == 0) reward()(row) = state()(row, 0) - 3.0 * actions(row, 0);
}

void Spiral::advance(const Rows& actions, const Rows&) {
  const double c = params_.growth * std::cos(params_.angle), s = params_.growth * std::sin(params_.angle);
  const Random random(seed(), RandomPurpose::test);
  in_each_step()(num_steps_done() + 1);
  for (std::int64_t row = 0; row < rows().count; ++row) {
    if (ending()(row) != 0) continue;
    const double x = state()(row, 0), y = state()(row, 1);
    if (std::fabs(x) > params_.blow_up) {
      ending()(row) = static_cast<std::int64_t>(sim::Ending::out_of_bounds);
      continue;
    }
    const auto normal = random.normal(episode(row), static_cast<std::uint64_t>(num_steps_done()));
    state()(row, 0) = c * x - s * y + actions(row, 0) + params_.noise * normal.first;
    state()(row, 1) = s * x + c * y + 2.0 * actions(row, 1) + params_.noise * normal.second;
  }
}

std::unique_ptr<sim::StageType::Params> SpiralType::make_params() const { return std::make_unique<StageParams>(); }

std::string run_spiral(const std::string& keys, const Comm& comm, const std::string& place) {
  return run_stages(registry_of_spirals(), stage_of(keys), comm, place);
}

std::string run_spiral_alone(const std::string& keys, const std::string& place) {
  return run_stages_alone(registry_of_spirals(), stage_of(keys), place);
}

}  // namespace tessera::test
