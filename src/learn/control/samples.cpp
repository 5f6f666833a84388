#include "learn/control/samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "base/error.hpp"
#include "base/sum.hpp"

namespace tessera::learn::control {

namespace {

struct Targets {
  std::vector<double> advantages, returns;
};

/// Rows [0, count) of a column, without the room behind them.
ActorCritic::Rows rows_of(const data::Table& table, const char* name) {
  const auto column = table.get<double>(name);
  return ActorCritic::Rows(column.data(), static_cast<std::size_t>(table.num_rows()), column.extent(1));
}

Targets look_back(const Rollout& rollout, ActorCritic& networks, const PpoParams& params) {
  const auto values = networks.judge(rows_of(rollout.steps, "observation"));
  const auto last_values = networks.judge(rows_of(rollout.episodes, "observation"));
  const auto rewards = data::host_copy(rollout.steps.get<double>("reward"), 0, rollout.steps.num_rows());
  const auto lengths = data::host_copy(rollout.episodes.get<std::int64_t>("length"), 0, rollout.episodes.num_rows());
  const auto endings = data::host_copy(rollout.episodes.get<std::int64_t>("ending"), 0, rollout.episodes.num_rows());
  const bool bootstraps = params.refinements && params.refinements->bootstrap;
  const double decay = params.discount * (params.refinements ? params.refinements->trace_decay : 1.0);
  Targets targets{std::vector<double>(values.size()), std::vector<double>(values.size())};
  std::size_t end = 0;
  for (std::size_t episode = 0; episode < lengths.size(); ++episode) {
    const std::size_t begin = end;
    end += static_cast<std::size_t>(lengths[episode]);
    const bool goes_on = endings[episode] != static_cast<std::int64_t>(sim::Ending::out_of_bounds);
    double next = bootstraps && goes_on ? last_values[episode] : 0.0, advantage = 0.0;
    for (std::size_t row = end; row-- > begin;) {
      advantage = rewards[row] + params.discount * next - values[row] + decay * advantage;
      targets.advantages[row] = advantage;
      targets.returns[row] = advantage + values[row];
      next = values[row];
    }
  }
  return targets;
}

/// Collective.
double sum_of(const Comm& comm, const std::vector<double>& terms) {
  ExactSum sum;
  for (const double term : terms) sum.add(term);
  all_reduce(comm, &sum, 1);
  return sum.value();
}

/// Collective.
void normalise(const Comm& comm, std::vector<double>& values, double count) {
  const double mean = sum_of(comm, values) / count;
  std::vector<double> squares;
  for (auto& value : values) {
    value -= mean;
    squares.push_back(value * value);
  }
  const double deviation = std::sqrt(sum_of(comm, squares) / std::max(1.0, count - 1.0)) + 1e-8;
  for (auto& value : values) value /= deviation;
}

/// Collective. Rewards of the steps, and how many steps each episode has.
EpisodeRewards summarise(const Comm& comm, const std::vector<double>& rewards,
                         const std::vector<std::int64_t>& lengths) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> totals;
  double least = infinity, most = -infinity;
  auto step = rewards.begin();
  for (const auto length : lengths) {
    totals.push_back(std::accumulate(step, step + length, 0.0));
    step += length;
    least = std::min(least, totals.back());
    most = std::max(most, totals.back());
  }
  const auto count = static_cast<double>(comm.all_reduce(static_cast<std::int64_t>(totals.size()), Op::sum));
  EpisodeRewards result;
  result.mean = sum_of(comm, totals) / count;
  for (auto& total : totals) total = (total - result.mean) * (total - result.mean);
  result.deviation = std::sqrt(sum_of(comm, totals) / std::max(1.0, count - 1.0));
  result.lowest = comm.all_reduce(least, Op::min);
  result.highest = comm.all_reduce(most, Op::max);
  return result;
}

}  // namespace

Samples make_samples(const Rollout& rollout, ActorCritic& networks, const PpoParams& params) {
  const Comm& comm = rollout.steps.comm();
  const auto num_steps = rollout.steps.num_global();
  if (num_steps == 0)
    throw Error::numeric(
        "every episode ended with its first step: there is nothing to learn from; use a shorter sample "
        "time, a smaller covariance of actions, or a wider limit of rewards");
  auto targets = look_back(rollout, networks, params);
  normalise(comm, targets.advantages, static_cast<double>(num_steps));
  networks.note_returns(comm, targets.returns);
  const double mean = networks.shape().normalises_returns ? networks.return_mean() : 0.0;
  const auto here = rollout.steps.num_rows();
  const auto observations = data::host_copy(networks.seen(rows_of(rollout.steps, "observation")), 0, here);
  const auto actions = data::host_copy(rollout.steps.get<double>("action"), 0, here);
  const auto log_probs = data::host_copy(rollout.steps.get<double>("log_prob"), 0, here);
  const auto rewards = data::host_copy(rollout.steps.get<double>("reward"), 0, here);
  const auto layout = SampleLayout::of(networks.shape());
  std::vector<double> all;
  for (std::int64_t row = 0; row < here; ++row) {
    const auto first = observations.begin() + row * layout.sight();
    all.insert(all.end(), first, first + layout.sight());
    all.insert(all.end(), actions.begin() + row * layout.actions, actions.begin() + (row + 1) * layout.actions);
    const auto n = static_cast<std::size_t>(row);
    all.insert(all.end(),
               {log_probs[n], targets.advantages[n], (targets.returns[n] - mean) / networks.return_deviation()});
  }
  const auto lengths = data::host_copy(rollout.episodes.get<std::int64_t>("length"), 0, rollout.episodes.num_rows());
  Samples samples{data::Table(comm), summarise(comm, rewards, lengths)};
  samples.rows.add<double>("sample", static_cast<int>(layout.width()));
  samples.rows.append(here);
  data::set_rows(samples.rows.get<double>("sample"), 0, all);
  return samples;
}

}  // namespace tessera::learn::control
