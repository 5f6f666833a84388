// Two and three directions: what is constant along one, and what is turned.
#include <cmath>

#include "catch.hpp"
#include "runs.hpp"

using namespace tessera::test;

namespace {

/// A line along x, the same for every y (and z).
std::vector<double> repeated(const std::vector<double>& line, int times) {
  std::vector<double> all;
  for (int n = 0; n < times; ++n) all.insert(all.end(), line.begin(), line.end());
  return all;
}

/// x and y exchanged, for n x n points.
std::vector<double> transposed(const std::vector<double>& plane, std::size_t n) {
  std::vector<double> turned(plane.size());
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t i = 0; i < n; ++i) turned[i * n + j] = plane[j * n + i];
  return turned;
}

}  // namespace

TEST_CASE("what does not depend on y moves as in one direction", "[pde][physics]") {
  for (const std::string id :
       {"allen_cahn", "burgers", "cahn_hilliard", "convection_diffusion_reaction", "fisher", "ginzburg_landau"}) {
    INFO(id);
    const auto line =
        on_grid(32, 4.0, [](double x) { return 0.3 + 0.4 * std::sin(0.5 * pi * x) + 0.1 * std::cos(pi * x); });
    const std::string head = "id = \"" + id + "\"\nsample_time = 0.05\n";
    const auto expected = run_from(line, head + "points = [32]\nlength = [4.0]\n", 2);
    CHECK(largest_distance(expected, line) > 1e-4);
    const auto plane = run_from(repeated(line, 8), head + "points = [32, 8]\nlength = [4.0, 3.0]\n", 2);
    CHECK(largest_distance(plane, repeated(expected, 8)) < 1e-12);
    const auto solid = run_from(repeated(line, 24), head + "points = [32, 4, 6]\nlength = [4.0, 3.0, 1.0]\n", 2);
    CHECK(largest_distance(solid, repeated(expected, 24)) < 1e-12);
  }
}

TEST_CASE("no direction is better than another", "[pde][physics]") {
  const std::size_t n = 24;
  std::vector<double> start;
  for (std::size_t j = 0; j < n; ++j)
    for (std::size_t i = 0; i < n; ++i) {
      const double x = static_cast<double>(i) / n, y = static_cast<double>(j) / n;
      start.push_back(0.2 + 0.4 * std::sin(2.0 * pi * x) * std::cos(4.0 * pi * y) +
                      0.3 * std::cos(2.0 * pi * (x + 2.0 * y)));
    }
  REQUIRE(largest_distance(start, transposed(start, n)) > 0.1);
  for (const std::string id :
       {"allen_cahn", "burgers", "cahn_hilliard", "convection_diffusion_reaction", "fisher", "ginzburg_landau"}) {
    INFO(id);
    const std::string keys = "id = \"" + id +
                             "\"\npoints = [24, 24]\nlength = [3.0, 3.0]\nsample_time = 0.1\nactuators = [1, "
                             "1]\nsensors = [2, 2]\n";
    const std::vector<double> push{0.1};
    const auto one = run_from(start, keys, 2, push), other = run_from(transposed(start, n), keys, 2, push);
    CHECK(largest_distance(transposed(one, n), other) < 1e-12);
    CHECK(largest_distance(one, start) > 1e-3);
  }
}

TEST_CASE("a wave that is oblique runs with the length of its vector", "[pde][physics]") {
  // u_tt = c^2 (u_xx + u_yy): cos(k x + q y - w t), w = c root(k^2 + q^2).
  const double k = 2.0 * pi, q = 4.0 * pi / 0.5, frequency = 0.1 * std::hypot(k, q);
  const auto at = [&](double t) {
    std::vector<double> state;
    for (int field = 0; field < 2; ++field)
      for (int j = 0; j < 20; ++j)
        for (int i = 0; i < 16; ++i) {
          const double phase = k * i / 16.0 + q * 0.5 * j / 20.0 - frequency * t;
          state.push_back(field == 0 ? std::cos(phase) : frequency * std::sin(phase));
        }
    return state;
  };
  const auto end = run_from(at(0.0), "id = \"wave\"\npoints = [16, 20]\nlength = [1.0, 0.5]\n", 30);
  CHECK(largest_distance(end, at(3.0)) < 1e-12);
}
