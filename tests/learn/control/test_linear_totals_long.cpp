// The largest linear systems under regulators, through the stage, against figures of controlgym.
#include "catch.hpp"
#include "linear_totals.hpp"

using namespace tessera::test;

namespace {

const std::vector<LinearTotals> large_systems{
    {"cbm", 0.999247, 0.438364, 0.00416888, -2.98617},
    {"cm4", 0.999634, 0.570389, 0.00886393, -4.23878},
    {"cm5", 0.999634, 0.161503, 0.00886402, -4.07349},
    {"iss", 0.999297, 9.6718e+08, 0.0387318, -1.85085e+10},
};

}  // namespace

TEST_CASE("regulated large systems cost what they do in controlgym", "[control]") { check_costs(large_systems); }

TEST_CASE("episodes of large systems with filters earn as much as those of controlgym", "[control]") {
  check_filtered(large_systems, 100);
}
