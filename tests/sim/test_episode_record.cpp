// What trajectories in table.h5 hold, row by row.
#include "sim/episode_record.hpp"

#include <cmath>
#include <numbers>

#include "data/io/table_file.hpp"
#include "spiral.hpp"

namespace tessera {

using test::whole_column;

namespace {

data::Table recorded(const std::string& keys) {
  return data::read_table(test::comm(), test::run_spiral(keys) + "/s/table.h5");
}

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("rows stand by episode and step, the end of each among them", "[sim]") {
  const auto table = recorded("steps = 5\nepisodes = 4\nbatch = 2\nrecord.every = 2\n");
  REQUIRE(whole_column<std::int64_t>(table, "episode") == Numbers{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3});
  REQUIRE(whole_column<std::int64_t>(table, "step") == Numbers{0, 2, 4, 5, 0, 2, 4, 5, 0, 2, 4, 5, 0, 2, 4, 5});
  REQUIRE(whole_column<std::int64_t>(table, "ending") == Numbers{0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1});
  const auto time = whole_column<double>(table, "time");
  REQUIRE(std::vector<double>(time.begin(), time.begin() + 4) == std::vector<double>{0.0, 1.0, 2.0, 2.5});
  REQUIRE_FALSE(table.has_column("source"));
}

TEST_CASE("a row is the state, what was seen of it, the action from there and its reward", "[sim]") {
  const auto table = recorded("steps = 4\nepisodes = 3\nsources = [\"waves\"]\nrecord.every = 1\n");
  const auto state = whole_column<double>(table, "state"), observation = whole_column<double>(table, "observation"),
             action = whole_column<double>(table, "action"), reward = whole_column<double>(table, "reward");
  REQUIRE(reward.size() == 15);
  const double c = 1.1 * std::cos(0.3), s = 1.1 * std::sin(0.3);
  for (std::size_t episode = 0; episode < 3; ++episode) {
    REQUIRE(state[10 * episode] == 1.0 + static_cast<double>(episode) / 8.0);
    REQUIRE(state[10 * episode + 1] == 0.0);
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t row = 5 * episode + k;
      const double *x = &state[2 * row], *u = &action[2 * row];
      REQUIRE_THAT(u[0], WithinAbs(0.5 * std::sin(0.2 * std::numbers::pi * static_cast<double>(k + 1)), 1e-15));
      REQUIRE(reward[row] == x[0] - 3.0 * u[0]);
      REQUIRE_THAT(x[2], WithinAbs(c * x[0] - s * x[1] + u[0], 1e-15));
      REQUIRE_THAT(x[3], WithinAbs(s * x[0] + c * x[1] + 2.0 * u[1], 1e-15));
      // Observed before the step: what came of the step before shows in the next row but one.
      REQUIRE(observation[2 * row] == (k == 0 ? x[0] : x[-2]));
      REQUIRE(observation[2 * row + 1] == static_cast<double>(k));
    }
    const std::size_t end = 5 * episode + 4;
    REQUIRE(reward[end] == 0.0);
    REQUIRE(action[2 * end] == 0.0);
    REQUIRE(observation[2 * end + 1] == 4.0);
  }
}

TEST_CASE("episodes that end early have fewer rows", "[sim]") {
  const auto table = recorded(
      "steps = 6\nepisodes = 3\ngrowth = 1.5\nreward_limit = 1.65\nrecord.every = 2\nrecord.which = [\"reward\"]\n");
  // Rewards: r, 1.43 r, 1.86 r... for r = 1, 1.125, 1.25; all but the last pass the limit in the third step, that in
  // the second.
  REQUIRE(whole_column<std::int64_t>(table, "episode") == Numbers{0, 0, 0, 1, 1, 1, 2, 2});
  REQUIRE(whole_column<std::int64_t>(table, "step") == Numbers{0, 2, 3, 0, 2, 3, 0, 2});
  REQUIRE(whole_column<std::int64_t>(table, "ending") == Numbers{0, 0, 2, 0, 0, 2, 0, 2});
}

TEST_CASE("each start is seen under each source, and rows tell which", "[sim]") {
  const auto table = recorded("steps = 2\nepisodes = 6\nsources = [\"zero\", \"waves\"]\nrecord.every = 2\n");
  REQUIRE(whole_column<std::int64_t>(table, "source") == Numbers{0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1});
  REQUIRE(whole_column<std::int64_t>(table, "start") == Numbers{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2});
  const auto state = whole_column<double>(table, "state"), action = whole_column<double>(table, "action");
  for (std::size_t row = 0; row < 12; row += 2) {
    const std::size_t start = row / 4;
    REQUIRE(state[2 * row] == 1.0 + static_cast<double>(start) / 8.0);
    REQUIRE((action[2 * row] == 0.0) == (row % 4 == 0));
  }
}

}  // namespace tessera
