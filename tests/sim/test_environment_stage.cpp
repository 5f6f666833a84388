// Episodes as a stage, through the loop and its files.
#include "sim/environment_stage.hpp"

#include <csignal>
#include <map>
#include <sstream>

#include "data/io/field_series.hpp"
#include "data/io/table_file.hpp"
#include "spiral.hpp"

namespace tessera {

using test::result_of;
using test::run_spiral;
using test::run_spiral_alone;

namespace {

std::string series_of(const std::string& folder) { return test::content_of(folder + "/s/series.csv"); }

/// Rows of series.csv, each with its step in front, without the time.
std::vector<std::vector<double>> series_rows(const std::string& folder) {
  std::istringstream text(series_of(folder));
  std::vector<std::vector<double>> rows;
  std::string line, cell;
  std::getline(text, line);
  while (std::getline(text, line)) {
    auto& row = rows.emplace_back();
    std::istringstream cells(line);
    while (std::getline(cells, cell, ',')) row.push_back(std::stod(cell));
    if (row.at(1) != 0.5 * row[0]) throw Error::internal("a row of another time: " + line);
    row.erase(row.begin() + 1);
  }
  return rows;
}

/// Collective.
std::string table_of(const std::string& folder) { return test::table_text(folder + "/s/table.h5"); }

const std::string everything =
    "steps = 7\nnoise = 0.05\nepisodes = 18\nbatch = 6\nsources = [\"zero\", \"waves\", \"sinusoids\"]\n"
    "reward_limit = 2.4\nrecord.every = 2\n";

const std::string rods =
    "spread = true\nsteps = 5\nepisodes = 3\nbatch = 1\nsources = [\"sinusoids\"]\n"
    "record.which = [\"observation\", \"action\", \"reward\"]\n";

/// A request to stop in the n-th step from now.
void stop_in_step(int wanted) {
  test::in_each_step() = [wanted, seen = 0](std::int64_t) mutable {
    if (++seen == wanted) raise(SIGUSR1);
  };
}

void do_nothing(std::int64_t) {}

}  // namespace

TEST_CASE("returns are sums of rewards, with and without the last", "[sim]") {
  const auto folder = run_spiral("steps = 4\nepisodes = 3\ngrowth = 2.0\n");
  // Radius r_i 2^k at angle 0.3 k; r = 1, 1.125, 1.25.
  double total = 0.0, before_last = 0.0, last = 0.0;
  for (int k = 0; k < 4; ++k) {
    last = std::pow(2.0, k) * std::cos(0.3 * k);
    total += last;
    if (k < 3) before_last += last;
  }
  REQUIRE_THAT(result_of(folder, "mean return"), WithinRel(1.125 * total, 1e-14));
  REQUIRE_THAT(result_of(folder, "mean return without last reward"), WithinRel(1.125 * before_last, 1e-14));
  // Of 1, 1.125, 1.25: standard deviation 0.125.
  REQUIRE_THAT(result_of(folder, "standard error"), WithinRel(0.125 * std::fabs(total) / std::sqrt(3.0), 1e-12));
  REQUIRE(result_of(folder, "episodes to the end") == 3.0);
  REQUIRE(result_of(folder, "episodes out of bounds") == 0.0);
  const auto rows = series_rows(folder);
  REQUIRE(rows.size() == 5);
  REQUIRE(rows[0] == std::vector<double>{0, 0, 0, 3, 1.25, 0});
  REQUIRE_THAT(rows[4][1], WithinRel(1.125 * last, 1e-13));
  REQUIRE_THAT(rows[4][2], WithinRel(1.125 * total, 1e-14));
  REQUIRE(rows[4][3] == 0.0);
  REQUIRE_THAT(rows[4][4],
               WithinRel(1.25 * 16.0 * std::max(std::fabs(std::cos(1.2)), std::fabs(std::sin(1.2))), 1e-13));
}

TEST_CASE("batches follow one another, and their episodes are those of one large batch", "[sim]") {
  const std::string common = "noise = 0.1\nsources = [\"sinusoids\"]\nrecord.every = 1\nepisodes = 12\n";
  const auto small = run_spiral(common + "batch = 3\n"), large = run_spiral(common);
  REQUIRE_ALL(table_of(small) == table_of(large));
  for (const char* label : {"mean return", "standard error", "mean return without last reward"})
    REQUIRE_THAT(result_of(small, label), WithinRel(result_of(large, label), 1e-14));
  REQUIRE(series_rows(small).size() == 25);
  REQUIRE(series_rows(large).size() == 7);
}

TEST_CASE("any number of ranks gives the same files", "[sim]") {
  const auto together = run_spiral(everything), alone = run_spiral_alone(everything);
  REQUIRE_ALL(series_of(together) == series_of(alone));
  REQUIRE_ALL(series_of(together).size() > 1000);
  REQUIRE_ALL(table_of(together) == table_of(alone));
  for (const char* label : {"zero: mean return", "waves: standard error", "sinusoids: episodes out of bounds"})
    REQUIRE(result_of(together, label) == result_of(alone, label));
  REQUIRE(result_of(together, "sinusoids: episodes out of bounds") > 0.0);
  REQUIRE(result_of(together, "waves: episodes to the end") > 1.0);
}

TEST_CASE("a run that was stopped in any step goes on bit for bit, on any number of ranks", "[sim]") {
  const auto straight = run_spiral(everything);
  const auto series = series_of(straight), table = table_of(straight);
  for (const int step : {7, 12})
    for (const bool same_ranks : {true, false}) {
      stop_in_step(step);
      const auto folder = run_spiral(everything);
      test::in_each_step() = do_nothing;
      REQUIRE_ALL(series_of(folder) != series);
      same_ranks ? run_spiral(everything, test::comm(), folder) : run_spiral_alone(everything, folder);
      REQUIRE_ALL(series_of(folder) == series);
      REQUIRE_ALL(table_of(folder) == table);
      for (const char* label : {"zero: mean return", "waves: standard error", "sinusoids: episodes out of bounds"})
        REQUIRE(result_of(folder, label) == result_of(straight, label));
    }
}

TEST_CASE("a run begun on one rank goes on on several", "[sim]") {
  const auto straight = run_spiral(everything);
  stop_in_step(10);
  const auto folder = run_spiral_alone(everything);
  test::in_each_step() = do_nothing;
  run_spiral(everything, test::comm(), folder);
  REQUIRE_ALL(series_of(folder) == series_of(straight));
  REQUIRE_ALL(table_of(folder) == table_of(straight));
}

TEST_CASE("one system that is spread over the ranks is a batch of one", "[sim]") {
  const auto together = run_spiral(rods), alone = run_spiral_alone(rods);
  REQUIRE_ALL(series_of(together) == series_of(alone));
  REQUIRE_ALL(table_of(together) == table_of(alone));
  REQUIRE(result_of(together, "mean return") == result_of(alone, "mean return"));
  const auto rows = series_rows(together);
  REQUIRE(rows.size() == 16);
  REQUIRE_THAT(rows[1][1], WithinRel(0.66, 1e-14));  // 0 + 1 + ... + 11, over 100
  REQUIRE(rows[0][4] == 11.0);
  const auto table = data::read_table(test::comm(), together + "/s/table.h5");
  REQUIRE(table.num_global() == 18);
  REQUIRE_THROWS_WITH(run_spiral("spread = true\nrecord.every = 2\n"),
                      Contains("'rod'") && Contains("spread over the ranks") && Contains("fields.h5 has it"));
}

TEST_CASE("a run of a spread system goes on on another number of ranks", "[sim]") {
  const auto straight = run_spiral(rods);
  for (const bool begins_alone : {true, false}) {
    stop_in_step(8);
    const auto folder = begins_alone ? run_spiral_alone(rods) : run_spiral(rods);
    test::in_each_step() = do_nothing;
    begins_alone ? run_spiral(rods, test::comm(), folder) : run_spiral_alone(rods, folder);
    REQUIRE_ALL(series_of(folder) == series_of(straight));
    REQUIRE_ALL(table_of(folder) == table_of(straight));
  }
}

TEST_CASE("fields of the environment are in snapshots", "[sim]") {
  const auto folder = run_spiral("steps = 4\nepisodes = 2\nbatch = 1\noutput.snapshots = 3\n");
  // Steps 0, 3, 6 and 8; the second episode begins after step 4.
  for (const auto& [step, time] : std::map<std::int64_t, double>{{0, 0.0}, {3, 1.5}, {6, 1.0}, {8, 2.0}}) {
    const auto snapshot = data::read_fields(test::comm(), folder + "/s/fields.h5", 0, step);
    REQUIRE_ALL(snapshot.fields.size() == 1 && snapshot.time == 0.5 * static_cast<double>(step));
    REQUIRE_ALL(data::maxima(snapshot.fields[0]) == std::vector<double>{time});
  }
}

TEST_CASE("actions are clipped before they are counted, learned of and recorded", "[sim]") {
  const auto folder =
      run_spiral("steps = 5\nepisodes = 4\nsources = [\"waves\"]\naction_limit = 0.01\nrecord.which = [\"action\"]\n");
  // In the last step sin(pi) = 0 for one of the two actuators.
  const double both = 0.01, one = 0.01 / std::sqrt(2.0);
  const auto rows = series_rows(folder);
  for (std::size_t step = 0; step < 6; ++step)
    REQUIRE_THAT(rows[step][5], WithinAbs(step == 0 ? 0.0 : step == 5 ? one : both, 1e-15));
  const auto table = data::read_table(test::comm(), folder + "/s/table.h5");
  for (const double action : data::host_copy(table.get<double>("action"), 0, table.num_rows()))
    REQUIRE(std::fabs(action) <= 0.01);
}

TEST_CASE("sources of one kind are told apart", "[sim]") {
  const auto folder = run_spiral("episodes = 6\nsources = [\"sinusoids\", \"zero\", \"sinusoids\"]\n");
  for (const char* label :
       {"sinusoids: episodes to the end", "zero: episodes to the end", "sinusoids 2: episodes to the end"})
    REQUIRE(result_of(folder, label) == 2.0);
  REQUIRE(result_of(folder, "sinusoids: mean return") != result_of(folder, "sinusoids 2: mean return"));
}

TEST_CASE("one episode that overflows stops the run, one of several ends", "[sim]") {
  const std::string keys = "steps = 8\ngrowth = 2.0\nblow_up = 1.7\n";
  REQUIRE_THROWS_WITH(run_spiral(keys),
                      Contains("stage \"s\", step 2: environment 'spiral': the state is not finite") &&
                          Contains("in episode 0, step 2 (t = 1)") && Contains("overflow = \"end\""));
  const auto ended = run_spiral(keys + "overflow = \"end\"\n");
  REQUIRE(result_of(ended, "episodes out of bounds") == 1.0);
  REQUIRE(result_of(ended, "episodes to the end") == 0.0);
  const auto rows = series_rows(ended);
  REQUIRE(rows.size() == 9);
  REQUIRE(rows[2][3] == 0.0);                                          // none runs any more
  REQUIRE(rows[8] == std::vector<double>{8, 0, rows[2][2], 0, 0, 0});  // and nothing changes
  const auto several = run_spiral(keys + "episodes = 3\n");
  REQUIRE(result_of(several, "episodes out of bounds") == 3.0);
  REQUIRE_THROWS_WITH(run_spiral(keys + "episodes = 9\nbatch = 3\noverflow = \"stop\"\n"), Contains("in episode 0"));
}

TEST_CASE("a reward beyond its limit ends an episode and stops nothing", "[sim]") {
  const auto folder = run_spiral("steps = 8\ngrowth = 2.0\nreward_limit = 1.5\noverflow = \"stop\"\n");
  REQUIRE(result_of(folder, "episodes out of bounds") == 1.0);
  // 1 + 2 cos 0.3: that which is beyond the limit counts in the return.
  REQUIRE_THAT(series_rows(folder)[8][2], WithinRel(1.0 + 2.0 * std::cos(0.3), 1e-14));
}

TEST_CASE("decks of episodes that do not fit together say so", "[sim]") {
  REQUIRE_THROWS_WITH(run_spiral("episodes = 10\nbatch = 4\n"),
                      Contains("10 episodes cannot be had in batches of 4; expected a divisor"));
  REQUIRE_THROWS_WITH(run_spiral("episodes = 4\nsources = [\"zero\", \"waves\", \"zero\"]\n"),
                      Contains("batches of 4 episodes for 3 sources"));
  REQUIRE_THROWS_WITH(run_spiral("record.which = [\"state\", \"noise\"]\n"), Contains("expected some of"));
  REQUIRE_THROWS_WITH(run_spiral("record.which = []\n"), Contains("expected some of"));
  REQUIRE_THROWS_WITH(run_spiral("record.every = 0\n"), Contains("every"));
}

}  // namespace tessera
