#include "run/loop.hpp"

#include <csignal>
#include <fstream>

#include "base/signals.hpp"
#include "bench.hpp"

namespace tessera {

using run::StopReason;
using test::Bench;
using test::steps;
using Steps = std::vector<std::int64_t>;

namespace {

constexpr run::CheckpointParams no_checkpoints{0, 0.0};

}  // namespace

TEST_CASE("every step is taken once, and all ranks learn what was raised", "[run]") {
  Bench bench(test::scratch_folder(), steps(7), {3, 0}, no_checkpoints);
  REQUIRE(bench.run() == StopReason::none);
  const auto& diary = test::diary();
  REQUIRE_ALL(diary.steps == (Steps{1, 2, 3, 4, 5, 6, 7}));
  REQUIRE_ALL(diary.agreed == Steps(7, test::comm().size() - 1));
  REQUIRE_ALL(bench.summary().last_step == 7 && bench.summary().time == 3.5);
}

TEST_CASE("series are written when due and after the last step, and announced before", "[run]") {
  Bench bench(test::scratch_folder(), steps(7), {3, 0}, no_checkpoints);
  bench.run();
  REQUIRE_ALL(test::diary().series == (Steps{3, 6, 7}));
  REQUIRE_ALL(test::diary().announced == (Steps{3, 6, 7}));
  const std::string text = bench.series();
  REQUIRE_ALL(std::count(text.begin(), text.end(), '\n') == 4);
  REQUIRE_ALL(test::diary().reports == 1);
}

TEST_CASE("tables of observables come with snapshots", "[run]") {
  const std::string folder = test::scratch_folder();
  Bench bench(folder, steps(7), {100, 2}, no_checkpoints);
  bench.run();
  REQUIRE_ALL(test::diary().reports == 4);
  REQUIRE_ALL(test::content_of(folder + "/toy/last.csv").starts_with("x [toys]\n0."));
}

TEST_CASE("a stage without steps takes none", "[run]") {
  Bench bench(test::scratch_folder(), steps(0), {3, 0}, no_checkpoints);
  REQUIRE(bench.run() == StopReason::none);
  REQUIRE_ALL(test::diary().steps.empty());
}

TEST_CASE("a stage that is finished early ends with all that comes after a last step", "[run]") {
  const std::string folder = test::scratch_folder();
  auto params = steps(100);
  params.enough = 7;
  install_signal_handlers();
  Bench bench(folder, params, {3, 0}, {3, 0.0});
  test::diary().trouble = [](std::int64_t step, sim::Agreement&) {
    if (step == 7) raise(SIGUSR1);
  };
  const StopReason reason = bench.run();
  clear_signal();
  REQUIRE_ALL(reason == StopReason::none);
  REQUIRE_ALL(test::diary().steps.back() == 7 && bench.summary().last_step == 7);
  REQUIRE_ALL(test::diary().series == (Steps{3, 6, 7}));
  REQUIRE_ALL(test::diary().reports == 1 && test::diary().saves == 2);

  const auto newest = data::Checkpoint::open_newest(test::comm(), folder);
  Bench again(folder, params, {3, 0}, no_checkpoints, newest.get());
  REQUIRE_ALL(again.run() == StopReason::none);
  REQUIRE_ALL(test::diary().steps == (Steps{7}));
}

TEST_CASE("a stage that has nothing to do takes no step", "[run]") {
  auto params = steps(5);
  params.enough = 0;
  Bench bench(test::scratch_folder(), params, {3, 0}, no_checkpoints);
  REQUIRE(bench.run() == StopReason::none);
  REQUIRE_ALL(test::diary().steps.empty());
}

TEST_CASE("checkpoints are written in their steps, but not after the last one", "[run]") {
  const std::string folder = test::scratch_folder();
  Bench bench(folder, steps(9), {3, 0}, {3, 0.0});
  bench.run();
  REQUIRE_ALL(test::diary().saves == 2);
  REQUIRE_ALL(bench.checkpoints().last_good_step() == 6);
  const auto newest = data::Checkpoint::open_newest(test::comm(), folder);
  REQUIRE_ALL(newest != nullptr && newest->info().step == 6 && newest->info().serial == 2);
}

TEST_CASE("a run from a checkpoint repeats the rest to the bit", "[run]") {
  const std::string folder = test::scratch_folder(), straight_folder = test::scratch_folder();
  Bench straight(straight_folder, steps(20), {3, 0}, no_checkpoints);
  straight.run();
  Bench first(folder, steps(11), {3, 0}, {5, 0.0});
  first.run();
  const auto newest = data::Checkpoint::open_newest(test::comm(), folder);
  REQUIRE_ALL(newest->info().step == 10);
  Bench second(folder, steps(20), {3, 0}, {5, 0.0}, newest.get());
  second.run();
  REQUIRE_ALL(test::diary().starts == 0 && test::diary().restores == 1 && test::diary().steps.front() == 11);
  REQUIRE_ALL(second.series() == straight.series());
}

TEST_CASE("a signal on one rank ends the step for all, with a checkpoint", "[run]") {
  const Comm& comm = test::comm();
  const std::string folder = test::scratch_folder();
  install_signal_handlers();
  Bench bench(folder, steps(9), {3, 0}, no_checkpoints);
  test::diary().trouble = [&](std::int64_t step, sim::Agreement&) {
    if (step == 4 && comm.rank() == comm.size() - 1) raise(SIGUSR1);
  };
  const StopReason reason = bench.run();
  clear_signal();
  REQUIRE_ALL(reason == StopReason::signal);
  REQUIRE_ALL(bench.summary().last_step == 4 && test::diary().saves == 1);
  REQUIRE_ALL(data::Checkpoint::open_newest(comm, folder)->info().step == 4);
}

TEST_CASE("a request to stop in the last step changes nothing", "[run]") {
  install_signal_handlers();
  Bench bench(test::scratch_folder(), steps(4), {3, 0}, no_checkpoints);
  test::diary().trouble = [](std::int64_t step, sim::Agreement&) {
    if (step == 4) raise(SIGUSR1);
  };
  const StopReason reason = bench.run();
  clear_signal();
  REQUIRE_ALL(reason == StopReason::none && test::diary().saves == 0);
}

TEST_CASE("an error of one rank is thrown on all in the same step", "[run]") {
  const Comm& comm = test::comm();
  Bench bench(test::scratch_folder(), steps(9), {3, 0}, no_checkpoints);
  test::diary().trouble = [&](std::int64_t step, sim::Agreement& agreement) {
    if (step == 5 && comm.rank() == comm.size() - 1) agreement.fail(Error::numeric("step 5: lost"));
  };
  REQUIRE_THROWS_WITH(bench.run(), "step 5: lost");
  REQUIRE_ALL(test::diary().steps.back() == 5);
}

TEST_CASE("a checkpoint that cannot be written is told at once, and the run goes on", "[run]") {
  const std::string folder = test::scratch_folder();
  test::put_file(folder + "/checkpoint", "in the way");
  Bench bench(folder, steps(9), {3, 0}, {3, 0.0});
  REQUIRE(bench.run() == StopReason::none);
  REQUIRE_ALL(bench.summary().last_step == 9);
  REQUIRE_ALL(bench.warnings().size() == 2 && bench.warnings().front().num_ranks == 1);
  REQUIRE_ALL(bench.warnings().front().text.find("there is none to restart from") != std::string::npos);
}

TEST_CASE("a stop without its checkpoint is an error", "[run]") {
  const std::string folder = test::scratch_folder();
  test::put_file(folder + "/checkpoint", "in the way");
  install_signal_handlers();
  Bench bench(folder, steps(9), {3, 0}, no_checkpoints);
  test::diary().trouble = [](std::int64_t step, sim::Agreement&) {
    if (step == 4) raise(SIGUSR1);
  };
  REQUIRE_THROWS_WITH(bench.run(), Contains("step 4: asked to stop (a signal") && Contains("no checkpoint"));
  clear_signal();
}

TEST_CASE("warnings are kept, counted, and with --strict errors", "[run]") {
  std::vector<log::Warning> kept;
  log::warning("odd");
  run::log_warnings(test::comm(), kept, false);
  REQUIRE_ALL(kept.size() == 1 && kept.front().count == test::comm().size());
  log::warning("odd");
  REQUIRE_THROWS_WITH(run::log_warnings(test::comm(), kept, true), Contains("--strict") && Contains("odd"));
}

}  // namespace tessera
