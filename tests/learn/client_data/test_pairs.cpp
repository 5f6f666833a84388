// Pairs of rows, for learning metrics.
#include <algorithm>
#include <cmath>
#include <set>

#include "client_run.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::learn::client_data;

TEST_CASE("pairs of letters", "[client_data]") {
  const auto table = data_with(
      "[stage.synthetic]\nkind = \"clusters\"\nrows = 1040\nfeatures = 60\n[stage.pairs]\nclients = 10\ncomponents = "
      "12\n"
      "similar_pairs = 500\ndissimilar_pairs = 700\nheld_out_pairs = 101\n");
  REQUIRE(table.size() == 1301);
  REQUIRE(table.width == 12);
  double similar[2] = {}, sums[2] = {}, counts[2] = {};
  for (std::size_t n = 0; n < table.size(); ++n) {
    const bool held_out = table.client[n] < 0;
    similar[held_out ? 1 : 0] += table.y[n];
    for (std::size_t k = 0; k < 12; ++k) {
      CHECK(table.x[12 * n + k] >= 0.0);
      sums[table.y[n] == 1.0 ? 1 : 0] += table.x[12 * n + k];
      counts[table.y[n] == 1.0 ? 1 : 0] += 1.0;
    }
  }
  CHECK(similar[0] == 500.0);
  CHECK(similar[1] == 51.0);
  CHECK(sums[0] / counts[0] > 1.1 * sums[1] / counts[1]);  // unlike letters are farther apart
}

TEST_CASE("features of pairs are squared differences along singular vectors", "[client_data]") {
  // Two classes along the first axis, whose square sum is larger than that along the second one by far.
  std::string text = "y,u,v\n";
  std::vector<double> u, v;
  for (int n = 0; n < 40; ++n) {
    u.push_back((n % 2 == 0 ? -10.0 : 10.0) + 0.25 * n);
    v.push_back(n % 4 < 2 ? 1.0 : -1.0);
    text += std::to_string(n % 2 == 0 ? 3 : 8) + "," + std::to_string(u.back()) + "," + std::to_string(v.back()) + "\n";
  }
  const auto table = data_with("file = \"" + write_data("letters.csv", text) +
                               "\"\nclasses = true\n[stage.pairs]\nclients = 1\ncomponents = 2\nsimilar_pairs = 60\n"
                               "dissimilar_pairs = 60\n");
  REQUIRE(table.size() == 120);
  double a = 0.0, b = 0.0, c = 0.0;  // [a b; b c] = X'X
  for (std::size_t n = 0; n < 40; ++n) {
    a += u[n] * u[n];
    b += u[n] * v[n];
    c += v[n] * v[n];
  }
  const double angle = 0.5 * std::atan2(2.0 * b, a - c);
  for (std::size_t n = 0; n < table.size(); ++n) {
    bool is_found = false;
    for (std::size_t i = 0; i < 40 && !is_found; ++i)
      for (std::size_t j = 0; j < 40 && !is_found; ++j) {
        if ((i % 2 == j % 2) != (table.y[n] == 1.0) || i == j) continue;
        const double du = u[i] - u[j], dv = v[i] - v[j];
        const double along = std::cos(angle) * du + std::sin(angle) * dv,
                     across = std::cos(angle) * dv - std::sin(angle) * du;
        is_found = std::abs(table.x[2 * n] - along * along) < 1e-9 * (1.0 + along * along) &&
                   std::abs(table.x[2 * n + 1] - across * across) < 1e-9 * (1.0 + across * across);
      }
    CHECK(is_found);
  }
}

TEST_CASE("clients have classes of their own", "[client_data]") {
  // Classes lie far apart on a line, so that a pair of unlike ones tells which they are: 4^i and 4^j differ uniquely.
  std::string text = "y,u\n";
  for (int n = 0; n < 120; ++n) text += std::to_string(n % 6) + "," + std::to_string(1 << (2 * (n % 6))) + "\n";
  const auto table = data_with("file = \"" + write_data("line.csv", text) +
                               "\"\nclasses = true\n[stage.pairs]\nclients = 3\ncomponents = 1\nsimilar_pairs = 30\n"
                               "dissimilar_pairs = 90\nheld_out_pairs = 40\n");
  std::set<int> seen[3];
  for (std::size_t n = 0; n < 120; ++n) {
    const double difference = std::sqrt(table.x[n]);
    CHECK((difference < 1e-9) == (table.y[n] == 1.0));
    for (int i = 0; i < 6; ++i)
      for (int j = 0; j < i; ++j)
        if (std::abs(difference - ((1 << (2 * i)) - (1 << (2 * j)))) < 1e-6) {
          seen[table.client[n]].insert(i);
          seen[table.client[n]].insert(j);
        }
  }
  std::set<int> all;
  for (const auto& classes : seen) {
    CHECK(classes.size() == 2);
    all.insert(classes.begin(), classes.end());
  }
  CHECK(all.size() == 6);
}
