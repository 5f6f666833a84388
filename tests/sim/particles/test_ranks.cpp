// An ensemble is the same on any number of ranks.
#include <algorithm>

#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::vector<std::int64_t> ids(const Ensemble& ensemble) {
  const auto all =
      Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), ensemble.particles().get<std::int64_t>("id"));
  std::vector<std::int64_t> values;
  for (int row = 0; row < ensemble.particles().num_owned(); ++row) values.push_back(all(row, 0));
  return values;
}

template <class T>
std::vector<T> part_of(const std::vector<T>& all, std::int64_t first, std::size_t rows) {
  return {all.begin() + first, all.begin() + first + static_cast<std::ptrdiff_t>(rows)};
}

/// Bit for bit, and the moments, which are summed exactly, with them.
void same_on_all_ranks(const std::string& keys) {
  const auto params = langevin_params("particles = 103\ndt = 0.02\n" + keys);
  const auto shared = started(comm(), params);
  const auto alone = started(comm().split(comm().rank()), params);
  advance(*shared, 30);
  advance(*alone, 30);
  const std::int64_t rows = shared->particles().num_owned(), first = comm().exclusive_sum(rows);
  CHECK(comm().all_reduce(rows, Op::sum) == alone->num_global());
  REQUIRE_ALL(shared->num_global() == alone->num_global());
  REQUIRE_ALL(ids(*shared) == part_of(ids(*alone), first, static_cast<std::size_t>(rows)));
  for (int c = 0; c < params.dimensions; ++c) {
    const auto here = numbers(*shared, "position", c);
    REQUIRE_ALL(here == part_of(numbers(*alone, "position", c), first, here.size()));
  }
  const auto moments = shared->moments(), expected = alone->moments();
  REQUIRE_ALL(moments.mean == expected.mean);
  REQUIRE_ALL(moments.variance == expected.variance);
  REQUIRE_ALL(moments.potential == expected.potential);
  REQUIRE_ALL(moments.temperature == expected.temperature);
}

}  // namespace

TEST_CASE("ranks do not matter", "[particles]") {
  same_on_all_ranks("dimensions = 1\n[stage.potential]\nkind = \"double_well\"\n");
  same_on_all_ranks("dimensions = 3\nscheme = \"heun\"\n[stage.potential]\nkind = \"harmonic\"\n");
  same_on_all_ranks(
      "dimensions = 2\nflow = [\"-y\", \"x*cos(t)\"]\n[stage.potential]\nkind = \"formula\"\nformula = \"x^4 + "
      "y^2*x\"\n"
      "[stage.box]\nlength = [0.5, 1.0]\n[stage.start]\nkind = \"uniform\"\nlow = [0.0]\nhigh = [0.5]\n");
  same_on_all_ranks(
      "dimensions = 6\nscheme = \"obabo\"\n[stage.potential]\nkind = \"gaussian_mixture\"\n"
      "[[stage.potential.component]]\nmean = [0.5]\nvariance = [0.3]\n"
      "[[stage.potential.component]]\nmean = [-0.5]\nvariance = [0.6]\n[stage.start]\nvariance = [0.2]\n");
}

TEST_CASE("ranks do not matter to what acts on all, is born, or dies", "[particles]") {
  const std::string attraction = "[stage.mean_field]\nstrength = 2.0\n";
  same_on_all_ranks("dimensions = 2\nscheme = \"bbk\"\n" + attraction);
  same_on_all_ranks(
      "scheme = \"heun\"\n[stage.mean_field]\nkind = \"cosine\"\nstrength = 2.0\nperiod = 1.0\n"
      "[stage.box]\nlength = [1.0]\n");
  same_on_all_ranks("growth = \"x - t\"\n");
  same_on_all_ranks("dimensions = 2\ngrowth = \"3*x - y\"\ngrowth_as = \"branching\"\n" + attraction +
                    "[stage.start]\nvariance = [1.0]\n");
}

TEST_CASE("ranks do not matter to random batches", "[particles]") {
  same_on_all_ranks(
      "dimensions = 6\nscheme = \"heun\"\n[stage.start]\nvariance = [0.5]\n[stage.pair]\n"
      "kind = \"gaussian\"\nsum = \"batches\"\nbatch = 3\n");
  same_on_all_ranks(
      "dimensions = 2\ngrowth = \"3*x - y\"\ngrowth_as = \"branching\"\n[stage.box]\nlength = [1.0, 0.0]\n"
      "[stage.start]\nvariance = [1.0]\n[stage.pair]\nkind = \"formula\"\nformula = \"exp(-r)*t\"\n"
      "sum = \"batches\"\nmean_field = true\n");
}

TEST_CASE("what is born has an id of its own", "[particles]") {
  const auto params = langevin_params(
      "particles = 103\ndt = 0.02\ngrowth = \"5*x\"\ngrowth_as = \"branching\"\n[stage.start]\nvariance = [1.0]\n");
  const auto ensemble = started(comm(), params);
  advance(*ensemble, 30);
  const auto here = ids(*ensemble);
  std::vector<std::int64_t> count(2000, 0);
  for (const auto id : here) ++count.at(static_cast<std::size_t>(id));
  comm().all_reduce(count.data(), static_cast<int>(count.size()), Op::sum);
  CHECK(*std::max_element(count.begin(), count.end()) == 1);
  CHECK(std::count(count.begin(), count.begin() + 104, 1) < 103);
  CHECK(std::count(count.begin() + 104, count.end(), 1) > 10);
}

TEST_CASE("a seed makes another ensemble", "[particles]") {
  const auto params = langevin_params("particles = 103\n");
  const auto one = started(comm(), params, 1), other = started(comm(), params, 2);
  advance(*one, 1);
  advance(*other, 1);
  CHECK(one->moments().mean[0] != other->moments().mean[0]);
  CHECK(one->moments().temperature != other->moments().temperature);
}
