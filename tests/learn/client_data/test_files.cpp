// Tables of a user's, in three formats.
#include <cmath>

#include "client_run.hpp"
#include "data/io/table_file.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::learn::client_data;

namespace {

constexpr int rows = 90;

double number(int row, int column) { return column == 1 && row % 4 == 0 ? 0.0 : std::sin(1.0 + row + 10.0 * column); }
int label(int row) { return row % 3 == 0 ? 1 : -1; }
std::string text_of(double value) {
  std::ostringstream text;
  text.precision(17);
  text << value;
  return text.str();
}

std::string write_table() {
  std::string text = "a, \"label\", b, c, site\n# a remark\n";
  for (int n = 0; n < rows; ++n)
    text += text_of(number(n, 0)) + "," + std::to_string(label(n)) + "," + text_of(number(n, 1)) + "," +
            text_of(number(n, 2)) + "," + std::to_string(10 - 3 * (n % 4)) + "\n";
  return write_data("table.csv", text);
}

std::string write_libsvm() {
  std::string text;
  for (int n = 0; n < rows; ++n) {
    text += label(n) > 0 ? "+1" : "-1";
    for (int c = 0; c < 3; ++c)
      if (number(n, c) != 0.0) text += " " + std::to_string(c + 1) + ":" + text_of(number(n, c));
    text += "\n";
  }
  return write_data("table.svm", text);
}

std::string write_hdf5() {
  data::Table table(comm());
  table.add<double>("x", 3);
  table.add<std::int64_t>("label");
  const auto first = data::first_of_share(rows, 1, comm().rank(), comm().size()),
             end = data::first_of_share(rows, 1, comm().rank() + 1, comm().size());
  table.append(end - first);
  std::vector<double> x;
  std::vector<std::int64_t> labels;
  for (auto n = static_cast<int>(first); n < end; ++n) {
    labels.push_back(label(n));
    for (int c = 0; c < 3; ++c) x.push_back(number(n, c));
  }
  data::set_rows(table.get<double>("x"), 0, x);
  data::set_rows(table.get<std::int64_t>("label"), 0, labels);
  const std::string path = scratch_folder() + "/table.h5";
  data::TableFile file(comm(), path, table, "", false, 0);
  file.append(table);
  file.close();
  return path;
}

std::string keys_of(const std::string& path, const std::string& keys) {
  return "file = \"" + path + "\"\nclasses = true\nheld_out = 9\n" + keys + "[stage.sharding]\nclients = 4\n";
}

}  // namespace

TEST_CASE("three formats give one table", "[client_data]") {
  const auto table = data_with(keys_of(write_table(), "response = \"label\"\nfeatures = [\"a\", \"b\", \"c\"]\n"));
  REQUIRE(table.size() == rows);
  REQUIRE(table.width == 3);
  for (std::size_t n = 0; n < table.size(); ++n) {
    const auto row = static_cast<int>(table.id[n]) - 1;
    CHECK(table.y[n] == (label(row) > 0 ? 1.0 : 0.0));
    for (int c = 0; c < 3; ++c) CHECK(table.x[3 * n + static_cast<std::size_t>(c)] == number(row, c));
  }
  CHECK(data_with(keys_of(write_libsvm(), "")) == table);
  CHECK(data_with(keys_of(write_hdf5(), "response = \"label\"\n")) == table);
}

TEST_CASE("a column says whose rows are whose", "[client_data]") {
  auto stage = started_data("file = \"" + write_table() +
                            "\"\nresponse = \"a\"\nclient_column = \"site\"\nfeatures = [\"c\", \"b\"]\n");
  const auto table = whole_table(*stage->table());
  REQUIRE(table.size() == rows);
  CHECK(table.client.back() == 3);
  for (std::size_t n = 0; n < table.size(); ++n) {
    const auto row = static_cast<int>(table.id[n]) - 1;
    CHECK(table.client[n] == 3 - row % 4);  // sites 1, 4, 7, 10 in rising order
    CHECK(table.x[2 * n] == number(row, 2));
    CHECK(table.y[n] == number(row, 0));
  }
  const auto report = report_of(*stage, "clients.csv");
  REQUIRE(report.size() == 4);
  CHECK(report[0][1] == 22.0);
  CHECK(report[3][1] == 23.0);
}

TEST_CASE("columns are standardised over rows for training", "[client_data]") {
  auto stage = started_data("file = \"" + write_table() +
                            "\"\nresponse = \"a\"\nstandardise = true\nstandardise_response = true\nheld_out = 20\n"
                            "[stage.sharding]\nclients = 4\n");
  const auto table = whole_table(*stage->table());
  const auto scaling = report_of(*stage, "standardised.csv");
  REQUIRE(table.width == 4);
  REQUIRE(scaling.size() == 5);
  for (std::size_t c = 0; c < 5; ++c) {
    double sum = 0.0, squares = 0.0;
    for (std::size_t n = 0; n < 70; ++n) {
      const double value = c < 4 ? table.x[4 * n + c] : table.y[n];
      sum += value;
      squares += value * value;
    }
    CHECK_THAT(sum, WithinAbs(0.0, 1e-12));
    CHECK_THAT(squares, WithinAbs(70.0, 1e-11));
  }
  CHECK(scaling[4][0] == 0.0);
  const auto row = static_cast<int>(table.id[80]) - 1;
  CHECK_THAT(table.y[80] * scaling[4][2] + scaling[4][1], WithinAbs(number(row, 0), 1e-14));
  CHECK_THAT(table.x[4 * 80 + 1] * scaling[1][2] + scaling[1][1], WithinAbs(number(row, 1), 1e-14));
}

TEST_CASE("a file without responses, and a column that is constant", "[client_data]") {
  const auto path = write_data("plain.txt", "a b\n1 5\n2 5\n3 5\n4 5\n");
  const auto table =
      data_with("file = \"" + path + "\"\nresponse = \"\"\nstandardise = true\n[stage.sharding]\nclients = 2\n");
  CHECK(table.y.empty());
  for (std::size_t n = 0; n < 4; ++n) CHECK(table.x[2 * n + 1] == 0.0);
}
