// The updates of the library controlgym 1.0.0 (in single precision), from its weights, rollouts and minibatches.
#include <algorithm>
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "data/io/h5_input.hpp"
#include "learn/control/ppo_update.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using data::h5::Id;
using data::h5::Input;

namespace {

template <class T>
std::vector<T> read(const Input& file, const std::string& name) {
  const Id set = file.open_dataset(file.id(), name, name);
  const auto extents = data::h5::extents(set);
  std::size_t size = 1;
  for (const auto extent : extents) size *= extent;
  std::vector<T> values(size);
  file.read_block(set, std::vector<hsize_t>(extents.size()), extents, data::h5::memory_type<T>(), values.data(), name);
  return values;
}

/// One run of the library.
struct Recording {
  Input file{test::data_path("controlgym/ppo_update.h5")};
  std::string name;
  PpoParams params;
  std::int64_t observations, actions, updates;  // an iteration

  explicit Recording(const std::string& group) : name(group) {
    const Id id = file.open_group(file.id(), name, name);
    const auto number = [&](const char* key) { return data::h5::read_number<std::int64_t>(id, key, name); };
    const auto real = [&](const char* key) { return data::h5::read_number<double>(id, key, name); };
    params.fidelity = sim::Fidelity::reference;
    params.iterations = number("num_train_iter");
    params.episodes = number("num_episodes_per_iter");
    params.minibatch = number("mini_batch_size");
    params.hidden = number("hidden");
    params.clip = real("clip");
    params.covariance = real("cov_param");
    params.discount = real("discount_factor");
    params.learning_rate = real("lr");
    observations = number("n_observation");
    actions = number("n_action");
    updates = number("updates_per_iteration");
  }

  std::vector<double> weights(const std::string& when, const std::string& slice) const {
    const auto dot = slice.find('.');
    const std::string layer(1, static_cast<char>(slice[dot + 1] + 1)), kind = slice.substr(dot + 3);
    return read<double>(file, name + "/weights_" + when + "/" + slice.substr(0, dot) + "/fc" + layer + "_" + kind);
  }

  Minibatches minibatches(std::int64_t iteration) const {
    const auto all = read<std::int64_t>(file, name + "/minibatch_row_indices");
    Minibatches result;
    for (std::int64_t n = iteration * updates; n < (iteration + 1) * updates; ++n)
      result.emplace_back(all.begin() + n * params.minibatch, all.begin() + (n + 1) * params.minibatch);
    return result;
  }

  /// Collective. The episodes of an iteration, shared by the ranks; `first` becomes the first row of this rank among
  /// all of the recording.
  Rollout rollout(std::int64_t iteration, std::int64_t& first) const {
    const auto rewards = read<double>(file, name + "/rollout/reward");
    auto starts = read<std::int64_t>(file, name + "/rollout/episode_start_row");
    starts.push_back(static_cast<std::int64_t>(rewards.size()));
    const auto share = sim::RowRange::of(test::comm(), params.episodes);
    const std::int64_t episode = iteration * params.episodes + share.first;
    first = starts.at(static_cast<std::size_t>(episode));
    const auto end = starts.at(static_cast<std::size_t>(episode + share.count));
    Rollout result(test::comm(), observations, actions);
    result.steps.append(end - first);
    result.episodes.append(share.count);
    for (const std::string column : {"observation", "action", "log_prob", "reward"}) {
      const auto values = read<double>(file, name + "/rollout/" + column);
      const auto view = result.steps.get<double>(column);
      const auto width = static_cast<std::int64_t>(view.extent(1));
      data::set_rows(view, 0, std::vector<double>(values.begin() + first * width, values.begin() + end * width));
    }
    std::vector<std::int64_t> lengths;
    for (std::int64_t n = episode; n < episode + share.count; ++n)
      lengths.push_back(starts[static_cast<std::size_t>(n) + 1] - starts[static_cast<std::size_t>(n)]);
    data::set_rows(result.episodes.get<std::int64_t>("length"), 0, lengths);
    return result;
  }
};

}  // namespace

TEST_CASE("updates give the weights of the library", "[control]") {
  const Recording recording(GENERATE("psm_small", "burgers_64"));
  ActorCritic networks(
      {.observations = recording.observations, .actions = recording.actions, .hidden = recording.params.hidden});
  for (const auto& slice : networks.parameters().slices())
    networks.parameters().set(slice, recording.weights("initial", slice.name));
  PpoUpdate update(test::comm(), networks, recording.params);
  const auto returns = read<double>(recording.file, recording.name + "/returns");
  for (std::int64_t iteration = 0; iteration < recording.params.iterations; ++iteration) {
    std::int64_t first = 0;
    const auto rollout = recording.rollout(iteration, first);
    const auto samples = make_samples(rollout, networks, recording.params);
    const SampleLayout layout{recording.observations, recording.actions};
    const auto rows = samples.rows.get<double>("sample");
    double worst = 0.0;  // relative, of returns: those of the library are in single precision
    for (std::int64_t row = 0; row < samples.rows.num_rows(); ++row) {
      const double expected = returns[static_cast<std::size_t>(first + row)];
      worst = std::max(worst, std::fabs(rows(row, layout.target()) / expected - 1.0));
    }
    REQUIRE_ALL(worst < 1e-6);
    const auto losses = update.run(samples, recording.minibatches(iteration), recording.params.learning_rate);
    CHECK(losses.updates == recording.updates);
    CHECK_THAT(losses.ratio, WithinAbs(1.0, 0.1));
  }
  for (const auto& slice : networks.parameters().slices()) {
    INFO(recording.name << ": " << slice.name);
    const auto expected = recording.weights("final", slice.name);
    CHECK(largest_difference(networks.parameters().get(slice), expected) < 1.5e-6);
    CHECK(largest_difference(recording.weights("initial", slice.name), expected) > 1e-4);
  }
}
