// How errors vanish: with the fourth power of the substep, and faster than every power of the grid's spacing.
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "catch.hpp"
#include "runs.hpp"

using namespace tessera::test;

namespace {

struct Smooth {
  std::string keys;  ///< of an equation on 32 points
  double length, sample_time;
  std::vector<int> substeps;
  int exact;  ///< so many are taken for the solution
};

std::vector<double> start_of(const Smooth& smooth) {
  return on_grid(32, smooth.length, [&](double x) {
    const double turn = 2.0 * pi * x / smooth.length;
    return 0.4 + 0.3 * std::cos(turn) + 0.2 * std::sin(2.0 * turn);
  });
}

}  // namespace

TEST_CASE("errors fall with the fourth power of the substep", "[pde][physics]") {
  const std::vector<Smooth> all{
      {"id = \"allen_cahn\"\nlength = [2.0]\ndiffusivity = 0.1\n", 2.0, 0.4, {8, 16, 32, 64}, 512},
      {"id = \"burgers\"\nlength = [1.0]\ndiffusivity = 0.02\n", 1.0, 0.4, {8, 16, 32, 64}, 512},
      {"id = \"cahn_hilliard\"\nlength = [12.0]\ndiffusivity = 0.1\nsurface_tension = 0.1\n",
       12.0,
       2.0,
       {32, 64, 128, 256},
       2048},
      {"id = \"fisher\"\nlength = [10.0]\ndiffusivity = 0.1\nreaction = 2.0\n", 10.0, 1.0, {4, 8, 16, 32}, 256},
      {"id = \"ginzburg_landau\"\nlength = [10.0]\n", 10.0, 1.0, {4, 8, 16, 32}, 256},
      {"id = \"korteweg_de_vries\"\nlength = [20.0]\n", 20.0, 1.0, {32, 64, 128, 256}, 2048},
      {"id = \"kuramoto_sivashinsky\"\nlength = [20.0]\n", 20.0, 2.0, {32, 64, 128, 256}, 2048},
  };
  for (const auto& smooth : all) {
    INFO(smooth.keys);
    const auto run = [&](int substeps) {
      return run_from(start_of(smooth),
                      smooth.keys + "points = [32]\nsample_time = " + fmt::format("{}", smooth.sample_time) +
                          "\nsubstep = " + fmt::format("{}", smooth.sample_time / substeps) + "\n",
                      1);
    };
    const auto exact = run(smooth.exact);
    std::vector<double> steps, errors;
    for (const int substeps : smooth.substeps) {
      steps.push_back(1.0 / substeps);
      errors.push_back(largest_distance(run(substeps), exact));
    }
    CAPTURE(errors);
    const double order = fitted_order(steps, errors);
    CHECK(order > 3.7);
    CHECK(order < 4.3);
  }
}

TEST_CASE("errors of smooth solutions fall faster than every power of the spacing", "[pde][physics]") {
  // The solution of Cole and Hopf (see the exact ones): its coefficients fall as rho^m.
  const double nu = 0.05, k = 2.0 * pi, a = 0.8;
  const auto u = [&](double x, double t) {
    const double wave = a * std::exp(-nu * k * k * t);
    return 2.0 * nu * k * wave * std::sin(k * x) / (1.0 + wave * std::cos(k * x));
  };
  std::vector<double> errors;
  for (const int n : {12, 20, 28, 36}) {
    const auto start = on_grid(n, 1.0, [&](double x) { return u(x, 0.0); });
    const auto end = run_from(start,
                              "id = \"burgers\"\nlength = [1.0]\ndiffusivity = 0.05\nsample_time = 0.2\nsubstep = "
                              "0.001\npoints = [" +
                                  std::to_string(n) + "]\n",
                              1);
    errors.push_back(largest_distance(end, on_grid(n, 1.0, [&](double x) { return u(x, 0.2); })));
  }
  CAPTURE(errors);
  // For eight points more, each time by the same factor: no power of a ratio that tends to 1.
  for (std::size_t n = 0; n + 1 < errors.size(); ++n) CHECK(errors[n + 1] < 0.02 * errors[n]);
}
