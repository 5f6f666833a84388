// Averages over a long run do not depend on the number of ranks.
#include <cmath>

#include "catch.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// Temperature and pressure in the means of ten blocks of a long run from the same start; by then the trajectories
/// have nothing in common.
std::vector<double> blocks(const Comm& comm) {
  auto engine = make_engine(fcc_sample(5, 0.8442, 1.44), {lj(2.5)}, comm);
  advance(engine, 2000);
  std::vector<double> means;
  for (int block = 0; block < 10; ++block) {
    double temperature = 0.0, pressure = 0.0;
    for (int n = 0; n < 100; ++n) {
      advance(engine, 10);
      const auto totals = engine.totals();
      temperature += temperature_of(engine, totals) / 100.0;
      pressure += pressure_of(engine, totals) / 100.0;
    }
    means.insert(means.end(), {temperature, pressure});
  }
  return means;
}

}  // namespace

TEST_CASE("Long runs on one and on all ranks have the same averages", "[md]") {
  const auto one = alone(blocks), all = blocks(comm());
  CHECK(max_difference(one, all) > 1e-4);  // two samples, not one
  for (std::size_t quantity = 0; quantity < 2; ++quantity) {
    double mean[2] = {}, error2[2] = {};
    for (int run = 0; run < 2; ++run) {
      const auto& series = run == 0 ? one : all;
      for (std::size_t block = 0; block < 10; ++block) mean[run] += series[2 * block + quantity] / 10.0;
      for (std::size_t block = 0; block < 10; ++block)
        error2[run] += std::pow(series[2 * block + quantity] - mean[run], 2) / 90.0;
    }
    CAPTURE(quantity, mean[0], mean[1], std::sqrt(error2[0]), std::sqrt(error2[1]));
    CHECK_THAT(mean[1], WithinAbs(mean[0], 4.0 * std::sqrt(error2[0] + error2[1])));
  }
}
