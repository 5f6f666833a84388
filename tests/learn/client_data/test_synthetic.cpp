// Rows drawn at random have the laws that decks give them.
#include <cmath>

#include "client_run.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::learn::client_data;

namespace {

double logistic_loss(const WholeTable& table, const std::vector<double>& theta, std::vector<double>& gradient) {
  double loss = 0.0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (std::size_t n = 0; n < table.size(); ++n) {
    const double* x = table.x.data() + n * table.width;
    double product = theta[table.width];
    for (std::size_t c = 0; c < table.width; ++c) product += theta[c] * x[c];
    const double probability = 1.0 / (1.0 + std::exp(-product));
    loss -= std::log(table.y[n] == 1.0 ? probability : 1.0 - probability);
    for (std::size_t c = 0; c < table.width; ++c) gradient[c] += (probability - table.y[n]) * x[c];
    gradient[table.width] += probability - table.y[n];
  }
  for (double& value : gradient) value /= static_cast<double>(table.size());
  return loss / static_cast<double>(table.size());
}

}  // namespace

TEST_CASE("blobs", "[client_data]") {
  auto stage = started_data("[stage.synthetic]\nkind = \"blobs\"\nclients = 4\nrows = 4000\nvariance = 0.125\n");
  const auto table = whole_table(*stage->table());
  const auto truth = report_of(*stage, "truth.csv");
  REQUIRE(truth.size() == 4);
  CHECK(table.y.empty());
  for (std::size_t s = 0; s < 4; ++s)
    for (std::size_t c = 0; c < 2; ++c) {
      double mean = 0.0, square = 0.0;
      for (std::size_t n = 4000 * s; n < 4000 * (s + 1); ++n) {
        const double x = table.x[2 * n + c] - truth[s][c + 1];
        mean += x / 4000.0;
        square += x * x / 4000.0;
      }
      CHECK(std::abs(truth[s][c + 1]) < 6.0);
      CHECK_THAT(mean, WithinAbs(0.0, 4.5 * std::sqrt(0.125 / 4000.0)));
      CHECK_THAT(square, WithinAbs(0.125, 4.5 * 0.125 * std::sqrt(2.0 / 4000.0)));
    }
  const auto given = data_with("[stage.synthetic]\nsizes = [1, 2]\nvariance = 0\ncentres = [1, 2, 3, 4]\n");
  CHECK(given.x == std::vector<double>{1, 2, 3, 4, 3, 4});
  CHECK(given.client == std::vector<std::int64_t>{0, 1, 1});
}

TEST_CASE("regressions", "[client_data]") {
  const std::string keys = "clients = 50\nrows = 200\nfeatures = 3\nheterogeneity = 2.0\n";
  auto stage = started_data("[stage.synthetic]\nkind = \"linear\"\nnoise = 0.5\n" + keys);
  const auto table = whole_table(*stage->table());
  const auto truth = report_of(*stage, "truth.csv");
  REQUIRE(truth.size() == 3);
  double square = 0.0, spread = 0.0;
  for (std::size_t n = 0; n < table.size(); ++n) {
    double rest = table.y[n];
    for (std::size_t c = 0; c < 3; ++c) rest -= truth[c][1] * table.x[3 * n + c];
    square += rest * rest / 10000.0;
  }
  for (std::size_t s = 0; s < 50; ++s)
    for (std::size_t c = 0; c < 3; ++c) {
      double mean = 0.0;
      for (std::size_t n = 200 * s; n < 200 * (s + 1); ++n) mean += table.x[3 * n + c] / 200.0;
      spread += mean * mean / 150.0;
    }
  CHECK_THAT(square, WithinAbs(0.25, 5.0 * 0.25 * std::sqrt(2.0 / 10000.0)));
  CHECK_THAT(spread, WithinAbs(4.005, 5.0 * 4.0 * std::sqrt(2.0 / 150.0)));

  auto logistic = started_data("[stage.synthetic]\nkind = \"logistic\"\n" + keys);
  const auto labels = whole_table(*logistic->table());
  std::vector<double> theta, gradient(4);
  for (const auto& line : report_of(*logistic, "truth.csv")) theta.push_back(line[1]);
  theta.push_back(0.0);
  logistic_loss(labels, theta, gradient);
  for (const double value : gradient) CHECK_THAT(value, WithinAbs(0.0, 5.0 * 0.5 * 2.3 / 100.0));
}

TEST_CASE("two classes that a plane separates in part", "[client_data]") {
  const auto table = data_with("[stage.synthetic]\nkind = \"classes\"\nrows = 20000\n[stage.sharding]\nclients = 2\n");
  std::vector<double> theta(19, 0.0), gradient(19);
  double loss = 0.0;
  for (int step = 0; step < 60; ++step) {
    loss = logistic_loss(table, theta, gradient);
    for (std::size_t c = 0; c < theta.size(); ++c) theta[c] -= 2.0 * gradient[c];
  }
  CHECK(loss > 0.44);  // on these very rows
  CHECK(loss < 0.50);
  double right = 0.0, better = 0.0;
  const double rho = 0.25;
  for (std::size_t n = 0; n < table.size(); ++n) {
    const double* x = table.x.data() + n * table.width;
    double product = theta[18];
    for (std::size_t c = 0; c < 18; ++c) product += theta[c] * x[c];
    right += (product > 0.0) == (table.y[n] == 1.0) ? 1.0 / 20000.0 : 0.0;
    for (std::size_t c = 6; c < 12; c += 2) product += 2.0 * rho / (1.0 - rho * rho) * x[c] * x[c + 1];
    better -= std::log(1.0 / (1.0 + std::exp(table.y[n] == 1.0 ? -product : product))) / 20000.0;
  }
  CHECK(right > 0.76);
  CHECK(right < 0.80);
  CHECK(better < loss - 0.03);
}
