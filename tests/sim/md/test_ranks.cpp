// The same run on any number of ranks, for any way of cutting the box.
#include <cmath>

#include "catch.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// After 10 and after 100 steps: energies and pressure, then positions and velocities.
std::vector<double> run(const Sample& sample, const Setting& setting, const Comm& comm) {
  auto engine = make_engine(sample, setting, comm);
  std::vector<double> values;
  const auto append = [&](const std::vector<double>& more) { values.insert(values.end(), more.begin(), more.end()); };
  for (const std::int64_t until : {10, 100}) {
    advance(engine, until - engine.num_steps_done());
    const auto totals = engine.totals();
    append({totals.potential, totals.kinetic, pressure_of(engine, totals)});
    append(gather(engine, "position"));
    append(gather(engine, "velocity"));
  }
  return values;
}

void compare(const Sample& sample, const Setting& setting, double after_10, double after_100) {
  Setting one = setting;
  one.grid = {0, 0, 0};
  const auto expected = alone([&](const Comm& comm) { return run(sample, one, comm); });
  const auto found = run(sample, setting, comm());
  REQUIRE(found.size() == expected.size());
  const auto half = static_cast<std::ptrdiff_t>(found.size() / 2);
  const auto part = [&](const std::vector<double>& all, int n) {
    return std::vector<double>(all.begin() + n * half + 3, all.begin() + (n + 1) * half);
  };
  CHECK(max_difference(part(found, 0), part(expected, 0)) < after_10);
  CHECK(max_difference(part(found, 1), part(expected, 1)) < after_100);
  // Sums of thousands of terms like these.
  const double count = static_cast<double>(sample.size());
  for (std::size_t n = 0; n < 3; ++n) {
    CHECK_THAT(found[n], WithinAbs(expected[n], count * after_10));
    const std::size_t late = static_cast<std::size_t>(half) + n;
    CHECK_THAT(found[late], WithinAbs(expected[late], count * after_100));
  }
}

}  // namespace

TEST_CASE("Ranks agree with one rank: melt, with the box cut in every direction", "[md]") {
  const auto sample = fcc_sample(5, 0.8442, 1.44);
  const int n = comm().size();
  for (const data::Int3 grid : {data::Int3{0, 0, 0}, data::Int3{n, 1, 1}, data::Int3{1, n, 1}, data::Int3{1, 1, n}}) {
    CAPTURE(grid[0], grid[1], grid[2]);
    compare(sample, {.table = lj(2.5), .grid = grid}, 1e-11, 1e-10);
  }
}

TEST_CASE("Ranks agree with one rank: mixture in a skewed box", "[md]") {
  const double vectors[3][3] = {{6.5, 0, 0}, {-2, 6, 0}, {1.5, 2.5, 7}};
  auto sample = random_sample(data::Box::triclinic({0, 0, 0}, vectors), 240, 0.85, 31);
  for (std::size_t n = 0; n < sample.size(); ++n) sample.type.push_back(n % 4 == 0 ? 1 : 0);
  sample.masses = {1.0, 2.0};
  // Violent collisions at first: differences grow faster than in the melt.
  compare(sample, {.table = kob_andersen(), .dt = 0.001}, 1e-11, 1e-9);
}

TEST_CASE("Ranks agree with one rank: a cluster in the open, which leaves most ranks empty", "[md]") {
  auto sample = random_sample(data::Box::orthogonal({0, 0, 0}, {4, 4, 4}), 40, 0.95, 32);
  sample.box = data::Box::orthogonal({0, 0, 0}, {40, 40, 40}, {false, true, false});
  for (double& x : sample.x) x += 1.0;
  compare(sample, {.table = lj(2.5), .dt = 0.001}, 1e-11, 1e-9);
}
