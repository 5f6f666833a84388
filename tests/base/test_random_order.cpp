// Random orders: each number once, and no place more likely than another.
#include <cmath>
#include <vector>

#include "base/random_order.hpp"
#include "catch.hpp"

using tessera::Random;
using tessera::RandomOrder;
using tessera::RandomPurpose;

TEST_CASE("a random order has each number once", "[base]") {
  for (const std::int64_t count : {1, 2, 3, 4, 5, 6, 7, 9, 16, 17, 1000, 4097}) {
    const RandomOrder order(Random(3, RandomPurpose::test), 7, count);
    std::vector<int> found(static_cast<std::size_t>(count), 0);
    for (std::int64_t place = 0; place < count; ++place) {
      ++found[static_cast<std::size_t>(order[place])];
      REQUIRE(order.place_of(order[place]) == place);
    }
    REQUIRE(found == std::vector<int>(found.size(), 1));
  }
}

TEST_CASE("places of many numbers at a time are those of each", "[base]") {
  for (const std::int64_t count : {1, 5, 13, 100, 4097}) {
    const RandomOrder order(Random(3, RandomPurpose::test), 8, count);
    for (std::int64_t first = 0; first < count; first += 16) {
      std::int64_t places[16];
      order.places_of(first, places);
      for (int n = 0; n < 16 && first + n < count; ++n) REQUIRE(places[n] == order.place_of(first + n));
    }
  }
}

TEST_CASE("two numbers come to all pairs of places equally often", "[base]") {
  // 72 pairs of places for 7 and 8 of 9 numbers; chi squared of 71 degrees of freedom.
  std::vector<double> found(81, 0.0);
  constexpr int draws = 36000;
  for (std::uint64_t draw = 0; draw < draws; ++draw) {
    const RandomOrder order(Random(5, RandomPurpose::test), draw, 9);
    found[static_cast<std::size_t>(9 * order.place_of(7) + order.place_of(8))] += 1.0;
  }
  double chi2 = 0.0;
  for (std::size_t n = 0; n < 81; ++n)
    if (n / 9 != n % 9) chi2 += std::pow(found[n] - draws / 72.0, 2) / (draws / 72.0);
  CHECK(chi2 < 71.0 + 5.0 * std::sqrt(2.0 * 71.0));
}

TEST_CASE("neighbours of a long order come apart", "[base]") {
  // Of 10^6 numbers: the distance of the places of n and n + 1 has the mean count/3 and the deviation count/sqrt(18).
  constexpr std::int64_t count = 1'000'003, pairs = 20000;
  const RandomOrder order(Random(6, RandomPurpose::test), 1, count);
  double sum = 0.0;
  for (std::int64_t n = 0; n < pairs; ++n)
    sum += std::fabs(static_cast<double>(order.place_of(2 * n) - order.place_of(2 * n + 1)));
  const double size = static_cast<double>(count), mean = sum / pairs;
  CHECK(std::fabs(mean - size / 3.0) < 5.0 * size / std::sqrt(18.0 * pairs));
}

TEST_CASE("numbers come to all places equally often", "[base]") {
  constexpr int count = 10, draws = 4000;
  std::vector<std::vector<double>> found(count, std::vector<double>(count, 0.0));  // by number and place
  for (std::uint64_t draw = 0; draw < draws; ++draw) {
    const RandomOrder order(Random(4, RandomPurpose::test), draw, count);
    for (int place = 0; place < count; ++place)
      found[static_cast<std::size_t>(order[place])][static_cast<std::size_t>(place)] += 1.0;
  }
  double chi2 = 0.0;
  for (const auto& row : found)
    for (const double times : row) chi2 += std::pow(times - draws / count, 2) / (draws / count);
  // 81 degrees of freedom: mean 81, deviation 12.7; five of them.
  REQUIRE(chi2 < 81.0 + 5.0 * 12.7);
  REQUIRE(chi2 > 81.0 - 5.0 * 12.7);
}
