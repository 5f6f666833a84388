// Solutions that can be written down, of the equations with products.
#include <cmath>
#include <tuple>

#include "catch.hpp"
#include "runs.hpp"

using namespace tessera::test;

namespace {

/// Of Korteweg and de Vries: u = -(c/2) sech^2(root(c)/2 (x - c t - x0)), c = 2; its tails at the ends of this box are
/// 1e-9.
std::vector<double> soliton(double t) {
  constexpr double speed = 2.0;
  return on_grid(192, 30.0, [&](double x) {
    const double sech = 1.0 / std::cosh(0.5 * std::sqrt(speed) * (x - 15.0 - speed * t));
    return -0.5 * speed * sech * sech;
  });
}

}  // namespace

TEST_CASE("uniform states follow their ordinary differential equations", "[pde][physics]") {
  // u' = V (u - u^3): u(t) = u0 e^{Vt}/root(1 + u0^2 (e^{2Vt} - 1)).
  const auto bistable = [](double u, double rate, double t) {
    return u * std::exp(rate * t) / std::sqrt(1.0 + u * u * std::expm1(2.0 * rate * t));
  };
  for (const double u : {0.1, -0.3, 1.7}) {
    const std::vector<double> start(32, u);
    const auto allen_cahn = run_from(start, "id = \"allen_cahn\"\npoints = [32]\n", 40);
    CHECK(largest_distance(allen_cahn, std::vector<double>(32, bistable(u, 5.0, 0.4))) < 1e-10);
    const auto landau = run_from(start, "id = \"ginzburg_landau\"\npoints = [32]\n", 20);
    CHECK(largest_distance(landau, std::vector<double>(32, bistable(u, 1.0, 2.0))) < 1e-9);
  }
  // u' = r u (1 - u), the logistic law.
  const double u = 0.2, grown = std::exp(0.1 * 5.0);
  const auto fisher = run_from(std::vector<double>(32, u), "id = \"fisher\"\npoints = [32]\n", 100);
  CHECK(largest_distance(fisher, std::vector<double>(32, u * grown / (1.0 - u + u * grown))) < 1e-13);
}

TEST_CASE("Burgers' equation is the heat equation of Cole and Hopf", "[pde][physics]") {
  // u = -2 nu phi_x/phi with phi = 1 + a e^{-nu k^2 t} cos(k x): periodic, and a solution for every |a| < 1.
  const double nu = 0.02, k = 2.0 * pi, a = 0.7;
  const auto u = [&](double x, double t) {
    const double wave = a * std::exp(-nu * k * k * t);
    return 2.0 * nu * k * wave * std::sin(k * x) / (1.0 + wave * std::cos(k * x));
  };
  const auto start = on_grid(128, 1.0, [&](double x) { return u(x, 0.0); });
  const auto end = run_from(start, "id = \"burgers\"\npoints = [128]\ndiffusivity = 0.02\nsubstep = 0.005\n", 20);
  CHECK(largest_distance(end, on_grid(128, 1.0, [&](double x) { return u(x, 1.0); })) < 1e-10);
}

TEST_CASE("a front of Allen and Cahn stands still, a front of Fisher runs", "[pde][physics]") {
  // tanh(x/w) with w = root(2) D/root(V) is at rest; here a pair of them, far apart.
  const double width = std::sqrt(2.0) * 0.05 / std::sqrt(5.0);
  const auto walls =
      on_grid(320, 2.0, [&](double x) { return std::tanh((x - 0.5) / width) - std::tanh((x - 1.5) / width) - 1.0; });
  const auto later = run_from(walls, "id = \"allen_cahn\"\npoints = [320]\ndiffusivity = 0.05\n", 50);
  CHECK(largest_distance(later, walls) < 1e-9);

  // (1 + e^{z})^{-2}, z = root(r/(6 D)) x - 5 r t/6, runs at 5 root(r D/6) (M. Ablowitz and A. Zeppetella, Bull. Math.
  // Biol. 41 (1979) 835). Two of them, back to back, that do not feel each other yet.
  const double diffusion = 0.01, rate = 1.0, length = 20.0;
  const auto front = [&](double x, double t) {
    return std::pow(1.0 + std::exp(std::sqrt(rate / (6.0 * diffusion)) * x - 5.0 * rate * t / 6.0), -2.0);
  };
  const auto both = [&](double t) {
    return on_grid(512, length, [&](double x) { return front(std::abs(x - 10.0) - 3.0, t); });
  };
  const auto grown = run_from(
      both(0.0),
      "id = \"fisher\"\npoints = [512]\nlength = [20.0]\ndiffusivity = 0.01\nreaction = 1.0\nsubstep = 0.05\n", 80);
  CHECK(largest_distance(grown, both(4.0)) < 2e-5);  // of the kink in the middle, and of the ends
}

TEST_CASE("a soliton of Korteweg and de Vries travels as it should", "[pde][physics]") {
  const auto error = [&](const std::string& keys) {
    const auto end = run_from(
        soliton(0.0), "id = \"korteweg_de_vries\"\npoints = [192]\nlength = [30.0]\nsample_time = 0.2\n" + keys, 1);
    return largest_distance(end, soliton(0.2));
  };
  // As an independent implementation has them.
  CHECK_THAT(error("substep = 0.02\n"), WithinRel(4.4e-6, 0.1));
  CHECK_THAT(error("substep = 0.01\n"), WithinRel(2.9e-7, 0.1));
  CHECK_THAT(error("substep = 0.005\n"), WithinRel(1.7e-8, 0.1));
  CHECK(error("substep = 0.001\n") < 4e-9);  // of the grid
}

TEST_CASE("solitons of the reference travel as badly as was published", "[pde]") {
  // Samples of which the reference loses no substep.
  for (const auto& [step, sample, samples, expected] :
       {std::tuple{"0.02", "0.02", 10, 3.0e-2}, std::tuple{"0.01", "0.01", 20, 1.6e-2},
        std::tuple{"0.005", "0.005", 40, 8.2e-3}, std::tuple{"0.001", "0.05", 4, 1.7e-3}}) {
    CAPTURE(step);
    const std::string keys = "id = \"korteweg_de_vries\"\nfidelity = \"reference\"\npoints = [192]\nlength = [30.0]\n";
    const auto end = run_from(soliton(0.0), keys + "sample_time = " + sample + "\nsubstep = " + step + "\n", samples);
    CHECK_THAT(largest_distance(end, soliton(0.2)), WithinRel(expected, 0.05));
  }
}
