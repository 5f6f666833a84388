// What equations keep, and what they only spend.
#include <cmath>

#include "catch.hpp"
#include "runs.hpp"

using namespace tessera::test;

namespace {

std::vector<double> rough(std::int64_t n, double length) {
  return on_grid(n, length, [&](double x) {
    const double turn = 2.0 * pi * x / length;
    return 0.1 + 0.3 * std::cos(3.0 * turn) + 0.2 * std::sin(7.0 * turn) + 0.1 * std::cos(11.0 * turn);
  });
}

/// Sum of c (u^2 - 1)^2/4 + g u_x^2/2 over grid points; u_x by differences of sixth order.
double free_energy(const std::vector<double>& u, double well, double gradient, double length) {
  const std::size_t n = u.size();
  const double spacing = length / static_cast<double>(n);
  double energy = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto pair = [&](std::size_t far) { return u[(i + far) % n] - u[(i + n - far) % n]; };
    const double slope = (45.0 * pair(1) - 9.0 * pair(2) + pair(3)) / (60.0 * spacing);
    const double off = u[i] * u[i] - 1.0;
    energy += 0.25 * well * off * off + 0.5 * gradient * slope * slope;
  }
  return energy;
}

}  // namespace

TEST_CASE("equations that are divergences keep the mean", "[pde][physics]") {
  for (const std::string id : {"burgers", "cahn_hilliard", "korteweg_de_vries", "kuramoto_sivashinsky"}) {
    INFO(id);
    const std::string keys =
        "id = \"" + id + "\"\npoints = [64]\nlength = [10.0]\nsample_time = 0.1\nsubstep = 0.002\n";
    const auto start = rough(64, 10.0);
    const auto end = run_from(start, keys, 5);
    CHECK_THAT(sum_of(end), WithinRel(sum_of(start), 1e-12));
    CHECK(largest_distance(start, end) > 1e-3);
    // A force changes it by what it pushes: boxes of a tenth of the length.
    const std::vector<double> actions{0.2, 0.1, 0.3, -0.1, 0.2, 0.0, 0.1, -0.2};
    const double push = 0.1 * sum_of(actions) * 0.5 * 64.0;
    CHECK_THAT(sum_of(run_from(start, keys, 5, actions)), WithinRel(sum_of(start) + push, 1e-12));
  }
}

TEST_CASE("Korteweg and de Vries keep the momentum too", "[pde][physics]") {
  const std::string keys =
      "id = \"korteweg_de_vries\"\npoints = [128]\nlength = [20.0]\nsample_time = 0.1\nsubstep = 0.001\n";
  const auto start = rough(128, 20.0);
  const auto end = run_from(start, keys, 5);
  CHECK_THAT(sum_of_squares(end), WithinRel(sum_of_squares(start), 1e-9));
  CHECK(largest_distance(start, end) > 0.1);
}

TEST_CASE("Burgers' equation spends its energy", "[pde][physics]") {
  const std::string keys = "id = \"burgers\"\npoints = [128]\ndiffusivity = 0.01\n";
  const auto states = trajectory_from(rough(128, 1.0), keys, 5);
  for (std::size_t n = 0; n + 1 < states.size(); ++n) CHECK(sum_of_squares(states[n + 1]) < sum_of_squares(states[n]));
}

TEST_CASE("the free energy of mixtures falls", "[pde][physics]") {
  struct Mixture {
    std::string keys;
    double well, gradient, length;
  };
  // Allen and Cahn: V (u^2 - 1)^2/4 + D^2 u_x^2/2.
  for (const auto& m :
       {Mixture{"id = \"allen_cahn\"\npoints = [128]\nlength = [2.0]\ndiffusivity = 0.05\n", 5.0, 0.0025, 2.0},
        Mixture{"id = \"cahn_hilliard\"\npoints = [128]\nlength = [4.0]\n", 1.0, 0.02, 4.0},
        Mixture{"id = \"ginzburg_landau\"\npoints = [128]\nlength = [20.0]\n", 1.0, 1.0, 20.0}}) {
    INFO(m.keys);
    std::vector<double> energies;
    for (const auto& state : trajectory_from(rough(128, m.length), m.keys, 20))
      energies.push_back(free_energy(state, m.well, m.gradient, m.length));
    for (std::size_t n = 0; n + 1 < energies.size(); ++n) CHECK(energies[n + 1] <= energies[n] * (1.0 + 1e-12));
    CHECK(energies.back() < 0.95 * energies.front());
  }
}
