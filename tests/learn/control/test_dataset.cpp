// Transitions to learn from: many starts under many actions.
#include <cmath>
#include <set>

#include "control_run.hpp"
#include "data/io/table_file.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

using Numbers = std::vector<std::int64_t>;

const std::string dataset_deck =
    "[[stage]]\nname = \"data\"\ntype = \"dataset\"\nepisodes = 30\nbatch = 15\ntest_share = 0.3\n"
    "integrator.steps = 6\ncontroller = [{kind = \"zero\"}, {kind = \"sinusoids\"}, "
    "{kind = \"waves\", scale = [0.5, 2.0]}]\n";

std::string text_of(const std::string& folder) { return table_text(folder + "/data/table.h5"); }

}  // namespace

TEST_CASE("rows are steps with what they led to, and starts are seen under every source", "[control]") {
  const auto table = data::read_table(comm(), run_control(dataset_deck) + "/data/table.h5");
  const auto episode = whole_column<std::int64_t>(table, "episode"), step = whole_column<std::int64_t>(table, "step"),
             source = whole_column<std::int64_t>(table, "source"), start = whole_column<std::int64_t>(table, "start"),
             ending = whole_column<std::int64_t>(table, "ending"), test = whole_column<std::int64_t>(table, "test");
  const auto x = whole_column<double>(table, "state"), next = whole_column<double>(table, "next_state"),
             u = whole_column<double>(table, "action"), reward = whole_column<double>(table, "reward"),
             seen = whole_column<double>(table, "next_observation");
  REQUIRE(x.size() == 180);
  std::set<double> amplitudes;
  for (std::size_t row = 0; row < x.size(); ++row) {
    REQUIRE(episode[row] == static_cast<std::int64_t>(row) / 6);
    REQUIRE(step[row] == static_cast<std::int64_t>(row) % 6);
    REQUIRE(ending[row] == (step[row] == 5 ? 1 : 0));
    REQUIRE((source[row] == episode[row] % 3 && start[row] == episode[row] / 3));
    REQUIRE(next[row] == x[row] + 0.5 * u[row]);
    REQUIRE(seen[row] == next[row]);
    REQUIRE_THAT(reward[row], WithinAbs(-(x[row] * x[row] + 0.1 * u[row] * u[row]), 1e-15));
    if (step[row] < 5) REQUIRE(next[row] == x[row + 1]);
    if (step[row] == 0) REQUIRE(x[row] == x[18 * static_cast<std::size_t>(start[row])]);
    if (source[row] == 0) REQUIRE(u[row] == 0.0);
    // The whole part of 0.3 n grows behind the starts 3, 6 and 9.
    REQUIRE(test[row] == (start[row] == 3 || start[row] == 6 || start[row] == 9 ? 1 : 0));
    if (source[row] == 2 && step[row] == 0) amplitudes.insert(u[row] / std::sin(0.62831853071795864769));
  }
  REQUIRE(amplitudes.size() == 10);
  REQUIRE((*amplitudes.begin() > 0.5 && *amplitudes.rbegin() < 2.0 && *amplitudes.rbegin() > 1.2));
}

TEST_CASE("only every so many steps, and only what was asked for", "[control]") {
  const auto folder = run_control(
      "[[stage]]\nname = \"data\"\ntype = \"dataset\"\nepisodes = 2\nevery = 4\nwhich = [\"observation\", \"action\"]\n"
      "integrator.steps = 6\ncontroller = [{kind = \"waves\"}]\n");
  const auto table = data::read_table(comm(), folder + "/data/table.h5");
  REQUIRE(whole_column<std::int64_t>(table, "step") == Numbers{0, 4, 0, 4});
  REQUIRE(whole_column<std::int64_t>(table, "ending") == Numbers{0, 0, 0, 0});
  REQUIRE(whole_column<std::int64_t>(table, "test") == Numbers{0, 0, 0, 0});
  const auto x = whole_column<double>(table, "observation"), next = whole_column<double>(table, "next_observation"),
             u = whole_column<double>(table, "action");
  for (std::size_t row = 0; row < 4; ++row) REQUIRE(next[row] == x[row] + 0.5 * u[row]);
  REQUIRE_FALSE((table.has_column("state") || table.has_column("next_state") || table.has_column("reward")));
}

TEST_CASE("any number of ranks gives the same rows, also after a stop", "[control]") {
  const auto together = run_control(dataset_deck), alone = run_control_alone(dataset_deck);
  const auto text = text_of(together);
  REQUIRE_ALL(text == text_of(alone));
  for (const bool same_ranks : {true, false}) {
    const auto folder = run_control(dataset_deck, comm(), "", 9);  // in the second batch
    REQUIRE_ALL(text_of(folder) != text);
    same_ranks ? run_control(dataset_deck, comm(), folder) : run_control_alone(dataset_deck, folder);
    REQUIRE_ALL(text_of(folder) == text);
  }
}

TEST_CASE("datasets that cannot be are refused", "[control]") {
  const std::string head = "[[stage]]\nname = \"data\"\ntype = \"dataset\"\nintegrator.steps = 6\n";
  CHECK_THROWS_WITH(run_control(head), Contains("at least one [[stage.controller]]"));
  CHECK_THROWS_WITH(run_control(head + "test_share = 1.5\ncontroller = [{}]\n"), Contains("test_share"));
  CHECK_THROWS_WITH(run_control(head + "which = [\"next_state\"]\ncontroller = [{}]\n"), Contains("expected some of"));
  CHECK_THROWS_WITH(run_control(head + "controller = [{scale = [0.5, 2.0]}]\n"), Contains("no actions to scale"));
  CHECK_THROWS_WITH(run_control(head + "controller = [{kind = \"waves\", scale = [2.0, 0.5]}]\n"),
                    Contains("the smallest value, then the largest"));
}
