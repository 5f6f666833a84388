// Samples at some times, as learners see them: what they make of tables, on any number of ranks.
#include <algorithm>
#include <cmath>
#include <limits>

#include "catch.hpp"
#include "data/io/table_file.hpp"
#include "learn/snapshots.hpp"

using namespace tessera;
using namespace tessera::learn;
using namespace tessera::test;

namespace {

struct Sample {
  double time = 0.0, x = 0.0, y = 0.0, log_weight = 0.0;
};

/// Collective. Rows shared out among the ranks, unequally.
data::Table table_of(const std::vector<Sample>& samples, bool has_weights) {
  data::Table table(comm());
  table.add<double>("time");
  table.add<double>("position", 2);
  if (has_weights) table.add<double>("log_weight");
  const auto total = static_cast<std::int64_t>(samples.size());
  const std::int64_t size = comm().size(), rank = comm().rank();
  const auto first_of = [&](std::int64_t r) { return total * r * (r + 1) / (size * (size + 1)); };
  table.append(first_of(rank + 1) - first_of(rank));
  const auto time = table.get<double>("time"), position = table.get<double>("position");
  for (std::int64_t row = 0; row < table.num_rows(); ++row) {
    const auto& sample = samples[static_cast<std::size_t>(first_of(rank) + row)];
    time(row, 0) = sample.time;
    position(row, 0) = sample.x;
    position(row, 1) = sample.y;
    if (has_weights) table.get<double>("log_weight")(row, 0) = sample.log_weight;
  }
  return table;
}

/// Three times: 4, 2 and 6 samples.
std::vector<Sample> some_samples() {
  std::vector<Sample> samples;
  for (int n = 0; n < 12; ++n)
    samples.push_back({n < 4 ? -1.0 : n < 6 ? 0.5 : 2.0, 1.0 * n, 10.0 - n, std::log(1.0 + 0.5 * (n % 3))});
  return samples;
}

}  // namespace

TEST_CASE("snapshots are the rows of one time", "[learn]") {
  const Snapshots snapshots(table_of(some_samples(), false), "t.h5");
  CHECK(snapshots.dimensions() == 2);
  CHECK_FALSE(snapshots.has_weights());
  const auto& frames = snapshots.frames();
  REQUIRE(frames.size() == 3);
  CHECK((frames[0].time == -1.0 && frames[0].first == 0 && frames[0].count == 4));
  CHECK((frames[1].time == 0.5 && frames[1].first == 4 && frames[1].count == 2));
  CHECK((frames[2].time == 2.0 && frames[2].first == 6 && frames[2].count == 6));
  CHECK_THAT(snapshots.mean()[0], WithinRel(5.5, 1e-14));
  CHECK_THAT(snapshots.mean()[1], WithinRel(4.5, 1e-14));
  CHECK_THAT(snapshots.deviation()[0], WithinRel(std::sqrt(143.0 / 12.0), 1e-14));
  // Each rank asks for rows of its own, in any order and twice.
  std::vector<std::int64_t> wanted{11, 0, 4, 4};
  wanted.push_back(comm().rank());
  const auto rows = snapshots.gather(wanted);
  REQUIRE_ALL(rows.position.size() == 10);
  for (std::size_t n = 0; n < wanted.size(); ++n) {
    const auto number = static_cast<double>(wanted[n]);
    REQUIRE_ALL((rows.position[2 * n] == number && rows.position[2 * n + 1] == 10.0 - number));
  }
}

// Particles that multiply are more of them; those with weights have a mean weight, however many have been taken down.
TEST_CASE("weights of samples make the mass of a time, or else how many there are", "[learn]") {
  for (const bool has_weights : {true, false}) {
    INFO((has_weights ? "weights" : "no weights"));
    const auto samples = some_samples();
    const Snapshots snapshots(table_of(samples, has_weights), "t.h5");
    CHECK(snapshots.has_weights() == has_weights);
    std::vector<std::int64_t> all;
    for (std::int64_t n = 0; n < 12; ++n) all.push_back(n);
    const auto weights = snapshots.gather(all).weight;
    // Weights of the first four are 1, 1.5, 2, 1.
    const double first = has_weights ? 5.5 / 4.0 : 4.0;
    for (const auto& frame : snapshots.frames()) {
      double sum = 0.0, mean = 0.0;
      for (auto n = static_cast<std::size_t>(frame.first); n < static_cast<std::size_t>(frame.first + frame.count);
           ++n) {
        sum += has_weights ? std::exp(samples[n].log_weight) / static_cast<double>(frame.count) : 1.0;
        mean += weights[n] / static_cast<double>(frame.count);
      }
      CHECK_THAT(frame.mass, WithinRel(sum / first, 1e-14));
      REQUIRE_ALL(std::fabs(mean - frame.mass) < 1e-14);
    }
  }
}

TEST_CASE("snapshots of particles that went backward are the same, from the last to the first", "[learn]") {
  auto samples = some_samples();
  const Snapshots forward(table_of(samples, true), "t.h5");
  std::reverse(samples.begin(), samples.end());
  const Snapshots backward(table_of(samples, true), "t.h5");
  REQUIRE(backward.frames().size() == 3);
  for (std::size_t n = 0; n < 3; ++n) {
    const auto &one = forward.frames()[n], &other = backward.frames()[n];
    CHECK(other.time == one.time);
    CHECK(other.count == one.count);
    CHECK(other.first == 12 - one.first - one.count);
    CHECK_THAT(other.mass, WithinRel(one.mass, 1e-14));
  }
  const auto there = forward.gather({0, 4, 11}), back = backward.gather({11, 7, 0});
  CHECK(there.position == back.position);
  CHECK(there.weight == back.weight);
  CHECK(there.mass == back.mass);
}

TEST_CASE("snapshots come from files", "[learn]") {
  const std::string path = scratch_folder() + "/table.h5";
  {
    const auto table = table_of(some_samples(), true);
    data::TableFile file(comm(), path, table, "", false, 0);
    file.append(table);
    file.close();
  }
  const auto snapshots = Snapshots::read(comm(), path);
  REQUIRE(snapshots.frames().size() == 3);
  CHECK(snapshots.has_weights());
  CHECK(snapshots.frames()[2].count == 6);
  CHECK_THROWS_WITH(Snapshots::read(comm(), path + "x"), Contains("table.h5x"));
}

TEST_CASE("tables that are no snapshots say why", "[learn]") {
  const auto refused = [&](const std::vector<Sample>& samples, const std::string& message) {
    CHECK_THROWS_WITH(Snapshots(table_of(samples, true), "t.h5"), Contains("t.h5: ") && Contains(message));
  };
  refused({}, "there are no samples in this table");
  auto samples = some_samples();
  samples[5].time = -2.0;
  refused(samples, "row 5: time -2 comes after 0.5; expected times in ascending order");
  samples = some_samples();
  samples[9].y = std::numeric_limits<double>::infinity();
  refused(samples, "row 9: position is inf; expected finite numbers");
  samples = some_samples();
  samples[2].log_weight = std::nan("");
  refused(samples, "row 2: log_weight is nan; expected finite numbers");
  samples = some_samples();
  samples[11].time = std::nan("");
  refused(samples, "row 11: time is nan; expected finite numbers");
  samples = some_samples();
  samples[7].log_weight = 800.0;
  refused(samples, "the weights exp(log_weight) at t = 2 add up to");
  samples = some_samples();
  for (auto& sample : samples) sample.log_weight = -800.0;
  refused(samples, "at t = -1 add up to 0; expected a positive");
  data::Table table(comm());
  table.add<double>("position", 2);
  CHECK_THROWS_WITH(Snapshots(std::move(table), "t.h5"), Contains("t.h5: ") && Contains("there is no 'time'"));
  data::Table numbers(comm());
  numbers.add<std::int64_t>("time");
  numbers.add<double>("position", 2);
  CHECK_THROWS_WITH(Snapshots(std::move(numbers), "t.h5"),
                    Contains("column 'time' has 1 a row, whole numbers; expected one real number"));
}
