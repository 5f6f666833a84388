// `tessera run` within one process, with a stage of somebody else.
#include "run/run.hpp"

#include <csignal>

#include "base/log.hpp"
#include "base/signals.hpp"
#include "data/io/table_file.hpp"
#include "files.hpp"
#include "run/commands.hpp"
#include "toy.hpp"

namespace tessera {

using test::content_of;

namespace {

run::Registry toys() {
  run::Registry registry;
  registry.add(std::make_unique<test::ToyType>());
  return registry;
}

std::string two_stages() {
  return "title = \"Two toys\"\nseed = 3\ncheckpoint.every = 4\n"
         "[[stage]]\nname = \"first\"\ntype = \"toy\"\nsteps = 10\nrecords = true\noutput.series = 5\n"
         "[[stage]]\nname = \"second\"\ntype = \"toy\"\nsteps = 10\nrate = 3.9\ndata = \"first\"\noutput.series = 5\n";
}

/// Collective. A deck in a folder of its own, and the options that run it there.
run::RunOptions deck_of(const std::string& text) {
  const std::string folder = test::scratch_folder();
  test::put_file(folder + "/deck.toml", text);
  run::RunOptions options;
  options.deck = folder + "/deck.toml";
  options.out = folder + "/run";
  return options;
}

using Trouble = std::function<void(std::int64_t step, sim::Agreement&)>;

/// Runs a deck without its talk. All ranks have ended when this does, also when it throws.
ExitStatus run_quietly(
    const run::RunOptions& options, const Trouble& trouble = [](std::int64_t, sim::Agreement&) {}) {
  test::diary() = {};
  test::diary().trouble = trouble;
  clear_signal();
  log::start(test::comm().rank(), log::Level::error);
  try {
    const ExitStatus status = run::run_deck(test::comm(), toys(), options);
    test::comm().barrier();
    return status;
  } catch (const Error&) {
    test::comm().barrier();
    throw;
  }
}

/// Collective. Rows of this rank that the first stage left.
std::vector<double> table_of(const std::string& folder) {
  const auto table = data::read_table(test::comm(), folder + "/first/table.h5");
  if (table.num_global() != 25) throw Error::internal("a table of so many rows: " + std::to_string(table.num_global()));
  return data::host_copy(table.get<double>("x"), 0, table.num_rows());
}

/// A signal in that step, counted over all stages.
Trouble stop_in_step(std::int64_t wanted) {
  return [wanted, seen = std::int64_t{0}](std::int64_t, sim::Agreement&) mutable {
    if (++seen == wanted) raise(SIGUSR1);
  };
}

}  // namespace

TEST_CASE("a registry takes stages from outside, each name once", "[run]") {
  auto registry = toys();
  REQUIRE(registry.find("toy") != nullptr);
  REQUIRE(registry.find("joy") == nullptr);
  REQUIRE(registry.names() == std::vector<std::string>{"toy"});
  REQUIRE_THROWS_WITH(registry.add(std::make_unique<test::ToyType>()), Contains("toy"));
}

TEST_CASE("a deck of somebody else's stages runs to its end", "[run]") {
  const auto options = deck_of(two_stages());
  REQUIRE(run_quietly(options) == ExitStatus::done);
  REQUIRE_ALL(test::diary().starts == 2 && test::diary().steps.size() == 20);
  REQUIRE_ALL(test::diary().series == (std::vector<std::int64_t>{0, 5, 10, 0, 5, 10}));
  const std::string summary = content_of(options.out + "/summary.json");
  REQUIRE_THAT(summary, Contains("\"status\": \"done\"") && Contains("\"Two toys\"") && Contains("\"last x\""));
  REQUIRE_THAT(content_of(options.out + "/deck.toml"), Contains("rate = 3.9") && Contains("rate = 3.7"));
  REQUIRE_ALL(!std::filesystem::exists(options.out + "/lock"));
  REQUIRE_ALL(test::diary().earlier_folder == options.out + "/first");
}

TEST_CASE("a run that was stopped in any step goes on to the same end", "[run]") {
  const auto straight = deck_of(two_stages());
  run_quietly(straight);
  for (const int step : {4, 10, 13}) {
    auto options = deck_of(two_stages());
    // A request in the last step of a stage ends the run after the first step of the next.
    REQUIRE(run_quietly(options, stop_in_step(step)) == ExitStatus::resumable);
    options.resume = true;
    REQUIRE_THAT(content_of(options.out + "/summary.json"), Contains("\"stopped\"") && Contains("a signal"));
    REQUIRE(run_quietly(options) == ExitStatus::done);
    for (const char* stage : {"first", "second"})
      REQUIRE_ALL(content_of(options.out + "/" + stage + "/series.csv") ==
                  content_of(straight.out + "/" + stage + "/series.csv"));
    REQUIRE_ALL(table_of(options.out) == table_of(straight.out));
  }
}

TEST_CASE("a run that is done has nothing left to do, until its deck asks for more", "[run]") {
  auto options = deck_of(two_stages());
  run_quietly(options);
  options.resume = true;
  REQUIRE(run_quietly(options) == ExitStatus::done);
  REQUIRE_ALL(test::diary().steps.empty());
  options.overrides = {"second.steps=15"};
  REQUIRE(run_quietly(options) == ExitStatus::done);
  REQUIRE_ALL(test::diary().steps.size() == 5);
  const auto straight = deck_of(two_stages());
  auto longer = straight;
  longer.overrides = options.overrides;
  run_quietly(longer);
  REQUIRE_ALL(content_of(options.out + "/second/series.csv") == content_of(longer.out + "/second/series.csv"));
}

TEST_CASE("other physics is refused by name, unless it is accepted", "[run]") {
  auto options = deck_of(two_stages());
  run_quietly(options);
  options.resume = true;
  options.overrides = {"second.rate=3.5", "first.steps=12"};
  REQUIRE_THROWS_WITH(run_quietly(options), Contains("second.rate was 3.9 and would be 3.5") && !Contains("steps"));
  REQUIRE_THAT(content_of(options.out + "/summary.json"), Contains("\"done\""));
  options.accept_changes = true;
  REQUIRE(run_quietly(options) == ExitStatus::done);
}

TEST_CASE("a run that fails says so, and where it can be taken up", "[run]") {
  auto options = deck_of(two_stages());
  const Trouble trouble = [](std::int64_t step, sim::Agreement& agreement) {
    if (step == 6 && test::comm().rank() == test::comm().size() - 1) agreement.fail(Error::numeric("step 6: lost"));
  };
  REQUIRE_THROWS_WITH(run_quietly(options, trouble),
                      Contains("step 6: lost") && Contains("the last good checkpoint is that of step 4"));
  REQUIRE_THAT(content_of(options.out + "/summary.json"), Contains("\"failed\"") && Contains("step 6: lost"));
  REQUIRE_ALL(!std::filesystem::exists(options.out + "/lock"));
  options.resume = true;
  REQUIRE(run_quietly(options) == ExitStatus::done);
  REQUIRE_ALL(test::diary().steps.front() == 5);
  table_of(options.out);
}

TEST_CASE("an exception of an unknown kind fails the run like any other", "[run]") {
  auto options = deck_of(two_stages());
  const Trouble trouble = [](std::int64_t step, sim::Agreement&) {
    if (step == 2) throw std::bad_alloc();
  };
  REQUIRE_THROWS_WITH(run_quietly(options, trouble), Contains("out of memory"));
  REQUIRE_THAT(content_of(options.out + "/summary.json"), Contains("\"failed\""));
}

TEST_CASE("decks that cannot run say why", "[run]") {
  auto options = deck_of("");
  REQUIRE_THROWS_WITH(run_quietly(options), Contains("no stage") && Contains("[[stage]]"));
  options = deck_of("[[stage]]\nname = \"a\"\ntype = \"toi\"\n");
  REQUIRE_THROWS_WITH(run_quietly(options),
                      Contains("deck.toml:3:") && Contains("unknown type 'toi'") && Contains("Did you mean 'toy'?"));
  options = deck_of("[[stage]]\nname = \"a\"\ntype = \"toy\"\ndata = \"b\"\n[[stage]]\nname = \"b\"\ntype = \"toy\"\n");
  REQUIRE_THROWS_WITH(run_quietly(options), Contains("deck.toml:4:") && Contains("\"b\" does not come before"));
  options = deck_of("[[stage]]\nname = \"a\"\ntype = \"toy\"\ndata = \"c\"\n");
  REQUIRE_THROWS_WITH(run_quietly(options), Contains("there is no stage \"c\" before this one"));
  REQUIRE_ALL(!std::filesystem::exists(options.out));
  options.resume = options.force = true;
  REQUIRE_THROWS_WITH(run_quietly(options), Contains("--resume") && Contains("--force"));
}

}  // namespace tessera
