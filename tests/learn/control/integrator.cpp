#include "integrator.hpp"

namespace tessera::test {

namespace {

constexpr double gain = 0.5, weight = 0.1;

sim::EnvironmentInfo info_of(std::int64_t num_steps, double reward_limit) {
  sim::EnvironmentInfo info;
  info.id = "integrator";
  info.num_steps = num_steps;
  info.sample_time = 0.5;
  info.num_states = info.num_actions = info.num_observations = 1;
  info.reward_limit = reward_limit;
  info.observe = sim::Observe::after;
  return info;
}

}  // namespace

Integrator::Integrator(const Comm& comm, std::int64_t rows, std::int64_t num_steps, double reward_limit)
    : Environment(comm, info_of(num_steps, reward_limit), 1, sim::RowRange::of(comm, rows), 1) {}

double Integrator::best_cost(std::int64_t steps) {
  double p = 0.0;
  for (std::int64_t n = 0; n < steps; ++n) p = 1.0 + p - gain * p * gain * p / (weight + gain * gain * p);
  return p;
}

void Integrator::draw_states() {
  const Rows x = state();
  const Random random(seed(), RandomPurpose::test);
  const auto first = episode(0), per_start = static_cast<std::uint64_t>(episodes().per_start);
  Kokkos::parallel_for(
      "test/draw", Range(0, rows().count), KOKKOS_LAMBDA(std::int64_t row) {
        x(row, 0) = 2.0 * random.uniform((first + static_cast<std::uint64_t>(row)) / per_start, 0).first - 1.0;
      });
}

void Integrator::observe(std::int64_t) { Kokkos::deep_copy(observation(), state()); }

void Integrator::judge(const Rows& actions, const Rows&) {
  const Rows x = state();
  const auto r = reward();
  const auto end = ending();
  Kokkos::parallel_for(
      "test/judge", Range(0, rows().count), KOKKOS_LAMBDA(std::int64_t row) {
        if (end(row) == 0) r(row) = -(x(row, 0) * x(row, 0) + weight * actions(row, 0) * actions(row, 0));
      });
}

void Integrator::advance(const Rows& actions, const Rows&) {
  const Rows x = state();
  const auto end = ending();
  Kokkos::parallel_for(
      "test/advance", Range(0, rows().count), KOKKOS_LAMBDA(std::int64_t row) {
        if (end(row) == 0) x(row, 0) += gain * actions(row, 0);
      });
}

}  // namespace tessera::test
