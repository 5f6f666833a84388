// Potentials: forces are slopes of energies, and known values are met.
#include <cmath>
#include <functional>

#include "samples.hpp"
#include "sim/particles/forces.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::particles::Forces;

namespace {

/// One point.
struct Point {
  explicit Point(const std::vector<double>& x) : position("x", 1, x.size()), force("f", 1, x.size()) {
    for (std::size_t c = 0; c < x.size(); ++c) position(0, c) = x[c];
  }
  Array2<double> position, force;
};

double energy_at(const Forces& forces, const std::vector<double>& x, double time) {
  return forces.energies(Point(x).position, 1, time)(0);
}

/// The largest difference between a force and a central difference of the energy, relative to the largest force.
double slope_error(const std::string& keys, const std::vector<double>& x, double time = 0.0) {
  Forces forces(langevin_params("dimensions = " + std::to_string(x.size()) + "\n" + keys));
  const Point point(x);
  forces.evaluate(point.position, point.force, 1, time);
  double largest = 0.0, error = 0.0;
  for (std::size_t c = 0; c < x.size(); ++c) {
    const double step = 1e-5;
    auto above = x, below = x;
    above[c] += step;
    below[c] -= step;
    const double slope = (energy_at(forces, above, time) - energy_at(forces, below, time)) / (2.0 * step);
    largest = std::max(largest, std::abs(point.force(0, c)));
    error = std::max(error, std::abs(point.force(0, c) + slope));
  }
  CHECK(largest > 0.01);
  return error / largest;
}

const std::string three_components =
    "[stage.potential]\nkind = \"gaussian_mixture\"\nenergy = 0.7\n"
    "[[stage.potential.component]]\nmean = [1.0]\nvariance = [0.3]\nweight = 2.0\n"
    "[[stage.potential.component]]\nmean = [-1.0]\nvariance = [0.5]\n"
    "[[stage.potential.component]]\nmean = [0.2]\nvariance = [2.0]\nweight = 0.5\n";

}  // namespace

TEST_CASE("forces are slopes of energies", "[particles]") {
  // Central differences: h^2 of the third derivative and rounding of the energy over h, both about 1e-9 here.
  const double tolerance = 1e-7;
  CHECK(slope_error("[stage.potential]\nkind = \"harmonic\"\nstiffness = [1.5, 2.0, 0.5, 3.0]\ncentre = [0.2]\n",
                    {1.0, -0.4, 0.3, 2.0}) < tolerance);
  CHECK(slope_error("[stage.potential]\nkind = \"double_well\"\nheight = 1.3\nhalf_distance = 0.8\n",
                    {0.5, -0.4, 0.3}) < tolerance);
  CHECK(slope_error("[stage.potential]\nkind = \"mueller_brown\"\nscale = 0.1\n", {-0.3, 0.9}) < tolerance);
  CHECK(slope_error(three_components, {0.3, -0.2}) < tolerance);
  CHECK(slope_error(three_components, {0.3, -0.2, 0.1, 0.0, 0.4, -0.6}) < tolerance);
  CHECK(slope_error("[stage.potential]\nkind = \"formula\"\nformula = \"x^4*y - sin(z*t) + exp(-x^2)\"\n",
                    {0.7, -0.4, 0.9}, 1.3) < tolerance);
}

TEST_CASE("the Mueller-Brown surface has its three minima", "[particles]") {
  const Forces forces(langevin_params("dimensions = 2\n[stage.potential]\nkind = \"mueller_brown\"\n"));
  const auto energy = [&](double x, double y) { return energy_at(forces, {x, y}, 0.0); };
  CHECK_THAT(energy(-0.5582236346, 1.4417258418), WithinAbs(-146.69951720995, 1e-8));
  CHECK_THAT(energy(0.6234994049, 0.0280377585), WithinAbs(-108.16672411685, 1e-8));
  CHECK_THAT(energy(-0.0500108230, 0.4666941049), WithinAbs(-80.76781812966, 1e-8));
}

TEST_CASE("a mixture is the logarithm of a density, also far out", "[particles]") {
  const Forces forces(langevin_params("dimensions = 1\n" + three_components));
  double sum = 0.0;
  const double spacing = 1e-3;
  for (int n = -20000; n < 20000; ++n) sum += spacing * std::exp(-energy_at(forces, {n * spacing}, 0.0) / 0.7);
  CHECK_THAT(sum, WithinAbs(1.0, 1e-10));
  // The widest component alone is left: 0.5 of 3.5, variance 2.
  const double pi = std::acos(-1.0), x = 1000.0;
  const double expected = -0.7 * (std::log(0.5 / 3.5) - 0.5 * std::log(4.0 * pi) - 0.25 * (x - 0.2) * (x - 0.2));
  CHECK_THAT(energy_at(forces, {x}, 0.0), WithinRel(expected, 1e-12));
}

TEST_CASE("a flow pulls by friction, beside formula and potential", "[particles]") {
  const std::string flow = "dimensions = 2\nfriction = 3.0\nmass = 0.5\nflow = [\"-y + t\", \"x*y\"]\n";
  const Point point({0.7, -0.4});
  for (const char* keys : {"[stage.potential]\nkind = \"formula\"\nformula = \"x^2 + 2*y^2\"\n",
                           "[stage.potential]\nkind = \"harmonic\"\nstiffness = [2.0, 4.0]\n"}) {
    Forces forces(langevin_params(flow + keys));
    forces.evaluate(point.position, point.force, 1, 2.0);
    CHECK_THAT(point.force(0, 0), WithinAbs(1.5 * 2.4 - 1.4, 1e-14));
    CHECK_THAT(point.force(0, 1), WithinAbs(1.5 * -0.28 + 1.6, 1e-14));
  }
}
