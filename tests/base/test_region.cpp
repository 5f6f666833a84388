#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "base/region.hpp"
#include "catch.hpp"

using namespace tessera;

namespace {

void rest(int milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }

const RegionStats* find(const std::vector<RegionStats>& stats, const std::string& name) {
  const auto found = std::find_if(stats.begin(), stats.end(), [&](const auto& one) { return one.name == name; });
  return found == stats.end() ? nullptr : &*found;
}

void recurse(int depth) {
  const Region region("test/recurse");
  rest(2);
  if (depth > 1) recurse(depth - 1);
}

}  // namespace

TEST_CASE("nested regions are timed inclusively", "[base]") {
  reset_regions();
  for (int n = 0; n < 3; ++n) {
    const Region outer("test/outer");
    rest(2);
    const Region inner("test/inner");
    rest(4);
  }
  const auto stats = collect_regions(test::comm());
  const auto* outer = find(stats, "test/outer");
  const auto* inner = find(stats, "test/inner");
  REQUIRE(outer != nullptr);
  REQUIRE(inner != nullptr);
  REQUIRE(outer->calls == 3);
  REQUIRE(inner->min >= 0.012);
  REQUIRE(outer->min >= 0.018);
  REQUIRE(outer->mean >= inner->mean);
  REQUIRE(outer->min <= outer->mean);
  REQUIRE(outer->mean <= outer->max);
  REQUIRE(stats.front().name == "test/outer");
}

TEST_CASE("a region inside itself is not counted twice", "[base]") {
  reset_regions();
  const double start = wall_time();
  recurse(5);
  const double elapsed = wall_time() - start;
  const auto stats = collect_regions(test::comm());
  REQUIRE_ALL(find(stats, "test/recurse")->calls == 5);
  REQUIRE_ALL(find(stats, "test/recurse")->min <= elapsed);
}

TEST_CASE("regions that only some ranks entered are in the table of all", "[base]") {
  reset_regions();
  const auto& comm = test::comm();
  const int last = comm.size() - 1;
  if (comm.rank() == last) {
    const Region region("test/on_the_last_rank");
    rest(3);
  }
  const auto stats = collect_regions(comm);
  const auto* found = find(stats, "test/on_the_last_rank");
  REQUIRE(found != nullptr);
  REQUIRE(found->calls == 1);
  REQUIRE(found->max >= 0.003);
  REQUIRE((last == 0 || found->min == 0.0));
}

TEST_CASE("equal names at different places in the code are one region", "[base]") {
  reset_regions();
  const std::string copy = "test/same_name";
  { const Region region("test/same_name"); }
  { const Region region(copy.c_str()); }
  const auto stats = collect_regions(test::comm());
  REQUIRE(stats.size() == 1);
  REQUIRE(stats.front().calls == 2);
  reset_regions();
  REQUIRE(collect_regions(test::comm()).empty());
}
