// Exchanges of temperatures between energies whose distribution is known.
#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "catch.hpp"
#include "sim/md/replicas/exchange.hpp"
#include "sim/md/replicas/state_archive.hpp"

using namespace tessera;
using sim::md::ReplicaExchange;

namespace {

constexpr int half_freedom = 6;  // of a harmonic oscillator of 12 dimensions: its energy over k_B T is a gamma variate

/// Sum of as many exponential numbers.
double gamma_variate(const Random& random, std::uint64_t id, std::uint64_t step) {
  double product = 1.0;
  for (std::uint32_t n = 0; n < half_freedom / 2; ++n) {
    const auto u = random.uniform(id, step, n);
    product *= u.first * u.second;
  }
  return -std::log(product);
}

/// Of such a number to be below x.
double cumulative(double x) {
  double term = 1.0, sum = 0.0;
  for (int n = 0; n < half_freedom; ++n) {
    sum += term;
    term *= x / (n + 1);
  }
  return 1.0 - std::exp(-x) * sum;
}

/// Kolmogorov and Smirnov's distance between numbers and that distribution.
double distance(std::vector<double> numbers) {
  std::sort(numbers.begin(), numbers.end());
  double largest = 0.0;
  const auto count = static_cast<double>(numbers.size());
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    const double expected = cumulative(numbers[n]);
    largest = std::max({largest, std::abs(static_cast<double>(n) / count - expected),
                        std::abs(static_cast<double>(n + 1) / count - expected)});
  }
  return largest;
}

/// Probability that oscillators at temperatures a < b exchange: twice that of the colder one to have more energy.
double expected_acceptance(double a, double b) {
  const double x = b / (a + b);
  constexpr int tosses = 2 * half_freedom - 1;
  double sum = 0.0, ways = 1.0;
  for (int k = 0; k <= tosses; ++k) {
    if (k >= half_freedom) sum += ways * std::pow(x, k) * std::pow(1.0 - x, tosses - k);
    ways *= static_cast<double>(tosses - k) / (k + 1);
  }
  return 2.0 * (1.0 - sum);
}

}  // namespace

TEST_CASE("Energies of oscillators have their distribution behind exchanges too, and as many are made as must be",
          "[md]") {
  const std::vector<double> kt{0.7, 1.0, 1.6, 2.1};
  ReplicaExchange exchange(kt, 9);
  const Random random(77, RandomPurpose::test);
  constexpr int attempts = 20000;
  std::vector<std::vector<double>> behind(kt.size());
  for (int n = 0; n < attempts; ++n) {
    std::vector<double> energies(kt.size());  // by replica; each draws a new one at its temperature
    for (int r = 0; r < exchange.size(); ++r)
      energies[static_cast<std::size_t>(r)] =
          kt[static_cast<std::size_t>(exchange.temperature_of(r))] *
          gamma_variate(random, static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(n));
    exchange.attempt(energies, true);
    for (std::size_t k = 0; k < kt.size(); ++k)
      behind[k].push_back(energies[static_cast<std::size_t>(exchange.replica_at(static_cast<int>(k)))] / kt[k]);
  }
  CHECK(exchange.num_attempts() == attempts);
  for (std::size_t k = 0; k < kt.size(); ++k) {
    CAPTURE(k);
    CHECK(distance(behind[k]) < 1.95 / std::sqrt(attempts));  // one in a thousand is further off
    const auto& before = exchange.energy(static_cast<int>(k));
    CHECK(before.count() == attempts);
    CHECK_THAT(before.mean(), WithinAbs(half_freedom * kt[k], 4.0 * kt[k] * std::sqrt(half_freedom / 2e4)));
    CHECK_THAT(before.variance(), WithinRel(half_freedom * kt[k] * kt[k], 0.06));
  }
  for (std::size_t k = 0; k + 1 < kt.size(); ++k)
    CHECK_THAT(exchange.acceptance(static_cast<int>(k)), WithinAbs(expected_acceptance(kt[k], kt[k + 1]), 0.02));
  // Free walkers between reflecting ends.
  CHECK(exchange.num_round_trips() > 100);
  CHECK(exchange.upward_share(0) == 1.0);
  CHECK(exchange.upward_share(3) == 0.0);
  CHECK(exchange.upward_share(1) > exchange.upward_share(2));
}

TEST_CASE("Every replica has one temperature, whatever was exchanged, and an archive keeps that", "[md]") {
  const std::vector<double> kt{1.0, 1.1, 1.2, 1.3, 1.4};
  ReplicaExchange exchange(kt, 3);
  const Random random(5, RandomPurpose::test);
  const auto attempt = [&](ReplicaExchange& one, int n) {
    std::vector<double> energies;
    for (std::uint64_t r = 0; r < kt.size(); ++r)
      energies.push_back(10.0 * random.uniform(r, static_cast<std::uint64_t>(n)).first);
    one.attempt(energies, n >= 10);
  };
  for (int n = 0; n < 50; ++n) {
    attempt(exchange, n);
    for (int r = 0; r < exchange.size(); ++r) REQUIRE(exchange.replica_at(exchange.temperature_of(r)) == r);
  }
  CHECK(exchange.energy(2).count() == 40);
  sim::md::StateArchive archive;
  sim::md::ArchiveWriter writer(archive);
  exchange.save(writer);
  ReplicaExchange other(kt, 3);
  sim::md::ArchiveReader reader(archive, true);
  other.restore(reader);
  for (int n = 50; n < 80; ++n) {
    attempt(exchange, n);
    attempt(other, n);
  }
  for (int k = 0; k < exchange.size(); ++k) {
    CHECK(other.replica_at(k) == exchange.replica_at(k));
    CHECK(other.energy(k).mean() == exchange.energy(k).mean());
    CHECK(other.upward_share(k) == exchange.upward_share(k));
  }
  CHECK(other.num_round_trips() == exchange.num_round_trips());
  ReplicaExchange fewer({1.0, 1.1}, 3);
  CHECK_THROWS_WITH(fewer.restore(reader), Contains("another number of replicas"));
}
