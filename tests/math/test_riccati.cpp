#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "catch.hpp"
#include "math/linear.hpp"
#include "math/lyapunov.hpp"
#include "math/riccati.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::math;
using test::difference;
using test::random_dynamics;
using test::random_matrix;
using test::random_weight;

namespace {

constexpr auto discrete = TimeDomain::discrete;
constexpr auto continuous = TimeDomain::continuous;

RiccatiProblem problem_of(const Matrix& a, const Matrix& b, const Matrix& q, const Matrix& r, const Matrix& s = {}) {
  RiccatiProblem problem;
  problem.a = a;
  problem.b = b;
  problem.q = q;
  problem.r = r;
  problem.s = s;
  return problem;
}

RiccatiProblem random_problem(int n, int m, double radius, std::uint64_t id) {
  // Weights of state and input together, so that the cross term is as large as it may be.
  const Matrix weight = random_weight(n + m, id + 3);
  return problem_of(random_dynamics(n, radius, id), random_matrix(n, m, id + 1), weight.block(0, 0, n, n),
                    weight.block(n, n, m, m), weight.block(0, n, n, m));
}

double radius_of(const RiccatiSolution& solution) {
  double most = 0.0;
  for (const auto value : solution.closed_loop) most = std::max(most, std::abs(value));
  return most;
}

double abscissa_of(const RiccatiSolution& solution) {
  double most = -1e300;
  for (const auto value : solution.closed_loop) most = std::max(most, value.real());
  return most;
}

/// Cost from each state of following u = -gain x for ever.
Matrix cost_of(TimeDomain domain, const RiccatiProblem& p, const Matrix& gain) {
  const Matrix cross = p.s * gain;
  const Matrix stage = symmetric_part(p.q - cross - transposed(cross) + transposed_times(gain, p.r * gain));
  return solve_lyapunov(domain, transposed(p.a - p.b * gain), stage).x;
}

}  // namespace

TEST_CASE("Riccati equations of one number are quadratic equations", "[math]") {
  const double b = 0.7, q = 2.0, r = 0.3;
  for (const double a : {-1.5, 0.0, 0.4, 1.0, 3.0}) {
    // b^2 x^2 + (r (1 - a^2) - b^2 q) x - q r = 0
    const double p = r * (1.0 - a * a) - b * b * q;
    const double x = (-p + std::sqrt(p * p + 4.0 * b * b * q * r)) / (2.0 * b * b);
    const auto found = solve_riccati(discrete, problem_of({{a}}, {{b}}, {{q}}, {{r}}));
    REQUIRE(found.x(0, 0) == Approx(x).epsilon(1e-13));
    REQUIRE(found.gain(0, 0) == Approx(a * b * x / (r + b * b * x)).epsilon(1e-13).margin(1e-15));

    const double y = r * (a + std::sqrt(a * a + b * b * q / r)) / (b * b);
    REQUIRE(solve_riccati(continuous, problem_of({{a}}, {{b}}, {{q}}, {{r}})).x(0, 0) == Approx(y).epsilon(1e-13));
  }
}

TEST_CASE("Riccati equations of two states are solved as by hand", "[math]") {
  const double root = std::sqrt(3.0);
  const auto cart = solve_riccati(continuous, problem_of({{0, 1}, {0, 0}}, {{0}, {1}}, Matrix::identity(2), {{1}}));
  REQUIRE(difference(cart.x, Matrix{{root, 1}, {1, root}}) < 1e-14);
  REQUIRE(difference(cart.gain, Matrix{{1, root}}) < 1e-14);
  const auto delay = solve_riccati(discrete, problem_of({{0, 1}, {0, 0}}, {{0}, {1}}, Matrix::identity(2), {{1}}));
  REQUIRE(difference(delay.x, Matrix{{1, 0}, {0, 2}}) < 1e-14);
  REQUIRE(largest(delay.gain) < 1e-15);
}

TEST_CASE("an unstable mode that costs nothing is stabilised all the same", "[math]") {
  // a = 2, q = 0: x = 3 stabilises (2 - 1.5), x = 0 does not.
  const auto found = solve_riccati(discrete, problem_of({{2}}, {{1}}, {{0}}, {{1}}));
  REQUIRE(found.x(0, 0) == Approx(3.0));
  REQUIRE(radius_of(found) == Approx(0.5));
}

TEST_CASE("control may be free where the cost still tells inputs apart", "[math]") {
  const auto found = solve_riccati(discrete, problem_of({{1.5, 1}, {0, 0.5}}, {{0}, {1}}, Matrix::identity(2), {{0}}));
  REQUIRE(found.residual < 1e-14);
  REQUIRE(radius_of(found) < 1.0);
}

TEST_CASE("random systems of up to 40 states are solved to rounding", "[math]") {
  for (int n = 1; n <= 40; n += n < 6 ? 1 : 7)
    for (const double radius : {0.5, 1.3}) {
      const int m = 1 + n % 3;
      const auto problem = random_problem(n, m, radius, static_cast<std::uint64_t>(10 * n));
      CAPTURE(n, m, radius);
      const auto sampled = solve_riccati(discrete, problem);
      REQUIRE(sampled.residual < 1e-12);
      REQUIRE(radius_of(sampled) < 1.0);
      REQUIRE(symmetric_eigenvalues(sampled.x).front() > 0.0);
      REQUIRE(difference(cost_of(discrete, problem, sampled.gain), sampled.x) < 1e-8);

      auto shifted = problem;  // so that a few modes are unstable: no more than one or two inputs can hold
      shifted.a -= Matrix::identity(n, 0.8 * std::abs(spectral_abscissa(problem.a)));
      const auto steady = solve_riccati(continuous, shifted);
      REQUIRE(steady.residual < 1e-12);
      REQUIRE(abscissa_of(steady) < 0.0);
      REQUIRE(difference(cost_of(continuous, shifted, steady.gain), steady.x) < 1e-8);
    }
}

TEST_CASE("no other gain costs less", "[math]") {
  const auto problem = random_problem(5, 2, 1.1, 77);
  for (const auto domain : {discrete, continuous}) {
    const auto best = solve_riccati(domain, problem);
    for (std::uint64_t id = 0; id < 5; ++id) {
      const Matrix other = cost_of(domain, problem, best.gain + 1e-2 * random_matrix(2, 5, 500 + id));
      REQUIRE(symmetric_eigenvalues(other - best.x).front() > -1e-12 * largest(best.x));
      REQUIRE(largest(other - best.x) > 1e-7 * largest(best.x));
    }
  }
}

TEST_CASE("states and inputs may have any units", "[math]") {
  const int n = 6, m = 2;
  const auto problem = random_problem(n, m, 1.2, 5);
  const auto plain = solve_riccati(discrete, problem);
  Matrix units(n, n), inverse(n, n), input_units(m, m);
  for (int i = 0; i < n; ++i) {
    units(i, i) = std::pow(10.0, 2 * i - 5);
    inverse(i, i) = 1.0 / units(i, i);
  }
  for (int i = 0; i < m; ++i) input_units(i, i) = std::pow(10.0, 4 * i);
  const auto scaled = solve_riccati(
      discrete, problem_of(inverse * problem.a * units, inverse * problem.b * input_units, units * problem.q * units,
                           input_units * problem.r * input_units, units * problem.s * input_units));
  REQUIRE(difference(inverse * scaled.x * inverse, plain.x) < 1e-10);
  REQUIRE(difference(input_units * scaled.gain * inverse, plain.gain) < 1e-10);
}

TEST_CASE("the sampled regulator tends to the continuous one", "[math]") {
  // First order in the sample time: the cost rate of a sample is q h, r h.
  const auto problem = problem_of({{0, 1}, {2, -0.1}}, {{0}, {1}}, Matrix::identity(2), {{0.5}});
  const auto limit = solve_riccati(continuous, problem);
  const auto error = [&](double h) {
    const Matrix one = Matrix::identity(2);
    return difference(
        solve_riccati(discrete, problem_of(one + h * problem.a, h * problem.b, h * problem.q, h * problem.r)).x,
        limit.x);
  };
  const double coarse = error(1e-3), fine = error(5e-4);
  REQUIRE(coarse < 1e-2);
  REQUIRE(std::log2(coarse / fine) == Approx(1.0).margin(0.05));
}

TEST_CASE("marginal modes that inputs reach and the cost sees are stabilised", "[math]") {
  const double angle = 0.3;
  const Matrix turn{{std::cos(angle), -std::sin(angle)}, {std::sin(angle), std::cos(angle)}};
  const auto found = solve_riccati(discrete, problem_of(turn, {{0}, {1e-3}}, Matrix::identity(2), {{1}}));
  REQUIRE(found.residual < 1e-14);
  REQUIRE(radius_of(found) < 1.0 - 1e-4);
}

TEST_CASE("marginal modes that cost nothing are left alone if one asks for it", "[math]") {
  // A double integrator that nobody sees beside an unstable mode that matters, mixed by a change of coordinates.
  Matrix a{{1, 0.1, 0}, {0, 1, 0}, {0, 0, 1.2}}, b{{0}, {1}, {1}}, q{{0, 0, 0}, {0, 0, 0}, {0, 0, 1}};
  const Matrix mix = random_matrix(3, 3, 8), back = solve(mix, Matrix::identity(3), "mix");
  auto problem = problem_of(back * a * mix, back * b, transposed_times(mix, q * mix), {{1}});
  REQUIRE_THROWS_WITH(solve_riccati(discrete, problem), Contains("marginal mode") && Contains("not seen by the cost"));
  problem.unseen = UnseenModes::leave;
  const auto found = solve_riccati(discrete, problem);
  REQUIRE(found.residual < 1e-13);
  REQUIRE(radius_of(found) == Approx(1.0).margin(1e-6));
  const auto alone = solve_riccati(discrete, problem_of({{1.2}}, {{1}}, {{1}}, {{1}}));
  Matrix expected(3, 3);
  expected(2, 2) = alone.x(0, 0);
  REQUIRE(difference(transposed_times(back, found.x * back), expected) < 1e-10);
}

TEST_CASE("no states, and no inputs, are fine", "[math]") {
  REQUIRE(solve_riccati(discrete, problem_of(Matrix(0, 0), Matrix(0, 1), Matrix(0, 0), {{1}})).x.empty());
  const auto found = solve_riccati(discrete, problem_of({{0.5}}, Matrix(1, 0), {{3}}, Matrix(0, 0)));
  REQUIRE(found.x(0, 0) == Approx(4.0));
}
