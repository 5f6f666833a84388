// The energy over a long run.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("The energy of a melt stays where it is over 10 000 steps", "[md]") {
  auto engine = make_engine(fcc_sample(10, 0.8442, 1.44), {lj(2.5, sim::md::Truncation::force)}, comm());
  // The perfect lattice is not where the error of a finite step fluctuates about.
  advance(engine, 200);
  const auto energy = [&] {
    const auto totals = engine.totals();
    return totals.kinetic + totals.potential;
  };
  const double first = energy();
  double largest = 0.0;
  for (int n = 0; n < 1000; ++n) {
    advance(engine, 10);
    largest = std::max(largest, std::abs(energy() - first) / std::abs(first));
  }
  CAPTURE(first);
  CHECK(largest < 5e-5);
}
