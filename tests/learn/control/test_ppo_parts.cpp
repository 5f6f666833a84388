// What PPO is made of: moments, minibatches, rollouts, advantages.
#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "base/random.hpp"
#include "catch.hpp"
#include "integrator.hpp"
#include "learn/control/minibatches.hpp"
#include "learn/control/samples.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using namespace tessera::test;

namespace {

/// Collective. Episodes of these lengths, all of them on the last rank; observation, reward: 0.1, 0.2... of the row.
Rollout make_rollout(const std::vector<std::int64_t>& lengths, const std::vector<std::int64_t>& endings) {
  Rollout rollout(comm(), 1, 1);
  std::int64_t steps = 0;
  for (const auto length : lengths) steps += length;
  const bool is_here = comm().rank() == comm().size() - 1;
  rollout.steps.append(is_here ? steps : 0);
  rollout.episodes.append(is_here ? static_cast<std::int64_t>(lengths.size()) : 0);
  if (!is_here) return rollout;
  std::vector<double> numbers;
  for (std::int64_t n = 0; n < steps; ++n) numbers.push_back(0.1 * static_cast<double>(n + 1));
  data::set_rows(rollout.steps.get<double>("observation"), 0, numbers);
  data::set_rows(rollout.steps.get<double>("reward"), 0, numbers);
  data::set_rows(rollout.episodes.get<double>("observation"), 0, std::vector<double>(lengths.size(), 2.0));
  data::set_rows(rollout.episodes.get<std::int64_t>("length"), 0, lengths);
  data::set_rows(rollout.episodes.get<std::int64_t>("ending"), 0, endings);
  return rollout;
}

/// A critic that says 3 x for x > 0.
void set_critic(ActorCritic& networks) {
  const auto& parameters = networks.parameters();
  for (const auto& slice : parameters.slices()) {
    std::vector<double> zeros(static_cast<std::size_t>(slice.size()));
    if (slice.name.find("critic") == 0 && slice.name.find("weight") != std::string::npos)
      zeros[0] = slice.name == "critic.2.weight" ? 3.0 : 1.0;
    parameters.set(slice, zeros);
  }
}

/// Collective. A column of the samples, of all ranks.
std::vector<double> column(const Samples& samples, std::int64_t place) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(samples.rows.num_global()));
  for (std::size_t n = 0; n < rows.size(); ++n) rows[n] = static_cast<std::int64_t>(n);
  const auto all = samples.rows.gather<double>("sample", rows);
  std::vector<double> values;
  const auto width = all.size() / rows.size();
  for (std::size_t n = 0; n < rows.size(); ++n) values.push_back(all[n * width + static_cast<std::size_t>(place)]);
  return values;
}

PpoParams params_with(double decay, bool bootstrap) {
  PpoParams params;
  params.discount = 0.5;
  params.refinements = PpoRefinements{
      .trace_decay = decay, .bootstrap = bootstrap, .normalise_observations = false, .normalise_returns = false};
  return params;
}

constexpr SampleLayout layout{1, 1};

}  // namespace

TEST_CASE("moments of batches are those of all of them", "[control]") {
  RunningMoments moments(2);
  CHECK(moments.mean() == std::vector<double>{0.0, 0.0});
  CHECK(moments.variance() == std::vector<double>{1.0, 1.0});
  double sum = 0.0, squares = 0.0, count = 0.0;
  for (std::uint64_t batch = 0; batch < 3; ++batch) {
    std::vector<double> rows;
    for (std::uint64_t n = 0; n < 10 + 20 * batch; ++n) {
      const double x =
          1000.0 + 5.0 * static_cast<double>(batch) + Random(1, RandomPurpose::test).normal(n, batch).first;
      sum += x - 1000.0, squares += (x - 1000.0) * (x - 1000.0), count += 1.0;
      if (static_cast<int>(n) % comm().size() != comm().rank()) continue;
      rows.insert(rows.end(), {x, -2.0 * x});
    }
    moments.add(comm(), rows);
  }
  const double mean = sum / count, variance = squares / count - mean * mean;
  CHECK_THAT(moments.mean()[0], WithinRel(1000.0 + mean, 1e-12));
  CHECK_THAT(moments.mean()[1], WithinRel(-2.0 * (1000.0 + mean), 1e-12));
  CHECK_THAT(moments.variance()[0], WithinRel(variance, 1e-9));
  CHECK_THAT(moments.variance()[1], WithinRel(4.0 * variance, 1e-9));
  RunningMoments forgetful(1, 0.5);
  for (const double x : {0.0, 0.0, 0.0, 8.0})
    forgetful.add(comm(), comm().is_root() ? std::vector<double>(100, x) : std::vector<double>());
  CHECK_THAT(forgetful.mean()[0], WithinAbs(4.0, 1e-12));
}

TEST_CASE("minibatches hold every row once, or are drawn anew each time", "[control]") {
  const auto whole = draw_minibatches(23, 5, false, 1, 0);
  REQUIRE(whole.size() == 5);
  CHECK(whole.back().size() == 3);
  std::set<std::int64_t> rows;
  for (const auto& batch : whole) rows.insert(batch.begin(), batch.end());
  CHECK((rows.size() == 23 && *rows.begin() == 0 && *rows.rbegin() == 22));
  CHECK(draw_minibatches(23, 5, false, 1, 1) != whole);
  CHECK(draw_minibatches(23, 5, false, 2, 0) != whole);
  CHECK(draw_minibatches(23, 5, false, 1, 0) == whole);
  const auto drawn = draw_minibatches(23000, 5, true, 1, 0);
  CHECK(drawn.size() == 4600);
  std::vector<int> counts(23000);
  for (const auto& batch : drawn)
    for (const auto row : batch) ++counts.at(static_cast<std::size_t>(row));
  const auto never = std::count(counts.begin(), counts.end(), 0);
  CHECK_THAT(static_cast<double>(never) / 23000.0, WithinAbs(std::exp(-1.0), 0.02));
  CHECK(draw_minibatches(4, 5, true, 1, 0).empty());
}

TEST_CASE("returns and advantages by hand", "[control]") {
  ActorCritic networks({.observations = 1, .actions = 1, .hidden = 4});
  set_critic(networks);
  // Two episodes: rewards 0.1, 0.2, cut; 0.3, out of bounds. V = 0.3, 0.6; 0.9; after the cut 6.
  const auto rollout = make_rollout({2, 1}, {0, 2});
  const auto targets = [&](double decay, bool bootstrap) {
    return column(make_samples(rollout, networks, params_with(decay, bootstrap)), layout.target());
  };
  const auto close = [](const std::vector<double>& a, const std::vector<double>& b) {
    for (std::size_t n = 0; n < 3; ++n) CHECK_THAT(a[n], WithinAbs(b[n], 1e-14));
  };
  close(targets(1.0, false), {0.1 + 0.5 * 0.2, 0.2, 0.3});
  close(targets(1.0, true), {0.1 + 0.5 * (0.2 + 0.5 * 6.0), 0.2 + 0.5 * 6.0, 0.3});
  close(targets(0.0, true), {0.1 + 0.5 * 0.6, 0.2 + 0.5 * 6.0, 0.3});
  // d = 0.1 + 0.3 - 0.3, 0.2 + 3 - 0.6: the first is d_0 + 0.5 0.4 d_1.
  close(targets(0.4, true), {0.3 + 0.1 + 0.2 * 2.6, 0.6 + 2.6, 0.3});
  const auto samples = make_samples(rollout, networks, params_with(0.4, true));
  CHECK_THAT(samples.rewards.mean, WithinAbs(0.3, 1e-14));
  const double raw[3] = {0.1 + 0.2 * 2.6, 2.6, -0.6};
  const double mean = (raw[0] + raw[1] + raw[2]) / 3.0;
  double squares = 0.0;
  for (const double a : raw) squares += (a - mean) * (a - mean);
  const auto advantages = column(samples, layout.advantage());
  for (std::size_t n = 0; n < 3; ++n)
    CHECK_THAT(advantages[n], WithinAbs((raw[n] - mean) / (std::sqrt(squares / 2.0) + 1e-8), 1e-13));
  CHECK_THROWS_WITH(make_samples(make_rollout({0, 0}, {2, 2}), networks, params_with(0.4, true)),
                    Contains("nothing to learn from"));
}

TEST_CASE("the critic says the same when returns are scaled anew", "[control]") {
  ActorCritic networks({.observations = 1, .actions = 1, .hidden = 4, .normalises_returns = true});
  networks.draw(3);
  const ActorCritic::Rows x("x", 10, 1);
  for (int n = 0; n < 10; ++n) x(n, 0) = 0.3 * n - 1.0;
  const auto before = networks.judge(x);
  networks.note_returns(comm(), comm().is_root() ? std::vector<double>{-100.0, -300.0, 50.0} : std::vector<double>());
  CHECK(networks.return_deviation() > 100.0);
  const auto after = networks.judge(x);
  for (std::size_t n = 0; n < 10; ++n) CHECK_THAT(after[n], WithinAbs(before[n], 1e-12));
}

TEST_CASE("what is done and expected is the same when observations are scaled anew", "[control]") {
  const ActorCriticShape shape{
      .observations = 2, .actions = 1, .hidden = 4, .normalises_observations = true, .states = 1};
  ActorCritic networks(shape);
  networks.draw(3);
  const ActorCritic::Rows sight("sight", 10, 3), observations("observations", 10, 2), before("before", 10, 1),
      after("after", 10, 1);
  for (int n = 0; n < 10; ++n) {
    sight(n, 0) = observations(n, 0) = 0.3 * n - 1.0;
    sight(n, 1) = observations(n, 1) = 0.1 * n * n;
    sight(n, 2) = 1.0 - 0.2 * n;
  }
  networks.act(observations, before);
  const auto judged_before = networks.judge(sight);
  const bool is_root = comm().is_root();
  for (const double scale : {1e3, 1e-1}) {
    networks.note_observations(
        comm(), is_root ? std::vector<double>{-scale, 3.0, 2.0, 5.0 * scale, 7.0, 8.0} : std::vector<double>());
    networks.act(observations, after);
    const auto judged = networks.judge(sight);
    for (std::size_t n = 0; n < 10; ++n) {
      CHECK_THAT(after(n, 0), WithinAbs(before(n, 0), 1e-12));
      CHECK_THAT(judged[n], WithinAbs(judged_before[n], 1e-12));
    }
  }
  CHECK(networks.seen(sight)(0, 0) != sight(0, 0));
  // A file holds all of it.
  const auto read = ActorCritic::from_arrays(networks.to_arrays(), "file");
  CHECK(read->shape() == shape);
  read->act(observations, after);
  for (std::size_t n = 0; n < 10; ++n) CHECK_THAT(after(n, 0), WithinAbs(before(n, 0), 1e-12));
  CHECK(read->judge(sight) == networks.judge(sight));
}

TEST_CASE("observations are seen normalised, within bounds", "[control]") {
  ActorCritic networks({.observations = 1, .actions = 1, .hidden = 4, .normalises_observations = true});
  networks.note_observations(comm(), comm().is_root() ? std::vector<double>{1.0, 3.0} : std::vector<double>());
  const ActorCritic::Rows x("x", 3, 1);
  x(0, 0) = 2.5, x(1, 0) = 1e6, x(2, 0) = -1e6;
  const auto seen = networks.seen(x);
  CHECK_THAT(seen(0, 0), WithinAbs(0.5, 1e-14));
  CHECK(seen(1, 0) == 10.0);
  CHECK(seen(2, 0) == -10.0);
}

TEST_CASE("a rollout keeps what belongs to it", "[control]") {
  PpoParams params;
  params.episodes = 12;
  params.episode_length = 9;
  const bool is_reference = GENERATE(true, false);
  params.fidelity = is_reference ? sim::Fidelity::reference : sim::Fidelity::corrected;
  ActorCritic networks({.observations = 1, .actions = 1, .hidden = 4});
  networks.draw(1);
  Integrator environment(comm(), 6, 7);  // ends before it is cut, and runs twice
  const auto rollout = roll_out(environment, networks, params, 5, 24);
  CHECK(rollout.episodes.num_global() == 12);
  const std::int64_t length = is_reference ? 6 : 7;
  CHECK(rollout.steps.num_global() == 12 * length);
  const auto x = rollout.steps.get<double>("observation"), a = rollout.steps.get<double>("action"),
             reward = rollout.steps.get<double>("reward"), log_prob = rollout.steps.get<double>("log_prob"),
             last = rollout.episodes.get<double>("observation");
  const auto ending = rollout.episodes.get<std::int64_t>("ending");
  const ActorCritic::Rows means("means", static_cast<std::size_t>(rollout.steps.num_rows()), 1);
  networks.act(ActorCritic::Rows(x.data(), means.extent(0), 1), means);
  double worst = 0.0;
  for (std::int64_t row = 0; row < rollout.steps.num_rows(); ++row) {
    worst = std::max(worst, std::fabs(reward(row, 0) + x(row, 0) * x(row, 0) + 0.1 * a(row, 0) * a(row, 0)));
    const bool is_last = row % length == length - 1;
    if (!is_last || !is_reference)
      worst =
          std::max(worst, std::fabs(x(row, 0) + 0.5 * a(row, 0) - (is_last ? last(row / length, 0) : x(row + 1, 0))));
    const double z = a(row, 0) - means(row, 0);
    worst = std::max(worst, std::fabs(log_prob(row, 0) + z * z / 0.1 + 0.5 * std::log(2.0 * M_PI * 0.05)));
  }
  for (std::int64_t row = 0; row < rollout.episodes.num_rows(); ++row) worst += ending(row, 0) == 1 ? 0.0 : 1.0;
  REQUIRE_ALL(worst < 1e-12);
  params.episodes = 10;
  CHECK_THROWS_WITH(roll_out(environment, networks, params, 5, 0), Contains("10 episodes") && Contains("6 at a time"));
}

TEST_CASE("a critic that sees the state is given it", "[control]") {
  PpoParams params;
  params.episodes = 6;
  params.episode_length = 9;
  params.refinements.emplace();
  ActorCritic networks({.observations = 1, .actions = 1, .hidden = 4, .states = 1});
  networks.draw(1);
  Integrator environment(comm(), 6, 7);  // its state is what is observed
  const auto rollout = roll_out(environment, networks, params, 5, 0);
  const auto sight = rollout.steps.get<double>("observation"), last = rollout.episodes.get<double>("observation");
  REQUIRE((sight.extent(1) == 2 && last.extent(1) == 2));
  double worst = 0.0, largest = 0.0;
  for (std::int64_t row = 0; row < rollout.steps.num_rows(); ++row) {
    worst = std::max(worst, std::fabs(sight(row, 0) - sight(row, 1)));
    largest = std::max(largest, std::fabs(sight(row, 1)));
  }
  for (std::int64_t row = 0; row < rollout.episodes.num_rows(); ++row)
    worst = std::max(worst, std::fabs(last(row, 0) - last(row, 1)));
  REQUIRE_ALL(worst == 0.0);
  CHECK(comm().all_reduce(largest, Op::max) > 0.1);
  const auto samples = make_samples(rollout, networks, params);
  const auto layout_here = SampleLayout::of(networks.shape());
  CHECK(samples.rows.get<double>("sample").extent(1) == static_cast<std::size_t>(layout_here.width()));
  CHECK(column(samples, 0) == column(samples, 1));
  CHECK(column(samples, layout_here.action()) != column(samples, 1));
}

TEST_CASE("episodes that leave their bounds end there", "[control]") {
  PpoParams params;
  params.episodes = 8;
  params.covariance = 4.0;
  ActorCritic networks({.observations = 1, .actions = 1, .hidden = 4});
  networks.draw(1);
  Integrator environment(comm(), 8, 100, 3.0);
  const auto rollout = roll_out(environment, networks, params, 5, 0);
  const auto lengths = data::host_copy(rollout.episodes.get<std::int64_t>("length"), 0, rollout.episodes.num_rows());
  const auto endings = data::host_copy(rollout.episodes.get<std::int64_t>("ending"), 0, rollout.episodes.num_rows());
  const auto reward = rollout.steps.get<double>("reward");
  std::int64_t row = 0, out = 0;
  bool is_right = true;
  for (std::size_t n = 0; n < lengths.size(); ++n)
    for (std::int64_t step = 0; step < lengths[n]; ++step, ++row) {
      const bool is_end = endings[n] == 2 && step == lengths[n] - 1;
      out += is_end ? 1 : 0;
      is_right = is_right && (reward(row, 0) < -3.0) == is_end;
    }
  REQUIRE_ALL(is_right);
  CHECK(comm().all_reduce(out, Op::sum) > 3);
}
