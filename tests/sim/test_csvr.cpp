// Velocity rescaling with numbers that were drawn elsewhere.
#include <cmath>

#include "catch.hpp"
#include "sim/csvr.hpp"
#include "stored.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("factors of velocity rescaling are those of the TrajCast library", "[sim]") {
  const auto stored = read_stored(data_path("trajcast/csvr.h5"), "factors");
  REQUIRE(stored.width == 8);
  constexpr double boltzmann = 8.617330337217213e-5;  // eV/K, as there (CODATA 2014)
  for (std::int64_t row = 0; row < stored.rows; ++row) {
    const double* v = &stored.numbers[static_cast<std::size_t>(8 * row)];
    const double target = 0.5 * v[2] * boltzmann * v[1];
    const double factor = sim::csvr_factor(v[0], target, v[2], std::exp(-v[3] / v[4]), {v[5], v[6]});
    CHECK_THAT(std::abs(factor), WithinRel(v[7], 1e-13));
  }
}
