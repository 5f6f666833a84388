#include <cmath>

#include "base/error.hpp"
#include "catch.hpp"
#include "math/control.hpp"
#include "math/linear.hpp"
#include "math/reachability.hpp"
#include "samples.hpp"
#include "wave.hpp"

using namespace tessera;
using namespace tessera::math;
using test::random_matrix;

namespace {

Matrix one(int n) { return Matrix::identity(n); }

/// The same system in other coordinates.
struct Mixed {
  Matrix mix, back;
  explicit Mixed(int n) : mix(random_matrix(n, n, 21)), back(solve(mix, one(n), "mix")) {}
  Matrix a(const Matrix& a) const { return back * a * mix; }
  Matrix b(const Matrix& b) const { return back * b; }
  Matrix q(const Matrix& q) const { return symmetric_part(transposed_times(mix, q * mix)); }
};

}  // namespace

TEST_CASE("an unstable mode that no input reaches is named", "[math]") {
  const Matrix a{{1.2, 0, 0}, {0, 0.5, 1}, {0, 0, 0.9}}, b{{0}, {1}, {1}};
  const Mixed mixed(3);
  REQUIRE_THROWS_WITH(regulator(a, b, one(3), one(1)),
                      Contains("no stabilising solution") &&
                          Contains("the unstable mode 1.2 is not stabilisable: no input reaches it"));
  REQUIRE_THROWS_WITH(regulator(mixed.a(a), mixed.b(b), one(3), one(1)),
                      Contains("the unstable mode 1.2 is not stabilisable"));
  RiccatiProblem problem{a, b, one(3), one(1), {}, RiccatiUse::regulator, UnseenModes::refuse};
  REQUIRE_THROWS_WITH(solve_riccati(TimeDomain::continuous, problem),
                      Contains("continuous") && Contains("the unstable mode 1.2 is not stabilisable"));
}

TEST_CASE("a pair of unstable modes that no input reaches is named once, with its modulus", "[math]") {
  const Matrix a{{0.8, -0.7, 0, 0}, {0.7, 0.8, 0, 0}, {0, 0, 0.5, 1}, {0, 0, 0, 0.9}}, b{{0}, {0}, {1}, {1}};
  const Mixed mixed(4);
  REQUIRE_THROWS_WITH(regulator(mixed.a(a), mixed.b(b), one(4), one(1)),
                      Contains("the unstable mode 0.8+0.7i (modulus 1.06301) is not stabilisable"));
}

TEST_CASE("a double integrator out of reach is not stabilisable", "[math]") {
  const Matrix a{{1, 0.1, 0}, {0, 1, 0}, {0, 0, 0.5}}, b{{0}, {0}, {1}};
  REQUIRE_THROWS_WITH(regulator(a, b, one(3), one(1)), Contains("not stabilisable: no input reaches"));
}

TEST_CASE("stable modes out of reach do no harm", "[math]") {
  const Matrix a{{0.999, 0}, {0, 1.5}}, b{{0}, {1}};
  REQUIRE(regulator(a, b, one(2), one(1)).closed_loop_radius == Approx(0.999));
  const auto modes = unreachable_modes(TimeDomain::discrete, a, b, Modes::all);
  REQUIRE(modes.size() == 1);
  REQUIRE(modes[0].real() == Approx(0.999));
  REQUIRE(unreachable_modes(TimeDomain::discrete, a, b, Modes::unstable).empty());
}

TEST_CASE("a marginal mode that the cost does not see is named", "[math]") {
  const Matrix a{{1, 0}, {0, 1.5}}, b{{1}, {1}}, q{{0, 0}, {0, 1}};
  const Mixed mixed(2);
  REQUIRE_THROWS_WITH(regulator(a, b, q, one(1)), Contains("the marginal mode 1 is not seen by the cost"));
  REQUIRE_THROWS_WITH(regulator(mixed.a(a), mixed.b(b), mixed.q(q), one(1)),
                      Contains("the marginal mode 1 is not seen"));
  RiccatiProblem still{{{0, 1}, {0, 0}},      {{0}, {1}},         {{0, 0}, {0, 1}}, one(1), {},
                       RiccatiUse::regulator, UnseenModes::refuse};
  REQUIRE_THROWS_WITH(solve_riccati(TimeDomain::continuous, still), Contains("marginal mode"));
}

TEST_CASE("a filter speaks of measurements and disturbances", "[math]") {
  const Matrix a{{1.2, 0}, {0, 0.5}};
  REQUIRE_THROWS_WITH(
      kalman_filter(a, {{0, 1}}, one(2), one(1)),
      Contains("of the filter") && Contains("the unstable mode 1.2 is not detectable: no measurement sees it"));
  REQUIRE_THROWS_WITH(kalman_filter({{1, 0}, {0, 0.5}}, {{1, 1}}, {{0, 0}, {0, 1}}, one(1)),
                      Contains("the marginal mode 1 is not excited by any disturbance"));
}

TEST_CASE("gamma too small is told from the pencil or from the saddle point", "[math]") {
  const Plant plant{{{1.1}}, {{1}}, {{1}}, {{1}, {0}}, {{0}, {0}}, {{0}, {1}}};
  REQUIRE(robust_regulator(plant, 10.0).worst_case_radius < 1.0);
  REQUIRE_THROWS_WITH(robust_regulator(plant, 0.5),
                      Contains("unit circle") || Contains("gamma = 0.5, which is too small"));
  REQUIRE_THROWS_WITH(robust_regulator(plant, 0.0), Contains("gamma is 0"));
}

TEST_CASE("eigenvalues of the pencil on the border of stability are named", "[math]") {
  // a = b = r = 1, q = -1/2: x^2 = q (x + 1) has no real root; nor has x^2 - x + 1/2 = 0 of a = 1/2.
  RiccatiProblem none{{{1}}, {{1}}, {{-0.5}}, {{1}}, {}, RiccatiUse::regulator, UnseenModes::refuse};
  REQUIRE_THROWS_WITH(solve_riccati(TimeDomain::discrete, none),
                      Contains("of the symplectic pencil on the unit circle"));
  none.a = {{0.5}};
  REQUIRE_THROWS_WITH(solve_riccati(TimeDomain::continuous, none),
                      Contains("of the Hamiltonian pencil on the imaginary axis"));
}

TEST_CASE("weights that leave the input undetermined are refused", "[math]") {
  const Matrix a{{0.5, 1}, {0, 0.9}};
  REQUIRE_THROWS_WITH(regulator(a, {{1, 0}, {1, 0}}, one(2), {{1, 0}, {0, 0}}), Contains("R is singular"));
  // Two inputs, and a cost that sees one number of theirs.
  REQUIRE_THROWS_WITH(regulator(a, one(2), {{1, 0}, {0, 0}}, Matrix(2, 2)), Contains("R is singular"));
  RiccatiProblem free_input{a, {{0}, {1}}, one(2), {{0}}, {}, RiccatiUse::regulator, UnseenModes::refuse};
  REQUIRE_THROWS_WITH(solve_riccati(TimeDomain::continuous, free_input),
                      Contains("R is singular") && Contains("every input must have its cost"));
}

TEST_CASE("weights that are not bounded below, not symmetric or not finite are refused", "[math]") {
  const Matrix a{{0.5, 1}, {0, 0.9}}, b{{0}, {1}};
  REQUIRE_THROWS_WITH(regulator(a, b, one(2), {{-1}}), Contains("not positive semidefinite: it has the eigenvalue -1"));
  REQUIRE_THROWS_WITH(regulator(a, b, one(2), one(1), {{3}, {0}}), Contains("not positive semidefinite"));
  REQUIRE_THROWS_WITH(regulator(a, b, {{1, 0.5}, {0, 1}}, one(1)), Contains("Q is not symmetric: 0.5 at (0, 1)"));
  REQUIRE_THROWS_WITH(regulator({{NAN, 0}, {0, 0}}, b, one(2), one(1)), Contains("A is nan at (0, 0)"));
  REQUIRE_THROWS_WITH(regulator(a, {{INFINITY}, {1}}, one(2), one(1)), Contains("B is inf at (0, 0)"));
  REQUIRE_THROWS_WITH(regulator(a, b, one(3), one(1)), Contains("Q is 3 x 3, expected 2 x 2"));
  REQUIRE_THROWS_WITH(kalman_filter(a, one(3), one(2), one(3)), Contains("C is 3 x 3, expected 3 x 2"));
}

TEST_CASE("no target can be held where the closed loop keeps the eigenvalue 1", "[math]") {
  const Matrix a{{1, 0}, {0, 0.5}}, b{{1}, {1}}, q{{0, 0}, {0, 1}};
  const auto lqr = regulator(a, b, q, one(1), {}, UnseenModes::leave);
  REQUIRE_THROWS_WITH(tracking_gain(a, b, q, one(1), lqr), Contains("the closed loop has the eigenvalue 1"));
}

TEST_CASE("actuators that miss modes of an undamped wave are found out", "[math]") {
  // Actuators of 4 points on 40: modes 10 and 20 average out over each of them.
  const auto wave = test::wave_system(40, 5, 5, 4);
  REQUIRE_THROWS_WITH(regulator(wave.a, wave.b, one(80), one(5)),
                      Contains("unstable modes") && Contains("are not stabilisable: no input reaches them"));
}
