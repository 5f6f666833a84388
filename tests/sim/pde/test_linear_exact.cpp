// The linear equations, which are propagated exactly: single waves, groups, energy, and what a force does.
#include <cmath>

#include "catch.hpp"
#include "runs.hpp"
#include "sim/pde/equations.hpp"

using namespace tessera::test;
using tessera::sim::pde::Constants;
using tessera::sim::pde::Equation;
using tessera::sim::pde::propagator;

namespace {

std::vector<double> stacked(std::vector<double> first, const std::vector<double>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// Of a state of two fields.
std::vector<double> field(const std::vector<double>& state, int n) {
  const auto half = static_cast<std::ptrdiff_t>(state.size() / 2);
  return {state.begin() + n * half, state.begin() + (n + 1) * half};
}

}  // namespace

TEST_CASE("a wave that is carried along decays and grows as its symbol says", "[pde][physics]") {
  // u = e^{(r - D k^2) t} cos(k (x - c t))
  const double k = 6.0 * pi;
  const auto u = [&](double x, double t) { return std::exp((0.1 - 0.002 * k * k) * t) * std::cos(k * (x - 0.1 * t)); };
  const auto start = on_grid(200, 1.0, [&](double x) { return u(x, 0.0); });
  const auto end = run_from(start, "id = \"convection_diffusion_reaction\"\n", 50);
  CHECK(largest_distance(end, on_grid(200, 1.0, [&](double x) { return u(x, 5.0); })) < 1e-13);
}

TEST_CASE("waves run both ways, as d'Alembert has it, and come back", "[pde][physics]") {
  // u = (f(x - c t) + f(x + c t))/2; after t = L/c = 10 it is as it was.
  const auto f = [](double x) { return std::exp(std::cos(2.0 * pi * x)); };
  const auto df = [&](double x) { return -2.0 * pi * std::sin(2.0 * pi * x) * f(x); };
  const auto u = [&](double x, double t) { return 0.5 * (f(x - 0.1 * t) + f(x + 0.1 * t)); };
  const auto velocity = [&](double x, double t) { return 0.05 * (df(x + 0.1 * t) - df(x - 0.1 * t)); };
  const auto at = [&](double t) {
    return stacked(on_grid(100, 1.0, [&](double x) { return u(x, t); }),
                   on_grid(100, 1.0, [&](double x) { return velocity(x, t); }));
  };
  const std::string keys = "id = \"wave\"\n";
  CHECK(largest_distance(run_from(at(0.0), keys, 37), at(3.7)) < 1e-12);
  CHECK(largest_distance(run_from(at(0.0), keys, 100), at(0.0)) < 1e-12);
}

TEST_CASE("the energy of a wave stays", "[pde][physics]") {
  // Of a wave of a single length k: (s^2 + c^2 k^2 u^2)/2, summed over points.
  const double k = 14.0 * pi;
  const auto energy = [&](const std::vector<double>& state) {
    return sum_of_squares(field(state, 1)) + 0.01 * k * k * sum_of_squares(field(state, 0));
  };
  const auto start = stacked(on_grid(100, 1.0, [&](double x) { return std::cos(k * x); }),
                             on_grid(100, 1.0, [&](double x) { return 2.0 * std::sin(k * x + 0.3); }));
  const auto end = run_from(start, "id = \"wave\"\n", 137);
  CHECK_THAT(energy(end), WithinRel(energy(start), 1e-12));
  CHECK(largest_distance(start, end) > 0.1);
}

TEST_CASE("a packet of Schroedinger's keeps its norm and its energy", "[pde][physics]") {
  const auto packet =
      stacked(on_grid(128, 1.0, [](double x) { return std::exp(-80.0 * (x - 0.5) * (x - 0.5)) * std::cos(40.0 * x); }),
              on_grid(128, 1.0, [](double x) { return std::exp(-80.0 * (x - 0.5) * (x - 0.5)) * std::sin(40.0 * x); }));
  const std::string keys = "id = \"schrodinger\"\npotential = 3.0\n";
  const auto end = run_from(packet, keys, 300);
  CHECK_THAT(sum_of_squares(end), WithinRel(sum_of_squares(packet), 1e-12));
  // One more sample there and back: the propagator of -t is the inverse of that of t.
  const double k = 2.0 * pi * 9.0;
  const Constants constants{.potential = 3.0, .planck = 1.0, .mass = 1.0};
  const auto there = propagator(Equation::schrodinger, constants, {k, 0.0, 0.0}, 0.01),
             back = propagator(Equation::schrodinger, constants, {k, 0.0, 0.0}, -0.01);
  for (int row = 0; row < 2; ++row)
    for (int column = 0; column < 2; ++column) {
      const auto product = there.state[row][0] * back.state[0][column] + there.state[row][1] * back.state[1][column];
      CHECK(std::abs(product - (row == column ? 1.0 : 0.0)) < 1e-15);
    }
}

TEST_CASE("a plane wave of Schroedinger's turns with its energy over Planck's constant", "[pde][physics]") {
  const double k = 10.0 * pi, planck = 0.7, mass = 2.0, potential = 5.0;
  const double frequency = planck * k * k / (2.0 * mass) + potential / planck;
  const auto at = [&](double t) {
    return stacked(on_grid(64, 1.0, [&](double x) { return std::cos(k * x - frequency * t); }),
                   on_grid(64, 1.0, [&](double x) { return std::sin(k * x - frequency * t); }));
  };
  const auto end =
      run_from(at(0.0), "id = \"schrodinger\"\npoints = [64]\nplanck = 0.7\nmass = 2.0\npotential = 5.0\n", 250);
  CHECK(largest_distance(end, at(0.25)) < 1e-11);
}

TEST_CASE("a force that is held acts all the time, whatever the sample", "[pde][physics]") {
  // The same force in one sample of 1 and in 16 of them; the reference's impulse would differ.
  struct Case {
    std::string keys;
    std::size_t states;
  };
  for (const auto& [keys, states] :
       {Case{"id = \"convection_diffusion_reaction\"\n", 200}, Case{"id = \"wave\"\n", 200},
        Case{"id = \"schrodinger\"\npoints = [64]\n", 128}}) {
    INFO(keys);
    const std::vector<double> start(states, 0.1), actions{1.0, 0.5, -0.3, 0.2, -1.0, 0.4, 0.9, -0.7};
    const auto whole = run_from(start, keys + "sample_time = 1.0\n", 1, actions);
    CHECK(largest_distance(run_from(start, keys + "sample_time = 0.0625\n", 16, actions), whole) < 1e-12);
  }
}

TEST_CASE("the mean of what reacts grows as its rate and the force say", "[pde][physics]") {
  // m' = r m + a n/N, n points that a box covers on the average.
  const std::vector<double> actions(8, 0.5);
  const auto end = run_from(std::vector<double>(200, 0.3), "id = \"convection_diffusion_reaction\"\n", 20, actions);
  const double grown = std::exp(0.1 * 2.0), push = 0.5 * 8 * 0.1;
  CHECK_THAT(sum_of(end) / 200.0, WithinRel(0.3 * grown + push * (grown - 1.0) / 0.1, 1e-12));
}
