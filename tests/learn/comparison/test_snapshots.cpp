// Tables with samples: what is found in them, and those that are refused.
#include <cmath>
#include <limits>

#include "gaussian_table.hpp"
#include "learn/comparison/snapshots.hpp"
#include "run/files.hpp"

using namespace tessera;
using namespace tessera::test;
using learn::comparison::Snapshots;

namespace {

/// What is said about a table.
std::string complaint_about_table(const std::string& path) {
  try {
    const Snapshots snapshots(comm(), path, "data \"x\"");
  } catch (const Error& error) {
    REQUIRE(error.kind() == ErrorKind::input);
    return error.what();
  }
  return "no error";
}

/// Sets a number of a row, whoever has it.
void set(const data::Table& table, const char* column, std::int64_t row, double value) {
  const auto here = row - table.first_row();
  if (here >= 0 && here < table.num_rows())
    data::set_rows(table.get<double>(column), here, std::vector<double>(table.get<double>(column).extent(1), value));
}

}  // namespace

TEST_CASE("rows of one time are a snapshot", "[comparison]") {
  const auto path = write_table(scratch_folder() + "/table.h5", {.rows = 131, .growth = 0.4});
  const Snapshots snapshots(comm(), path, "data");
  REQUIRE(snapshots.count() == 3);
  REQUIRE(snapshots.dimension() == 2);
  for (int n = 0; n < 3; ++n) {
    REQUIRE(snapshots.time(n) == 0.5 * n);
    REQUIRE(snapshots.num_rows(n) == 131);
    // 66 samples weigh a half, 65 three halves, or the other way round.
    const double mean = (n == 1 ? 66 * 1.5 + 65 * 0.5 : 66 * 0.5 + 65 * 1.5) / 131.0;
    REQUIRE(std::abs(snapshots.mass(n) / (mean * std::exp(0.2 * n)) - 1.0) < 1e-14);
  }
  REQUIRE(snapshots.nearest(0.52, 0.05) == 1);
  try {
    snapshots.nearest(0.7, 0.05);
    REQUIRE(false);
  } catch (const Error& error) {
    REQUIRE(says(error.what(), "no samples at time 0.7, which the reference has; the nearest are at 0.5"));
  }
}

TEST_CASE("a histogram is a density", "[comparison]") {
  const auto path =
      write_table(scratch_folder() + "/table.h5", {.rows = 20000, .dimension = 1, .times = {0.0}, .growth = 0.1});
  const Snapshots snapshots(comm(), path, "data");
  const auto [low, high] = snapshots.range(0);
  REQUIRE((low < -3.0 && high > 3.0 && low > -7.0 && high < 7.0));
  const auto density = snapshots.histogram(0, 0, -5.0, 5.0, 50);
  double sum = 0.0;
  for (int bin = 0; bin < 50; ++bin) {
    const double x = -4.9 + 0.2 * bin, expected = std::exp(-0.5 * x * x) / std::sqrt(2.0 * 3.14159265358979);
    // Five standard errors of that many samples, whose weights make 1.25 of it; and the curvature within a bin.
    REQUIRE(std::abs(density[static_cast<std::size_t>(bin)] - expected) <
            5.0 * std::sqrt(1.25 * (expected + 1e-4) / 0.2 / 20000) + 0.002);
    sum += 0.2 * density[static_cast<std::size_t>(bin)];
  }
  REQUIRE(std::abs(sum - 1.0) < 1e-12);
}

TEST_CASE("tables that are none of samples are refused", "[comparison]") {
  const std::string path = scratch_folder() + "/table.h5";
  REQUIRE(says(complaint_about_table(path), "data \"x\": "));
  put_file(path, "no table");
  REQUIRE(says(complaint_about_table(path), "table.h5"));

  const GaussianTable samples{.rows = 70, .growth = 0.1};
  for (const char* name : {"time", "position", "log_weight"})
    for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()}) {
      const auto table = make_table(samples);
      set(table, name, 150, value);
      const auto text = complaint_about_table(write_table(path, table));
      REQUIRE(says(text, std::string("row 150: ") + name + " is "));
      REQUIRE(says(text, "expected finite numbers"));
    }
  const auto disordered = make_table(samples);
  set(disordered, "time", 100, 0.25);
  REQUIRE(says(complaint_about_table(write_table(path, disordered)),
               "row 100: time 0.25 comes after 0.5; expected times in ascending order"));

  data::Table without(comm());
  without.add<double>("time");
  without.append(comm().is_root() ? 3 : 0);
  REQUIRE(says(complaint_about_table(write_table(path, without)), "there is no 'position'"));
  data::Table whole(comm());
  whole.add<double>("time");
  whole.add<std::int64_t>("position", 2);
  whole.append(1);
  REQUIRE(says(complaint_about_table(write_table(path, whole)),
               "column 'position' has 2 a row, whole numbers; expected real ones"));
  data::Table empty(comm());
  empty.add<double>("time");
  empty.add<double>("position", 2);
  REQUIRE(says(complaint_about_table(write_table(path, empty)), "there are no samples in this table"));
}
