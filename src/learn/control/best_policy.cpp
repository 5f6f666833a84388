#include "learn/control/best_policy.hpp"

#include <fmt/core.h>

#include <cmath>
#include <tuple>

#include "base/error.hpp"
#include "base/region.hpp"
#include "base/sum.hpp"

namespace tessera::learn::control {

namespace {

using sim::Environment;

/// Trainings and rollouts count theirs from zero.
constexpr std::int64_t first_judged_episode = std::int64_t{1} << 40;

template <class View>
std::vector<typename View::non_const_value_type> judged_values(const View& view) {
  std::vector<typename View::non_const_value_type> values(view.extent(0));
  using Host = Kokkos::View<typename View::non_const_value_type*, Kokkos::HostSpace>;
  Kokkos::deep_copy(Host(values.data(), values.size()), view);
  return values;
}

/// Collective. Returns of the rows here; NaN where the episode ended out of bounds.
std::vector<double> judged_returns(Environment& environment, ActorCritic& networks, std::int64_t first_episode) {
  environment.reset({.first = first_episode});
  const Environment::Rows actions("learn/judged_actions", environment.state().extent(0),
                                  static_cast<std::size_t>(environment.info().num_actions));
  std::vector<double> returns(actions.extent(0), 0.0);
  auto before = judged_values(environment.ending());
  while (environment.num_running() > 0) {
    networks.act(environment.observation(), actions);
    environment.step(actions);
    const auto rewards = judged_values(environment.reward());
    const auto endings = judged_values(environment.ending());
    for (std::size_t row = 0; row < returns.size(); ++row) {
      if (before[row] != sim::no_ending) continue;
      returns[row] += rewards[row];
      if (endings[row] == static_cast<std::int64_t>(sim::Ending::out_of_bounds)) returns[row] = std::nan("");
    }
    before = endings;
  }
  return returns;
}

}  // namespace

void bind(deck::Binder& b, BestPolicyParams& p) {
  b.value("every", p.every, {.low = 1}, {"iterations between judgements; the last one is always judged"});
  b.value("episodes", p.episodes, {.low = 1}, {"of a judgement: whole ones, the same for all policies"});
}

bool Judgement::is_better_than(const Judgement& other) const {
  if (other.iteration == 0) return true;
  return std::tuple(-failures, mean_return) > std::tuple(-other.failures, other.mean_return);
}

BestPolicy::BestPolicy(Environment& environment, const BestPolicyParams& params)
    : environment_(environment), params_(params) {
  const std::int64_t rows = environment.rows().global;
  if (params.episodes % rows != 0)
    throw Error::input(
        fmt::format("policies judged by {} episodes, of an environment that runs {} at a time; expected "
                    "a multiple of that",
                    params.episodes, rows));
}

Judgement BestPolicy::judge(ActorCritic& networks, std::int64_t iteration) {
  const Region region("learn/judge");
  const std::int64_t rows = environment_.rows().global;
  const bool counts = !environment_.is_split() || environment_.comm().is_root();  // all ranks have the same ones
  ExactSum sums[2];                                                               // of returns, of failures
  for (std::int64_t first = 0; first < params_.episodes; first += rows) {
    const auto returns = judged_returns(environment_, networks, first_judged_episode + first);
    if (!counts) continue;
    for (const double value : returns) std::isfinite(value) ? sums[0].add(value) : sums[1].add(1.0);
  }
  all_reduce(environment_.comm(), sums, 2);
  Judgement judgement{.iteration = iteration, .failures = static_cast<std::int64_t>(sums[1].value())};
  const auto finished = static_cast<double>(params_.episodes - judgement.failures);
  judgement.mean_return = finished > 0.0 ? sums[0].value() / finished : 0.0;
  if (judgement.is_better_than(best_)) {
    best_ = judgement;
    networks_ = networks.to_arrays();
  }
  return judgement;
}

void BestPolicy::save(data::StateWriter& writer) const {
  writer.put("best.iteration", best_.iteration);
  writer.put("best.failures", best_.failures);
  writer.put("best.mean_return", best_.mean_return);
  for (const auto& array : networks_) writer.put("best." + array.name, array.values);
}

void BestPolicy::restore(data::StateReader& reader, const ActorCritic& networks) {
  reader.get("best.iteration", best_.iteration);
  reader.get("best.failures", best_.failures);
  reader.get("best.mean_return", best_.mean_return);
  networks_.clear();
  if (best_.iteration == 0) return;
  networks_ = networks.to_arrays();
  for (auto& array : networks_) {
    const auto size = array.values.size();
    reader.get("best." + array.name, array.values);
    if (array.values.size() != size)
      throw Error::input(fmt::format("the policy kept in a checkpoint has {} numbers in '{}'; expected {}",
                                     array.values.size(), array.name, size));
  }
}

}  // namespace tessera::learn::control
