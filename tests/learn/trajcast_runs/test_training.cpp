// Training of a forecasting network as a stage: its series and its model, whatever the ranks and stops.
#include <algorithm>
#include <sstream>

#include "data/io/model_file.hpp"
#include "trajcast_run.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string series_of(const std::string& folder) { return content_of(folder + "/train/series.csv"); }
std::string curve_of(const std::string& folder) { return content_of(folder + "/train/learning_curve.csv"); }

/// Collective. All numbers of the model.
std::vector<double> model_of(const std::string& folder) {
  std::vector<double> numbers;
  for (const auto& array : data::read_model(comm(), folder + "/train/model.h5", "trajcast").arrays)
    numbers.insert(numbers.end(), array.values.begin(), array.values.end());
  return numbers;
}

/// A column of the learning curve.
std::vector<double> column_of(const std::string& text, std::size_t column) {
  std::istringstream lines(text);
  std::string line;
  std::vector<double> values;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    std::istringstream cells(line);
    std::string cell;
    for (std::size_t n = 0; n <= column; ++n) std::getline(cells, cell, ',');
    values.push_back(std::stod(cell));
  }
  return values;
}

const std::vector<std::string> variants{
    "", "time_reversal = true\nloss = \"mae\"\noptimiser.average = 0.9\n",
    "precision = \"single\"\nplateau.patience = 0\noptimiser.kind = \"adamw\"\noptimiser.weight_decay = 1e-3\n"};

}  // namespace

TEST_CASE("what a forecasting network learns is the same on any number of ranks", "[trajcast]") {
  for (std::size_t n = 0; n <= variants.size(); ++n) {
    // Configurations of quartz are large enough to be the work of different ranks.
    const auto deck = n < variants.size() ? small_training(variants[n]) : small_training("", "quartz");
    INFO(deck);
    const auto together = run_trajcast(deck), alone = run_trajcast_alone(deck);
    REQUIRE_ALL(series_of(together) == series_of(alone));
    REQUIRE_ALL(model_of(together) == model_of(alone));
    REQUIRE_ALL(column_of(curve_of(together), 2).size() == 4);
  }
}

TEST_CASE("a training of a network that was stopped goes on bit for bit, on any number of ranks", "[trajcast]") {
  for (const auto& keys : {variants[0], variants[1]}) {
    INFO(keys);
    const auto deck = small_training(keys);
    const auto straight = run_trajcast(deck);
    for (const bool same_ranks : {true, false}) {
      const auto folder = run_trajcast(deck, comm(), "", 5);
      REQUIRE_ALL(series_of(folder) != series_of(straight));
      same_ranks ? run_trajcast(deck, comm(), folder) : run_trajcast_alone(deck, folder);
      REQUIRE_ALL(series_of(folder) == series_of(straight));
      REQUIRE_ALL(curve_of(folder) == curve_of(straight));
      REQUIRE_ALL(model_of(folder) == model_of(straight));
    }
  }
}

TEST_CASE("a training on domains learns what one on configurations does, and goes on bit for bit", "[trajcast]") {
  const auto keys = [](const std::string& mode) { return "epochs = 3\nparallel = \"" + mode + "\"\n"; };
  for (const std::string pairs : {"benzene", "quartz"}) {
    INFO(pairs);
    const auto whole = run_trajcast(small_training(keys("configurations"), pairs));
    const auto spread = run_trajcast(small_training(keys("domains"), pairs));
    for (std::size_t column = 1; column < 6; ++column) {
      const auto one = column_of(curve_of(whole), column), two = column_of(curve_of(spread), column);
      for (std::size_t n = 0; n < one.size(); ++n) REQUIRE_ALL(two.at(n) == Approx(one[n]).epsilon(1e-7));
    }
  }
  const auto deck = small_training(keys("domains"));
  const auto straight = run_trajcast(deck), folder = run_trajcast(deck, comm(), "", 5);
  REQUIRE_ALL(series_of(folder) != series_of(straight));
  run_trajcast(deck, comm(), folder);
  REQUIRE_ALL(series_of(folder) == series_of(straight));
  REQUIRE_ALL(model_of(folder) == model_of(straight));
}

TEST_CASE("a network learns, its best weights are kept, and a plateau lowers the rate", "[trajcast]") {
  const auto folder = run_trajcast(small_training("epochs = 40\nplateau.patience = 2\nplateau.factor = 0.5\n"));
  const auto learned = column_of(curve_of(folder), 1), loss = column_of(curve_of(folder), 2),
             rate = column_of(curve_of(folder), 5);
  const auto best = std::min_element(loss.begin(), loss.end());
  REQUIRE_ALL(learned.back() < 0.6 * learned.front());
  REQUIRE_ALL(*best < loss.front());
  REQUIRE_ALL(rate.back() < rate.front());
  REQUIRE_ALL(result_of(folder, "epoch of the least validation loss", "train") ==
              static_cast<double>(best - loss.begin() + 1));
  REQUIRE_ALL(result_of(folder, "validation loss then", "train") == Approx(*best).epsilon(1e-5));
}

TEST_CASE("a training ends early where nothing gets better", "[trajcast]") {
  const auto folder = run_trajcast(
      small_training("epochs = 200\nearly_stop = 3\noptimiser.learning_rate = 1e-12\nplateau.least_rate = 0\n"));
  REQUIRE_ALL(column_of(curve_of(folder), 0).size() < 60);
}

TEST_CASE("a training whose loss comes apart says so", "[trajcast]") {
  const auto text_of = [](double rate) {
    const auto folder =
        run_trajcast(small_training("epochs = 40\nearly_stop = 0\noptimiser.warm_up = 200\noptimiser.amsgrad = false\n"
                                    "optimiser.learning_rate = " +
                                    std::to_string(rate) + "\n"));
    return content_of(folder + "/summary.json");
  };
  REQUIRE_ALL(text_of(40.0).find("what was learned is lost") != std::string::npos);
  REQUIRE_ALL(text_of(0.02).find("what was learned is lost") == std::string::npos);
}
