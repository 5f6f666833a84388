// Diagnostics of chains, of those that NumPy and SciPy computed, and where they are known.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/random.hpp"
#include "catch.hpp"
#include "math/chains.hpp"
#include "stored.hpp"

using namespace tessera;
using namespace tessera::math;
using namespace tessera::test;

namespace {

/// x' = phi x + noise, from its stationary law.
std::vector<double> autoregressive(double phi, std::size_t chains, std::size_t length) {
  const Random random(4, RandomPurpose::test);
  std::vector<double> values;
  for (std::size_t c = 0; c < chains; ++c) {
    double x = random.normal(c, 0).first / std::sqrt(1.0 - phi * phi);
    for (std::size_t n = 0; n < length; ++n) {
      values.push_back(x);
      x = phi * x + random.normal(c, n + 1).first;
    }
  }
  return values;
}

}  // namespace

TEST_CASE("R-hat and effective sizes are those of the reference", "[chains]") {
  const std::string path = data_path("fsgld/diagnostics.h5");
  for (int n = 0; n < 5; ++n) {
    const std::string group = "case_" + std::to_string(n) + "/";
    INFO(group);
    const Stored chains = read_stored(path, group + "chains");
    const ChainDraws draws{chains.numbers, static_cast<std::size_t>(chains.rows)};
    const auto golden = [&](const char* name) { return read_stored(path, group + name).numbers.front(); };
    CHECK(split_rhat(draws) == Approx(golden("rhat_split")).epsilon(1e-12));
    CHECK(rank_rhat(draws) == Approx(golden("rhat_rank")).epsilon(1e-12));
    CHECK(bulk_effective_size(draws) == Approx(golden("ess_bulk")).epsilon(1e-11));
    CHECK(tail_effective_size(draws) == Approx(golden("ess_tail")).epsilon(1e-11));
    CHECK(ChainSummariser(draws.length())(draws).mcse == Approx(golden("mcse_mean")).epsilon(1e-11));
  }
}

TEST_CASE("effective sizes of autoregressive chains are near (1 - phi)/(1 + phi) of their draws", "[chains]") {
  for (const double phi : {-0.5, 0.0, 0.5, 0.9}) {
    INFO("phi = " << phi);
    const auto values = autoregressive(phi, 8, 4000);
    const double size = static_cast<double>(values.size()) * (1.0 - phi) / (1.0 + phi);
    CHECK(effective_size({values, 8}) == Approx(size).epsilon(0.1));
    CHECK(rank_rhat({values, 8}) < 1.01);
  }
}

TEST_CASE("a chain apart is seen, by its place or by its width", "[chains]") {
  auto values = autoregressive(0.5, 4, 500);
  for (std::size_t n = 0; n < 500; ++n) values[n] += 3.0;
  CHECK(rank_rhat({values, 4}) > 1.1);
  auto wide = autoregressive(0.5, 4, 500);
  for (std::size_t n = 0; n < 500; ++n) wide[n] *= 5.0;
  CHECK(split_rhat({wide, 4}) < 1.05);  // means are alike
  CHECK(rank_rhat({wide, 4}) > 1.1);
}

TEST_CASE("normal quantiles", "[chains]") {
  CHECK(normal_quantile(0.5) == 0.0);
  CHECK(normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-15));
  CHECK(normal_quantile(1e-10) == Approx(-6.361340902404056).epsilon(1e-14));
  for (const double p : {1e-300, 1e-20, 1e-5, 0.01, 0.3, 0.49999})
    CHECK(0.5 * std::erfc(-normal_quantile(p) / std::sqrt(2.0)) == Approx(p).epsilon(1e-12));
  CHECK(std::isinf(normal_quantile(0.0)));
  CHECK(std::isnan(normal_quantile(1.5)));
}

TEST_CASE("quantiles lie on lines between draws", "[chains]") {
  const std::vector<double> values{4.0, 1.0, 3.0, 2.0};
  CHECK(quantile(values, 0.0) == 1.0);
  CHECK(quantile(values, 0.5) == 2.5);
  CHECK(quantile(values, 0.95) == Approx(3.85));
  CHECK(quantile(values, 1.0) == 4.0);
}

TEST_CASE("a weight is so many draws alike", "[chains]") {
  const std::vector<double> draws{3.0, -1.0, 4.0, 1.5, 0.2, 0.7, 2.0, -3.0}, weights{1.0, 3.0, 2.0, 1.0};
  std::vector<double> repeated;
  for (std::size_t n = 0; n < draws.size(); ++n)
    repeated.insert(repeated.end(), static_cast<std::size_t>(weights[n % 4]), draws[n]);
  const math::ChainDraws weighted{draws, 2, weights};
  const auto s = math::ChainSummariser(4)(weighted);
  CHECK(s.mean == Approx(std::accumulate(repeated.begin(), repeated.end(), 0.0) / 14.0).epsilon(1e-14));
  double squares = 0.0;
  for (const double x : repeated) squares += (x - s.mean) * (x - s.mean);
  // Sum of weights 14, of their squares 30.
  CHECK(s.sd == Approx(std::sqrt(squares / (14.0 - 30.0 / 14.0))).epsilon(1e-14));
  CHECK(s.mcse == Approx(s.sd / std::sqrt(math::effective_size({draws, 2}) * 14.0 * 14.0 / (30.0 * 8.0))));
  std::sort(repeated.begin(), repeated.end());
  for (const double p : {0.01, 0.2, 0.5, 0.77, 1.0})
    CHECK(math::weighted_quantile(weighted, p) == repeated[static_cast<std::size_t>(std::ceil(p * 14.0)) - 1]);
  // Alike weights are none.
  const auto alike = math::ChainSummariser(4)({draws, 2, std::vector<double>(4, 0.3)}),
             none = math::ChainSummariser(4)({draws, 2});
  CHECK(alike.mean == Approx(none.mean).epsilon(1e-14));
  CHECK(alike.sd == Approx(none.sd).epsilon(1e-14));
  CHECK(alike.mcse == Approx(none.mcse).epsilon(1e-14));
}

TEST_CASE("of too few draws, equal ones or none that are finite there is nothing to say", "[chains]") {
  CHECK(std::isnan(rank_rhat({std::vector<double>{1.0, 2.0, 3.0}, 1})));
  CHECK(std::isnan(bulk_effective_size({std::vector<double>(20, 1.0), 2})));
  std::vector<double> values = autoregressive(0.0, 2, 10);
  values[3] = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(rank_rhat({values, 2})));
  CHECK(std::isnan(ChainSummariser(10)({values, 2}).median));
  std::vector<double> apart(40, 0.1);  // a chain that stays at 0.1, and one at 0.7
  std::fill(apart.begin() + 20, apart.end(), 0.7);
  CHECK(std::isnan(split_rhat({apart, 2})));
  CHECK(std::isnan(effective_size({apart, 2})));
  // The middle draw of an odd number does not count.
  auto odd = autoregressive(0.5, 2, 11);
  const double before = rank_rhat({odd, 2});
  odd[5] = 1e6;
  CHECK(rank_rhat({odd, 2}) == before);
}
