#include "catch.hpp"
#include "run/progress.hpp"

using tessera::run::short_duration;
using tessera::run::short_number;

TEST_CASE("numbers are words that are read at a glance", "[run]") {
  REQUIRE(short_number(0.0) == "0");
  REQUIRE(short_number(0.25) == "0.25");
  REQUIRE(short_number(999.0) == "999");
  REQUIRE(short_number(999.6) == "1 thousand");
  REQUIRE(short_number(1234.0) == "1.23 thousand");
  REQUIRE(short_number(456789.0) == "457 thousand");
  REQUIRE(short_number(999999.0) == "1 million");
  REQUIRE(short_number(1.2345e6) == "1.23 million");
  REQUIRE(short_number(2.5e9) == "2.5 billion");
  REQUIRE(short_number(7e13) == "70 trillion");
}

TEST_CASE("durations are written as clocks show them", "[run]") {
  REQUIRE(short_duration(0.0) == "0:00");
  REQUIRE(short_duration(-3.0) == "0:00");
  REQUIRE(short_duration(41.6) == "0:42");
  REQUIRE(short_duration(59.6) == "1:00");
  REQUIRE(short_duration(723.0) == "12:03");
  REQUIRE(short_duration(3599.7) == "1:00:00");
  REQUIRE(short_duration(11235.0) == "3:07:15");
  REQUIRE(short_duration(86400.0) == "1 day 00:00");
  REQUIRE(short_duration(2 * 86400.0 + 3 * 3600.0 + 600.0) == "2 days 03:10");
}

TEST_CASE("a run that stands still has a duration all the same", "[run]") {
  REQUIRE_FALSE(short_duration(1e300).empty());
}
