// Rows shared out over clients: how many, which, and by which distributions.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "base/random.hpp"
#include "client_run.hpp"
#include "learn/client_data/gamma_variate.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::learn::client_data;

namespace {

const std::string two_classes = "[stage.synthetic]\nkind = \"classes\"\nrows = ";

std::vector<std::int64_t> shard_sizes(const WholeTable& table) {
  std::vector<std::int64_t> sizes;
  for (const auto client : table.client) {
    if (client < 0) continue;
    sizes.resize(std::max(sizes.size(), static_cast<std::size_t>(client) + 1));
    ++sizes[static_cast<std::size_t>(client)];
  }
  return sizes;
}

void check_order(const WholeTable& table) {
  for (std::size_t n = 1; n < table.size(); ++n) {
    const auto key = [&](std::size_t row) { return table.client[row] < 0 ? 1 << 30 : table.client[row]; };
    REQUIRE((key(n - 1) < key(n) || (key(n - 1) == key(n) && table.id[n - 1] < table.id[n])));
  }
  CHECK(std::set<std::int64_t>(table.id.begin(), table.id.end()).size() == table.size());
}

}  // namespace

TEST_CASE("gamma variates have the moments of their distribution", "[client_data]") {
  const Random random(3, RandomPurpose::test);
  for (const double shape : {0.1, 0.7, 1.0, 4.5, 200.0}) {
    constexpr int count = 40000;
    double mean = 0.0, square = 0.0, logarithm = 0.0;
    for (std::uint64_t n = 0; n < count; ++n) {
      const double log_value = log_gamma_variate(random, n, 7, 0, shape);
      mean += std::exp(log_value) / count;
      square += std::exp(2.0 * log_value) / count;
      logarithm += log_value / count;
    }
    INFO("shape " << shape);
    CHECK_THAT(mean, WithinAbs(shape, 5.0 * std::sqrt(shape / count)));
    CHECK_THAT(square - mean * mean, WithinAbs(shape, 6.0 * shape * std::sqrt((2.0 + 6.0 / shape) / count)));
    const double step = 1e-5, digamma = (std::lgamma(shape + step) - std::lgamma(shape - step)) / (2.0 * step);
    CHECK_THAT(logarithm, WithinAbs(digamma, 5.0 * (1.0 / shape + 1.0) / std::sqrt(double(count))));
  }
}

TEST_CASE("equal clients, in random order", "[client_data]") {
  const auto table = data_with(two_classes + "1003\n[stage.sharding]\nclients = 10\n");
  check_order(table);
  CHECK(table.held_out.empty());
  CHECK(table.width == 18);
  const auto sizes = shard_sizes(table);
  CHECK(std::count(sizes.begin(), sizes.end(), 100) == 7);
  CHECK(std::count(sizes.begin(), sizes.end(), 101) == 3);
  // Ids at the first client: a sample without order of all.
  double mean = 0.0;
  for (std::size_t n = 0; n < 100; ++n) mean += static_cast<double>(table.id[n]) / 100.0;
  CHECK_THAT(mean, WithinAbs(502.0, 4.0 * 1003.0 / std::sqrt(12.0 * 100.0)));
}

TEST_CASE("clients of given sizes, and rows held out", "[client_data]") {
  const auto table = data_with("held_out = 60\nbalanced_held_out = true\n" + two_classes +
                               "1000\n[stage.sharding]\nkind = \"sizes\"\nsizes = [1, 500, 7]\n");
  check_order(table);
  CHECK(table.size() == 568);
  CHECK(shard_sizes(table) == std::vector<std::int64_t>{1, 500, 7});
  double ones = 0.0;
  for (std::size_t n = 508; n < 568; ++n) {
    CHECK(table.held_out[n] == 1);
    CHECK(table.client[n] == -1);
    ones += table.y[n];
  }
  CHECK(ones == 30.0);
  CHECK(std::count(table.held_out.begin(), table.held_out.end(), 1) == 60);
  const auto share = data_with("held_out = 0.25\n" + two_classes + "1000\n[stage.sharding]\nclients = 5\n");
  CHECK(std::count(share.client.begin(), share.client.end(), -1) == 250);
  CHECK(share.size() == 1000);
}

TEST_CASE("classes are shared out by Dirichlet distributions", "[client_data]") {
  // Share p of a class at a client: mean 1/S, variance (1/S)(1 - 1/S)/(S alpha + 1), and p (1 - p)/N more by counting.
  constexpr double clients = 400, concentration = 2.0, rows = 200000;
  auto stage = started_data(two_classes + "400000\n[stage.sharding]\nkind = \"dirichlet\"\nclients = 400\n" +
                            "concentration = 2.0\n");
  const auto report = report_of(*stage, "clients.csv");
  REQUIRE(report.size() == 400);
  double total = 0.0, product = 0.0;
  for (int k = 0; k < 2; ++k) {
    double mean = 0.0, square = 0.0;
    for (const auto& line : report) {
      const double share = line[1] * line[2 + static_cast<std::size_t>(k)] / rows;
      mean += share / clients;
      square += share * share / clients;
    }
    CHECK_THAT(mean, WithinAbs(1.0 / clients, 1e-12));
    const double variance = (1.0 - 1.0 / clients) / clients / (clients * concentration + 1.0) + 1.0 / clients / rows;
    // The kurtosis of a gamma variate of this shape is 3 + 6/2.
    CHECK_THAT(square - mean * mean, WithinAbs(variance, 5.0 * variance * std::sqrt(5.0 / clients)));
  }
  for (const auto& line : report) {  // classes are independent
    total += line[1];
    product += (line[1] * line[2] / rows * clients - 1.0) * (line[1] * line[3] / rows * clients - 1.0) / clients;
  }
  CHECK(total == 400000.0);
  CHECK_THAT(product, WithinAbs(0.0, 5.0 * 0.5 / std::sqrt(clients)));
}

TEST_CASE("shares of two classes have beta distributions", "[client_data]") {
  for (const double a : {0.5, 100.0}) {
    auto stage = started_data(two_classes + "300000\n[stage.sharding]\nkind = \"beta\"\nclients = 300\na = " +
                              std::to_string(a) + "\nb = " + std::to_string(a) + "\n");
    const auto report = report_of(*stage, "clients.csv");
    double mean = 0.0, square = 0.0;
    for (const auto& line : report) {
      CHECK(line[1] == report[0][1]);
      mean += line[3] / 300.0;
      square += line[3] * line[3] / 300.0;
    }
    CHECK(report[0][1] > 850.0);
    CHECK(report[0][1] <= 1000.0);
    const double variance = 0.25 / (2.0 * a + 1.0);
    INFO("a = b = " << a);
    CHECK_THAT(mean, WithinAbs(0.5, 4.0 * std::sqrt(variance / 300.0)));
    CHECK_THAT(square - mean * mean, WithinAbs(variance, 5.0 * variance * std::sqrt(2.0 / 300.0)));
  }
}

TEST_CASE("the largest equal size that two classes allow", "[client_data]") {
  CHECK(largest_equal_size({0.5, 0.5}, 10, 10) == 10);
  CHECK(largest_equal_size({0.5, 0.5}, 10, 6) == 6);
  CHECK(largest_equal_size({1.0, 0.0}, 7, 9) == 7);
  CHECK(largest_equal_size({1.0, 1.0}, 7, 9) == 4);
  CHECK(largest_equal_size({1.0, 1.0}, 7, 1) == 0);
}

TEST_CASE("very many clients", "[client_data]") {
  const auto table = data_with("[stage.synthetic]\nkind = \"blobs\"\nclients = 100000\nrows = 1\n");
  REQUIRE(table.size() == 100000);
  for (std::size_t n = 0; n < table.size(); n += 997) CHECK(table.client[n] == static_cast<std::int64_t>(n));
}
