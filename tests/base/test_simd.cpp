// Every operation on packs beside the same one on plain numbers.
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.hpp"
#include "base/simd.hpp"
#include "catch.hpp"

using namespace tessera;

namespace {

constexpr int width = simd::width;
constexpr double infinity = std::numeric_limits<double>::infinity();

struct alignas(64) Lanes {
  double value[width];
};

simd::Pack pack(const Lanes& lanes) { return simd::load(lanes.value); }

Lanes lanes(const simd::Pack& x) {
  Lanes result;
  simd::store(result.value, x);
  return result;
}

/// Both signs, and magnitudes over `decades` powers of ten above and below one.
Lanes numbers(int n, double decades) {
  Lanes result;
  for (int lane = 0; lane < width; ++lane) {
    const auto u =
        Random(8, RandomPurpose::test).uniform(static_cast<std::uint64_t>(n), static_cast<std::uint64_t>(lane));
    result.value[lane] = (u.first < 0.5 ? -1.0 : 1.0) * std::pow(10.0, decades * (2.0 * u.second - 1.0));
  }
  return result;
}

}  // namespace

TEST_CASE("what is stored is what was loaded", "[base]") {
  const Lanes x = numbers(1, 300.0), y = lanes(pack(x));
  for (int lane = 0; lane < width; ++lane) REQUIRE(y.value[lane] == x.value[lane]);
}

TEST_CASE("lanes are numbered from zero", "[base]") {
  const Lanes x = lanes(simd::lane_number());
  for (int lane = 0; lane < width; ++lane) REQUIRE(x.value[lane] == lane);
}

TEST_CASE("gather reads the table where each lane says", "[base]") {
  std::vector<double> table(1000);
  for (std::size_t n = 0; n < table.size(); ++n) table[n] = 0.5 * static_cast<double>(n) - 3.0;
  std::vector<int> index(1003);
  for (std::size_t n = 0; n < index.size(); ++n) index[n] = static_cast<int>(n * 7919 % 1000);
  // From anywhere in the list of indices, aligned or not.
  for (std::size_t first = 0; first + width <= index.size(); ++first) {
    const Lanes x = lanes(simd::gather(table.data(), index.data() + first));
    for (std::size_t lane = 0; lane < width; ++lane)
      REQUIRE(x.value[lane] == table[static_cast<std::size_t>(index[first + lane])]);
  }
}

TEST_CASE("the reciprocal is right to two units in the last place", "[base]") {
  double worst = 0.0;
  for (int n = 0; n < 20000; ++n) {
    const Lanes x = numbers(n, n % 2 == 0 ? 3.0 : 300.0), y = lanes(simd::reciprocal(pack(x)));
    for (int lane = 0; lane < width; ++lane) {
      const double exact = 1.0 / x.value[lane];
      worst = std::max(worst, std::abs(y.value[lane] - exact) / std::abs(exact));
    }
  }
  REQUIRE(worst <= 2.0 * std::numeric_limits<double>::epsilon());
  REQUIRE(simd::reciprocal(4.0) == 0.25);
}

TEST_CASE("the reciprocal of zero, infinity or nothing is never an innocent number", "[base]") {
  for (const double value : {0.0, std::numeric_limits<double>::quiet_NaN()}) {
    const Lanes y = lanes(simd::reciprocal(simd::Pack(value)));
    for (int lane = 0; lane < width; ++lane) REQUIRE_FALSE(std::isfinite(y.value[lane]));
  }
}

TEST_CASE("root and larger agree with plain numbers", "[base]") {
  for (int n = 0; n < 1000; ++n) {
    Lanes x = numbers(n, 100.0), y = numbers(n + 1000, 100.0);
    const Lanes most = lanes(simd::larger(pack(x), pack(y)));
    for (int lane = 0; lane < width; ++lane) {
      REQUIRE(most.value[lane] == std::max(x.value[lane], y.value[lane]));
      x.value[lane] = std::abs(x.value[lane]);
    }
    const Lanes root = lanes(simd::root(pack(x)));
    for (int lane = 0; lane < width; ++lane) REQUIRE(root.value[lane] == std::sqrt(x.value[lane]));
  }
  REQUIRE(simd::root(9.0) == 3.0);
}

TEST_CASE("lanes that are not kept become zero, whatever they held", "[base]") {
  for (const double bad : {std::numeric_limits<double>::quiet_NaN(), infinity, -infinity, 1e300}) {
    for (int kept = 0; kept < width; ++kept) {
      const simd::Mask keep = simd::lane_number() == simd::Pack(static_cast<double>(kept));
      const Lanes x = lanes(simd::zero_unless(keep, simd::Pack(bad)));
      for (int lane = 0; lane < width; ++lane) {
        if (lane == kept) REQUIRE((x.value[lane] == bad || (std::isnan(bad) && std::isnan(x.value[lane]))));
        if (lane != kept) REQUIRE(x.value[lane] == 0.0);
      }
    }
  }
}

TEST_CASE("the sum holds every lane once", "[base]") {
  Lanes x;
  double expected = 0.0;
  for (int lane = 0; lane < width; ++lane) expected += x.value[lane] = static_cast<double>(1 << (3 * lane));
  REQUIRE(simd::sum(pack(x)) == expected);
  for (int n = 0; n < 1000; ++n) {
    const Lanes y = numbers(n, 3.0);
    double plain = 0.0, magnitude = 0.0;
    for (const double value : y.value) {
      plain += value;
      magnitude += std::abs(value);
    }
    REQUIRE(std::abs(simd::sum(pack(y)) - plain) <= width * std::numeric_limits<double>::epsilon() * magnitude);
  }
}

TEST_CASE("bits tell which lanes are less", "[base]") {
  for (int n = 0; n < 1000; ++n) {
    const Lanes x = numbers(n, 0.5);
    Lanes y = numbers(n + 1000, 0.5);
    y.value[n % width] = x.value[n % width];  // equal is not less
    unsigned expected = 0;
    for (int lane = 0; lane < width; ++lane) expected |= (x.value[lane] < y.value[lane] ? 1U : 0U) << lane;
    REQUIRE(simd::less_bits(pack(x), pack(y)) == expected);
  }
  const simd::Pack nothing = std::numeric_limits<double>::quiet_NaN();
  REQUIRE(simd::less_bits(nothing, simd::Pack(1.0)) == 0U);
  REQUIRE(simd::less_bits(simd::Pack(1.0), nothing) == 0U);
  REQUIRE(simd::less_bits(simd::Pack(1.0), simd::Pack(infinity)) == (1U << width) - 1U);
}
