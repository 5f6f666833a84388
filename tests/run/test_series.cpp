#include <cmath>
#include <limits>

#include "files.hpp"
#include "run/series.hpp"

using namespace tessera;
using run::SeriesFile;
using test::content_of;

namespace {

const std::vector<sim::SeriesColumn> columns{{"energy", "eV"}, {"ratio", ""}};
const std::string header = "step,energy [eV],ratio\n";

void write_rows(const std::string& path, const std::vector<std::int64_t>& steps, bool resuming, std::int64_t last_step,
                double value = 0.5) {
  SeriesFile series(test::comm(), path, columns, resuming, last_step);
  for (const auto step : steps) series.add(step, {value, 2.0});
  series.flush();
}

}  // namespace

TEST_CASE("a series has a header with units and one row a step", "[run]") {
  const std::string path = test::scratch_folder() + "/series.csv";
  SeriesFile series(test::comm(), path, columns, false, 0);
  REQUIRE_ALL(content_of(path) == header);
  series.add(0, {0.1, -1e-300});
  series.add(100, {std::numeric_limits<double>::quiet_NaN(), 3.0});
  series.flush();
  REQUIRE_ALL(content_of(path) == header + "0,0.10000000000000001,-1e-300\n100,nan,3\n");
  REQUIRE_ALL(!series.failure());
  REQUIRE_ALL(series.bytes_written() ==
              (test::comm().is_root() ? static_cast<std::int64_t>(content_of(path).size() - header.size()) : 0));
}

TEST_CASE("numbers come back as they were", "[run]") {
  const std::string path = test::scratch_folder() + "/series.csv";
  const double value = 1.0 / 3.0;
  write_rows(path, {7}, false, 0, value);
  REQUIRE_ALL(std::stod(content_of(path).substr(header.size() + 2)) == value);
}

TEST_CASE("a series that goes on is cut back to the step of its restart", "[run]") {
  const std::string path = test::scratch_folder() + "/series.csv";
  write_rows(path, {0, 10, 20, 30}, false, 0);
  write_rows(path, {30, 40}, true, 25, 0.25);
  REQUIRE_ALL(content_of(path) == header + "0,0.5,2\n10,0.5,2\n20,0.5,2\n30,0.25,2\n40,0.25,2\n");
  write_rows(path, {}, true, 40);
  REQUIRE_ALL(content_of(path) == header + "0,0.5,2\n10,0.5,2\n20,0.5,2\n30,0.25,2\n40,0.25,2\n");
}

TEST_CASE("an incomplete last line is cut off", "[run]") {
  const std::string path = test::scratch_folder() + "/series.csv";
  test::put_file(path, header + "0,0.5,2\n10,0.5,2\n20,0.");
  write_rows(path, {20}, true, 20, 0.25);
  REQUIRE_ALL(content_of(path) == header + "0,0.5,2\n10,0.5,2\n20,0.25,2\n");
}

TEST_CASE("rows that are no rows end a series", "[run]") {
  const std::string path = test::scratch_folder() + "/series.csv";
  test::put_file(path, header + "0,0.5,2\nnonsense\n10,0.5,2\n");
  write_rows(path, {10}, true, 10, 0.25);
  REQUIRE_ALL(content_of(path) == header + "0,0.5,2\n10,0.25,2\n");
}

TEST_CASE("a series of other columns is put aside", "[run]") {
  const std::string path = test::scratch_folder() + "/series.csv", other = "step,pressure\n0,1\n";
  test::put_file(path, other);
  write_rows(path, {10}, true, 0);
  REQUIRE_ALL(content_of(path) == header + "10,0.5,2\n");
  REQUIRE_ALL(content_of(path + ".before") == other);
}

TEST_CASE("half a header is written anew", "[run]") {
  const std::string path = test::scratch_folder() + "/series.csv";
  test::put_file(path, "step,ene");
  write_rows(path, {10}, true, 0);
  REQUIRE_ALL(content_of(path) == header + "10,0.5,2\n");
  REQUIRE_ALL(!std::filesystem::exists(path + ".before"));
}

TEST_CASE("a run that begins anew drops what was there", "[run]") {
  const std::string path = test::scratch_folder() + "/series.csv";
  write_rows(path, {0, 10}, false, 0);
  write_rows(path, {0}, false, 0, 0.25);
  REQUIRE_ALL(content_of(path) == header + "0,0.25,2\n");
}

TEST_CASE("rows that cannot be written are an error of all ranks", "[run]") {
  const std::string folder = test::scratch_folder();
  SeriesFile series(test::comm(), folder + "/series.csv", columns, false, 0);
  if (test::comm().is_root()) {
    std::filesystem::remove(folder + "/series.csv");
    std::filesystem::create_directory(folder + "/series.csv");
  }
  series.add(0, {1.0, 2.0});
  REQUIRE_ALL(series.failure().has_value() == test::comm().is_root());
  REQUIRE_THROWS_WITH(series.flush(), Contains("series.csv"));
}

TEST_CASE("tables of observables look like series", "[run]") {
  REQUIRE(run::to_csv({"rdf.csv", {{"r", "sigma"}, {"g", ""}}, {{0.5, 0.0}, {1.5, 0.1}}}) ==
          "r [sigma],g\n0.5,0\n1.5,0.10000000000000001\n");
  REQUIRE(run::to_csv({"rdf.csv", {{"r", ""}}, {}}) == "r\n");
  REQUIRE(run::to_csv({"all.csv", {{"value", ""}}, {{0.5}, {2.0}}, {"name", "unit"}, {{"a", "K"}, {"b", ""}}}) ==
          "name,unit,value\na,K,0.5\nb,,2\n");
}
