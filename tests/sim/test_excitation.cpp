#include "sim/excitation.hpp"

#include <cmath>
#include <fstream>
#include <numbers>

#include "catch.hpp"
#include "data/io/table_file.hpp"
#include "deck/deck.hpp"
#include "sim/turns.hpp"
#include "spiral.hpp"

namespace tessera {

using sim::Environment;

namespace {

constexpr double pi = std::numbers::pi;

/// Actions of all episodes that a controller takes in that step: (episode, action), this rank's rows only.
std::vector<double> actions_in(sim::Controller& controller, std::int64_t step, const sim::Episodes& episodes,
                               std::int64_t rows, const Comm& comm = test::comm()) {
  test::Spiral environment(comm, 7, rows, {});
  environment.reset(episodes);
  controller.start(environment);
  const Environment::Rows actions("actions", static_cast<std::size_t>(environment.rows().count), 2);
  for (std::int64_t k = 0; k <= step; ++k) {
    controller.decide(environment, actions, {});
    if (k < step) environment.step(actions);
  }
  return data::host_copy(actions, 0, environment.rows().count);
}

/// Collective. A file for all ranks.
std::string csv(const std::string& text) {
  const std::string path = test::scratch_folder() + "/actions.csv";
  if (test::comm().is_root()) std::ofstream(path) << text;
  test::comm().barrier();
  return path;
}

/// Collective.
std::string table(std::int64_t rows, int width, std::int64_t stride) {
  data::Table table(test::comm());
  table.add<double>("action", width);
  table.add<std::int64_t>("step");
  const auto range = sim::RowRange::of(test::comm(), rows);
  table.append(range.count);
  for (std::int64_t row = 0; row < range.count; ++row) {
    table.get<std::int64_t>("step")(row, 0) = stride * (range.first + row);
    for (int n = 0; n < width; ++n)
      table.get<double>("action")(row, n) = 10.0 * static_cast<double>(range.first + row) + n;
  }
  const std::string path = test::scratch_folder() + "/table.h5";
  data::TableFile file(test::comm(), path, table, "", false, 0);
  file.append(table);
  file.close();
  return path;
}

/// Collective. What is wrong with a file.
std::string fault_of(const std::string& path, const std::string& column = "action") {
  const test::Spiral environment(test::comm(), 7, 4, {});
  try {
    const sim::FileController controller({path, column}, environment);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string bind_fault(const std::string& text) {
  auto deck = deck::Deck::parse("[[stage]]\nname = \"a\"\ntype = \"b\"\n" + text, "deck.toml");
  sim::ExcitationParams params;
  deck.read_stage(0, [&](deck::Binder& b) { sim::bind(b, params); });
  try {
    deck.finish();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("waves have the periods that they shall have", "[sim]") {
  sim::WaveController waves({0.2});
  const auto actions = actions_in(waves, 4, {}, 3);
  for (std::size_t n = 0; n < actions.size(); ++n) {
    const double j = static_cast<double>(n % 2);
    REQUIRE_THAT(actions[n], WithinAbs(0.2 * std::sin(2.0 * pi * 5.0 / (10.0 + 3.0 * j) + 0.7 * j), 1e-15));
  }
}

TEST_CASE("sinusoids stay in their range and differ by episode and actuator", "[sim]") {
  const sim::SinusoidParams params{2, {0.1, 0.4}, {1.0, 3.0}};
  sim::SinusoidController controller(params, 7);
  const Comm alone = test::comm().split(test::comm().rank());
  auto actions = actions_in(controller, 3, {}, 200, alone);
  double squares = 0.0;
  for (const double action : actions) squares += action * action;
  std::sort(actions.begin(), actions.end());
  REQUIRE(actions.front() >= -0.8);
  REQUIRE(actions.back() <= 0.8);
  REQUIRE(std::adjacent_find(actions.begin(), actions.end()) == actions.end());
  // Two terms of mean square <a^2>/2, a uniform in [0.1, 0.4]: 0.07; 400 draws, whose squares vary by about as much.
  REQUIRE_THAT(squares / static_cast<double>(actions.size()), WithinAbs(0.07, 4.0 * 0.07 / 20.0));
}

TEST_CASE("sinusoids have the number of periods an episode that was asked for", "[sim]") {
  sim::SinusoidController controller({1, {2.0, 2.0}, {3.0, 3.0}}, 7);
  const Comm alone = test::comm().split(test::comm().rank());
  // Three periods in six steps: each second step is the same again, the one between is its opposite.
  const auto first = actions_in(controller, 0, {}, 5, alone), second = actions_in(controller, 1, {}, 5, alone),
             third = actions_in(controller, 2, {}, 5, alone);
  for (std::size_t n = 0; n < first.size(); ++n) {
    REQUIRE_THAT(second[n], WithinAbs(-first[n], 1e-13));
    REQUIRE_THAT(third[n], WithinAbs(first[n], 1e-13));
  }
}

TEST_CASE("sinusoids depend on the episode alone, not on its place in a batch or on ranks", "[sim]") {
  sim::SinusoidController controller({3, {0.0, 1.0}, {1.0, 5.0}}, 7);
  const Comm alone = test::comm().split(test::comm().rank());
  const auto all = actions_in(controller, 2, {4, 2}, 11, alone);
  const auto mine = actions_in(controller, 2, {4, 2}, 11);
  const auto range = sim::RowRange::of(test::comm(), 11);
  REQUIRE_ALL(std::equal(mine.begin(), mine.end(), all.begin() + 2 * range.first));
  const auto later = actions_in(controller, 2, {6, 1}, 9, alone);
  REQUIRE_ALL(std::equal(later.begin(), later.end(), all.begin() + 4));
  sim::SinusoidController other({3, {0.0, 1.0}, {1.0, 5.0}}, 8);
  REQUIRE_ALL(actions_in(other, 2, {6, 1}, 9, alone) != later);
}

TEST_CASE("actions come from a CSV, with and without a heading", "[sim]") {
  const std::string rows = "1, 2\n3,4\n\n5 , 6\n7,8\r\n9,-1.5e-3\n11,12\n13,14\n";
  for (const auto& text : {rows, "left, right\n" + rows}) {
    const test::Spiral environment(test::comm(), 7, 4, {});
    sim::FileController controller({csv(text), ""}, environment);
    const auto actions = actions_in(controller, 4, {}, 4);
    for (std::size_t n = 0; n < actions.size(); ++n) REQUIRE(actions[n] == (n % 2 == 0 ? 9.0 : -1.5e-3));
  }
}

TEST_CASE("actions come from a table", "[sim]") {
  const test::Spiral environment(test::comm(), 7, 4, {});
  sim::FileController controller({table(8, 2, 1), "action"}, environment);
  const auto actions = actions_in(controller, 5, {}, 4);
  for (std::size_t n = 0; n < actions.size(); ++n) REQUIRE(actions[n] == 50.0 + static_cast<double>(n % 2));
}

TEST_CASE("files of actions that do not fit are refused", "[sim]") {
  REQUIRE_THAT(fault_of(csv("1,2\n3,4\n")), Contains("actions for 2 steps; an episode of 'spiral' has 6"));
  REQUIRE_THAT(fault_of(csv("1,2\n3,4,5\n")), Contains("actions.csv:2: 3 number(s); 'spiral' takes 2 actions"));
  REQUIRE_THAT(fault_of(csv("1,2\n3,nan\n")), Contains("actions.csv:2: ") && Contains("number"));
  REQUIRE_THAT(fault_of(csv("1,2\n3,\n")), Contains("actions.csv:2: ") && Contains("number"));
  REQUIRE_THAT(fault_of(csv("")), Contains("actions for 0 steps"));
  REQUIRE_THAT(fault_of(table(5, 2, 1)), Contains("actions for 5 steps; an episode of 'spiral' has 6"));
  REQUIRE_THAT(fault_of(table(6, 3, 1)), Contains("column 'action': 3 number(s); 'spiral' takes 2"));
  REQUIRE_THAT(fault_of(table(6, 2, 1), "u"), Contains("has no column 'u' of real numbers"));
  REQUIRE_THAT(fault_of(table(6, 2, 1), "step"), Contains("has no column 'step' of real numbers"));
  REQUIRE_THAT(fault_of(table(6, 2, 2)), Contains("row 1 is of step 2"));
  REQUIRE_THAT(fault_of("/nowhere/actions.csv"), Contains("/nowhere/actions.csv"));
}

TEST_CASE("a kind of excitation takes its own table and no other", "[sim]") {
  REQUIRE(bind_fault("kind = \"zero\"\n").empty());
  REQUIRE(bind_fault("kind = \"sinusoids\"\nsinusoids.amplitude = [0.1, 0.2]\n").empty());
  REQUIRE_THAT(bind_fault("kind = \"sinusoids\"\nsinusoids.amplitude = [0.3, 0.2]\n"),
               Contains("the smallest value, then the largest"));
  REQUIRE_THAT(bind_fault("kind = \"sinusoids\"\nsinusoids.terms = 0\n"), Contains("terms"));
  REQUIRE_THAT(bind_fault("waves.amplitude = 0.1\n"), Contains("is for kind = \"waves\", but the kind is \"zero\""));
  REQUIRE_THAT(bind_fault("kind = \"file\"\n"), Contains("need the table `file`"));
  REQUIRE_THAT(bind_fault("kind = \"noise\"\n"), Contains("noise"));
}

TEST_CASE("rows take turns between controllers", "[sim]") {
  std::vector<std::unique_ptr<sim::Controller>> controllers;
  controllers.push_back(std::make_unique<sim::ZeroController>());
  controllers.push_back(std::make_unique<sim::WaveController>(sim::WaveParams{1.0}));
  controllers.push_back(std::make_unique<sim::WaveController>(sim::WaveParams{2.0}));
  sim::TurnController turns(std::move(controllers));
  REQUIRE(turns.name() == "zero, waves, waves");
  const auto actions = actions_in(turns, 1, {0, 3}, 9);
  const auto first = sim::RowRange::of(test::comm(), 9).first;
  for (std::size_t n = 0; n < actions.size(); ++n) {
    const auto turn = static_cast<double>((first + static_cast<std::int64_t>(n / 2)) % 3),
               j = static_cast<double>(n % 2);
    REQUIRE_THAT(actions[n], WithinAbs(turn * std::sin(4.0 * pi / (10.0 + 3.0 * j) + 0.7 * j), 1e-14));
  }
  REQUIRE_THROWS_WITH(sim::TurnController({}), Contains("at least one"));
}

}  // namespace tessera
