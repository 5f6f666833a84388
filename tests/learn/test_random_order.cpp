// Random orders: each number once, and no place more likely than another.
#include <cmath>
#include <vector>

#include "catch.hpp"
#include "learn/random_order.hpp"

using tessera::Random;
using tessera::RandomPurpose;
using tessera::learn::RandomOrder;

TEST_CASE("a random order has each number once", "[comparison]") {
  for (const std::int64_t count : {1, 2, 3, 4, 5, 16, 17, 1000, 4097}) {
    const RandomOrder order(Random(3, RandomPurpose::test), 7, count);
    std::vector<int> found(static_cast<std::size_t>(count), 0);
    for (std::int64_t place = 0; place < count; ++place) ++found[static_cast<std::size_t>(order[place])];
    REQUIRE(found == std::vector<int>(found.size(), 1));
  }
}

TEST_CASE("numbers come to all places equally often", "[comparison]") {
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
