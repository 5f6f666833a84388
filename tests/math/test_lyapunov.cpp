#include <cmath>

#include "base/error.hpp"
#include "catch.hpp"
#include "math/expm.hpp"
#include "math/lyapunov.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::math;
using test::difference;
using test::random_dynamics;
using test::random_weight;

TEST_CASE("Lyapunov equations of one number are known", "[math]") {
  for (const double a : {-2.0, -0.3, 0.4})
    REQUIRE(solve_lyapunov(TimeDomain::continuous, Matrix{{a}}, Matrix{{3}}).x(0, 0) == Approx(-1.5 / a));
  for (const double a : {-0.9, 0.0, 0.5, 3.0})
    REQUIRE(solve_lyapunov(TimeDomain::discrete, Matrix{{a}}, Matrix{{3}}).x(0, 0) == Approx(3.0 / (1.0 - a * a)));
}

TEST_CASE("the covariance of a damped oscillator is that of equipartition", "[math]") {
  // q' = p, p' = -k q - f p + noise of strength 2 f: <q^2> = 1/k, <p^2> = 1.
  const double k = 4.0, f = 0.3;
  const auto found = solve_lyapunov(TimeDomain::continuous, Matrix{{0, 1}, {-k, -f}}, Matrix{{0, 0}, {0, 2 * f}});
  REQUIRE(difference(found.x, Matrix{{1.0 / k, 0}, {0, 1}}) < 1e-14);
}

TEST_CASE("Lyapunov equations leave rounding errors only", "[math]") {
  for (int n = 1; n <= 40; n += n < 6 ? 1 : 7) {
    const auto id = static_cast<std::uint64_t>(n);
    const Matrix q = random_weight(n, id), a = random_dynamics(n, 0.97, id);
    REQUIRE(solve_lyapunov(TimeDomain::discrete, a, q).residual < 1e-14);
    REQUIRE(solve_lyapunov(TimeDomain::continuous, a - Matrix::identity(n), q).residual < 1e-14);
    // Neither stable nor unstable: still unique.
    REQUIRE(solve_lyapunov(TimeDomain::discrete, random_dynamics(n, 2.3, id), q).residual < 1e-13);
  }
}

TEST_CASE("the sum of a a' powers is the discrete solution", "[math]") {
  const Matrix a = random_dynamics(6, 0.8, 3), q = random_weight(6, 4);
  Matrix sum = q, power = a;
  for (int step = 0; step < 10; ++step) {
    sum += times_transposed(power * sum, power);
    power = power * power;
  }
  REQUIRE(difference(solve_lyapunov(TimeDomain::discrete, a, q).x, sum) < 1e-12);
}

TEST_CASE("Lyapunov equations without a unique solution name the eigenvalues", "[math]") {
  REQUIRE_THROWS_WITH(solve_lyapunov(TimeDomain::discrete, Matrix{{0.5, 0}, {0, 2}}, Matrix::identity(2)),
                      Contains("2 and 0.5 have the product 1") || Contains("0.5 and 2 have the product 1"));
  REQUIRE_THROWS_WITH(solve_lyapunov(TimeDomain::continuous, Matrix{{0, 1}, {-1, 0}}, Matrix::identity(2)),
                      Contains("have the sum 0"));
  REQUIRE_THROWS_WITH(solve_lyapunov(TimeDomain::discrete, Matrix(2, 2), Matrix{{1, 2}, {0, 1}}),
                      Contains("Q is not symmetric"));
}
