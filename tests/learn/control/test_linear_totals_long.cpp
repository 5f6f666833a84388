// The largest linear systems under regulators, and all of them in noise, through the stage, against figures of
// controlgym.
#include "catch.hpp"
#include "linear_totals.hpp"

using namespace tessera::test;

TEST_CASE("regulated large systems cost what they do in controlgym", "[control]") { check_costs(large_systems()); }

TEST_CASE("in the long run, noise costs what it does in controlgym", "[control]") {
  std::vector<LinearTotals> fast;
  for (const auto& system : small_systems())
    if (system.radius < 0.985) fast.push_back(system);
  CHECK(fast.size() == 16);
  check_averages(fast);
}

TEST_CASE("episodes with filters earn as much as those of controlgym", "[control]") {
  check_filtered(small_systems(), 200);
  check_filtered(large_systems(), 100);
}
