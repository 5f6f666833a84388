// Linear systems under regulators, through the stage, against figures of controlgym.
#include "catch.hpp"
#include "linear_totals.hpp"

using namespace tessera::test;

TEST_CASE("regulated systems cost what they do in controlgym", "[control]") { check_costs(small_systems()); }
