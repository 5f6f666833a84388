#include "learn/control/rollout.hpp"

#include <fmt/core.h>

#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/region.hpp"

namespace tessera::learn::control {

namespace {

using sim::Ending;
using sim::Environment;
using Rows = Environment::Rows;

/// Moves means of actions to samples; the squared distances.
void sample(const Rows& actions, const Array1<double>& distances, double deviation, const Random& random,
            std::int64_t first_episode, std::int64_t step) {
  const auto width = static_cast<std::int64_t>(actions.extent(1));
  Kokkos::parallel_for(
      "learn/sample_actions", Range(0, static_cast<std::int64_t>(actions.extent(0))), KOKKOS_LAMBDA(std::int64_t row) {
        double sum = 0.0;
        for (std::int64_t n = 0; n < width; ++n) {
          const auto pair = random.normal(static_cast<std::uint64_t>(first_episode + row),
                                          static_cast<std::uint64_t>(step), static_cast<std::uint32_t>(n / 2));
          const double moved = deviation * (n % 2 == 0 ? pair.first : pair.second);
          actions(row, n) += moved;
          sum += moved * moved;
        }
        distances(row) = sum;
      });
}

template <class T, class View>
std::vector<T> on_host(const View& view) {
  std::vector<T> values(view.extent(0));
  Kokkos::deep_copy(Kokkos::View<T*, Kokkos::HostSpace>(values.data(), values.size()), view);
  return values;
}

/// What is kept of one episode.
struct Episode {
  std::vector<double> observations, actions, log_probs, rewards, last_observation;
  Ending ending = Ending::none;
};

void append(std::vector<double>& target, const std::vector<double>& rows, std::size_t row, std::size_t width) {
  const auto first = rows.begin() + static_cast<std::ptrdiff_t>(row * width);
  target.insert(target.end(), first, first + static_cast<std::ptrdiff_t>(width));
}

/// One episode in each row of an environment.
class Round {
 public:
  Round(Environment& environment, ActorCritic& networks, const PpoParams& params, std::uint32_t seed)
      : environment_(environment),
        networks_(networks),
        params_(params),
        random_(seed, RandomPurpose::ppo_action),
        actions_("learn/actions", environment.state().extent(0),
                 static_cast<std::size_t>(environment.info().num_actions)),
        distances_("learn/distances", environment.state().extent(0)) {}

  /// Collective. One episode a row of this rank.
  std::vector<Episode> run(std::int64_t first_episode) {
    environment_.reset({.first = first_episode});
    std::vector<Episode> episodes(actions_.extent(0));
    for (std::int64_t step = 0; step < params_.episode_length && environment_.num_running() > 0; ++step) {
      const auto before = sight();
      networks_.act(environment_.observation(), actions_);
      sample(actions_, distances_, std::sqrt(params_.covariance), random_, first_episode + environment_.rows().first,
             step);
      environment_.step(actions_);
      keep(episodes, before);
    }
    return episodes;
  }

 private:
  /// What the critic sees, row by row.
  std::vector<double> sight() const {
    const auto rows = static_cast<std::int64_t>(actions_.extent(0));
    auto observations = data::host_copy(environment_.observation(), 0, rows);
    if (networks_.shape().states == 0) return observations;
    const auto states = data::host_copy(environment_.state(), 0, rows);
    std::vector<double> all;
    for (std::size_t row = 0; row < actions_.extent(0); ++row) {
      append(all, observations, row, environment_.observation().extent(1));
      append(all, states, row, environment_.state().extent(1));
    }
    return all;
  }

  void keep(std::vector<Episode>& episodes, const std::vector<double>& before) const {
    const auto actions = data::host_copy(actions_, 0, static_cast<std::int64_t>(episodes.size()));
    const auto distances = on_host<double>(distances_), rewards = on_host<double>(environment_.reward());
    const auto endings = on_host<std::int64_t>(environment_.ending());
    const auto after = sight();
    const auto width = static_cast<std::size_t>(networks_.shape().sight());
    for (std::size_t row = 0; row < episodes.size(); ++row) {
      Episode& episode = episodes[row];
      if (episode.ending != Ending::none) continue;
      episode.ending = static_cast<Ending>(endings[row]);
      episode.last_observation.clear();
      append(episode.last_observation, after, row, width);
      const bool ends = episode.ending != Ending::none;
      if (ends && (params_.fidelity == sim::Fidelity::reference || !std::isfinite(rewards[row]))) continue;
      append(episode.observations, before, row, width);
      append(episode.actions, actions, row, actions_.extent(1));
      episode.log_probs.push_back(
          log_density(distances[row], static_cast<std::int64_t>(actions_.extent(1)), params_.covariance));
      episode.rewards.push_back(rewards[row]);
    }
  }

  Environment& environment_;
  ActorCritic& networks_;
  const PpoParams& params_;
  Random random_;
  Rows actions_;
  Array1<double> distances_;
};

template <class T, class Values>
void set_column(data::Table& table, const char* name, const std::vector<Episode>& episodes, const Values& values) {
  std::vector<T> all;
  for (const auto& episode : episodes) values(episode, all);
  data::set_rows(table.get<T>(name), 0, all);
}

/// Collective.
void to_tables(Rollout& rollout, const std::vector<Episode>& episodes) {
  std::int64_t num_steps = 0;
  for (const auto& episode : episodes) num_steps += static_cast<std::int64_t>(episode.rewards.size());
  rollout.steps.append(num_steps);
  rollout.episodes.append(static_cast<std::int64_t>(episodes.size()));
  const auto member = [](std::vector<double> Episode::*part) {
    return [part](const Episode& episode, std::vector<double>& all) {
      all.insert(all.end(), (episode.*part).begin(), (episode.*part).end());
    };
  };
  set_column<double>(rollout.steps, "observation", episodes, member(&Episode::observations));
  set_column<double>(rollout.steps, "action", episodes, member(&Episode::actions));
  set_column<double>(rollout.steps, "log_prob", episodes, member(&Episode::log_probs));
  set_column<double>(rollout.steps, "reward", episodes, member(&Episode::rewards));
  set_column<double>(rollout.episodes, "observation", episodes, member(&Episode::last_observation));
  set_column<std::int64_t>(rollout.episodes, "length", episodes, [](const auto& episode, auto& all) {
    all.push_back(static_cast<std::int64_t>(episode.rewards.size()));
  });
  set_column<std::int64_t>(rollout.episodes, "ending", episodes, [](const auto& episode, auto& all) {
    all.push_back(static_cast<std::int64_t>(episode.ending));
  });
}

}  // namespace

Rollout::Rollout(const Comm& comm, std::int64_t sight, std::int64_t num_actions) : steps(comm), episodes(comm) {
  steps.add<double>("observation", static_cast<int>(sight));
  steps.add<double>("action", static_cast<int>(num_actions));
  steps.add<double>("log_prob");
  steps.add<double>("reward");
  episodes.add<double>("observation", static_cast<int>(sight));
  episodes.add<std::int64_t>("length");
  episodes.add<std::int64_t>("ending");
}

double log_density(double squared_distance, std::int64_t num_actions, double covariance) {
  constexpr double two_pi = 6.283185307179586476925;
  return -squared_distance / (2.0 * covariance) -
         0.5 * static_cast<double>(num_actions) * std::log(two_pi * covariance);
}

void check_episodes(const Environment& environment, const PpoParams& params) {
  const std::int64_t rows = environment.rows().global;
  if (params.episodes % rows != 0)
    throw Error::input(
        fmt::format("{} episodes an iteration, of an environment that runs {} at a time; expected a "
                    "multiple of that",
                    params.episodes, rows));
}

Rollout roll_out(Environment& environment, ActorCritic& networks, const PpoParams& params, std::uint32_t seed,
                 std::int64_t first_episode) {
  const Region region("learn/roll_out");
  check_episodes(environment, params);
  const std::int64_t rows = environment.rows().global;
  Round round(environment, networks, params, seed);
  const auto num_rounds = static_cast<std::size_t>(params.episodes / rows);
  const auto rows_here = environment.state().extent(0);
  std::vector<Episode> episodes(rows_here * num_rounds);
  for (std::size_t n = 0; n < num_rounds; ++n) {
    auto found = round.run(first_episode + static_cast<std::int64_t>(n) * rows);
    for (std::size_t row = 0; row < rows_here; ++row) episodes[row * num_rounds + n] = std::move(found[row]);
  }
  if (environment.is_split() && !environment.comm().is_root()) episodes.clear();  // all ranks have the same ones
  Rollout rollout(environment.comm(), networks.shape().sight(), environment.info().num_actions);
  to_tables(rollout, episodes);
  return rollout;
}

}  // namespace tessera::learn::control
