#include <cmath>

#include "base/error.hpp"
#include "catch.hpp"
#include "math/expm.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::math;
using test::difference;
using test::random_matrix;

TEST_CASE("the exponential of a nilpotent matrix is its series", "[math]") {
  for (const double size : {1e-3, 1.0, 1e3, 1e6}) {
    Matrix a(4, 4);
    for (int i = 0; i < 3; ++i) a(i, i + 1) = size * (i + 1);
    const Matrix square = a * a;
    const Matrix expected = Matrix::identity(4) + a + 0.5 * square + (1.0 / 6.0) * (square * a);
    REQUIRE(difference(expm(a), expected) < 1e-15);
  }
  REQUIRE(largest(expm(Matrix(3, 3)) - Matrix::identity(3)) == 0.0);
}

TEST_CASE("the exponential of a diagonal is that of its numbers", "[math]") {
  const std::vector<double> values{-700.0, -30.0, -1e-8, 0.3, 5.0, 40.0};
  const Matrix result = expm(Matrix::diagonal(values));
  for (int i = 0; i < 6; ++i)
    REQUIRE(result(i, i) == Approx(std::exp(values[static_cast<std::size_t>(i)])).epsilon(1e-13));
}

TEST_CASE("the exponential of a rotation's generator is a rotation, however far it turns", "[math]") {
  for (const double angle : {1e-4, 0.02, 0.3, 1.0, 3.0, 50.0, 1e4}) {
    const Matrix result = expm(Matrix{{0, -angle}, {angle, 0}});
    // The rounding of each squaring stays: relative to the angle.
    const double tolerance = 4e-16 * (4.0 + angle);
    REQUIRE(std::abs(result(0, 0) - std::cos(angle)) < tolerance);
    REQUIRE(std::abs(result(1, 0) - std::sin(angle)) < tolerance);
    REQUIRE(std::abs(result(0, 1) + std::sin(angle)) < tolerance);
  }
}

TEST_CASE("the exponential of a defective matrix is Jordan's", "[math]") {
  for (const double value : {-3.0, 0.1, 2.0, 20.0}) {
    Matrix a = Matrix::identity(3, value);
    a(0, 1) = a(1, 2) = 7.0;
    Matrix expected = Matrix::identity(3);
    expected(0, 1) = expected(1, 2) = 7.0;
    expected(0, 2) = 24.5;
    expected *= std::exp(value);
    REQUIRE(difference(expm(a), expected) < 2e-15 * one_norm(a));  // the condition of the exponential
  }
}

TEST_CASE("a large norm without large powers is not overscaled", "[math]") {
  // exp [a b; 0 -a] = [e^a, b sinh(a)/a; 0, e^-a]; scaling by the norm b would lose log10(b) digits of the diagonal.
  const double a = 1.0, b = 1e8;
  const Matrix result = expm(Matrix{{a, b}, {0, -a}});
  REQUIRE(result(0, 0) == Approx(std::exp(a)).epsilon(1e-14));
  REQUIRE(result(1, 1) == Approx(std::exp(-a)).epsilon(1e-14));
  REQUIRE(result(0, 1) == Approx(b * std::sinh(a)).epsilon(1e-14));
}

TEST_CASE("exp(a) exp(-a) is one for matrices of all sizes and degrees", "[math]") {
  for (const int n : {1, 2, 7, 30})
    for (const double norm : {1e-3, 0.1, 0.6, 1.5, 4.0, 8.0}) {
      const Matrix a = test::random_dynamics(n, norm, static_cast<std::uint64_t>(n));
      const Matrix forward = expm(a), back = expm(-1.0 * a);
      REQUIRE(largest(forward * back - Matrix::identity(n)) < 1e-14 * one_norm(forward) * one_norm(back));
    }
}

TEST_CASE("exp(a) solves x' = a x", "[math]") {
  const Matrix a = random_matrix(6, 6, 5);
  const double step = 1e-3;
  const Matrix slope = (0.5 / step) * (expm((1.0 + step) * a) - expm((1.0 - step) * a));
  // Central difference: step^2 |a|^3 / 6.
  REQUIRE(difference(slope, a * expm(a)) < 1e-4);
}

TEST_CASE("what cannot be exponentiated is refused", "[math]") {
  REQUIRE_THROWS_WITH(expm(Matrix(2, 3)), Contains("is 2 x 3, expected 2 x 2"));
  REQUIRE_THROWS_WITH(expm(Matrix{{INFINITY}}), Contains("is inf at (0, 0)"));
  REQUIRE_THROWS_WITH(expm(Matrix{{800.0}}), Contains("overflows"));
  REQUIRE_THROWS_WITH(expm(Matrix{{0, 1e200}, {1e200, 0}}), Contains("overflows"));
}

TEST_CASE("an integrator held over a sample is known", "[math]") {
  const double h = 0.1;
  const auto sampled = zero_order_hold(Matrix{{0, 1}, {0, 0}}, Matrix{{0, 1}, {1, 0}}, h);
  REQUIRE(difference(sampled.a, Matrix{{1, h}, {0, 1}}) < 1e-15);
  REQUIRE(difference(sampled.b, Matrix{{h * h / 2, h}, {h, 0}}) < 1e-15);
}

TEST_CASE("a held input enters as the integral of the exponential", "[math]") {
  // b = a^-1 (exp(a h) - 1) b where a can be inverted.
  const Matrix a = random_matrix(8, 8, 6), b = random_matrix(8, 3, 7);
  const double h = 0.3;
  const auto sampled = zero_order_hold(a, b, h);
  REQUIRE(difference(sampled.a, expm(h * a)) < 1e-13);
  REQUIRE(difference(a * sampled.b, (sampled.a - Matrix::identity(8)) * b) < 1e-12);
  const auto without_input = zero_order_hold(a, Matrix(8, 0), h);
  REQUIRE(difference(without_input.a, expm(h * a)) < 1e-13);
}

TEST_CASE("two half samples make one", "[math]") {
  const Matrix a = random_matrix(5, 5, 8), b = random_matrix(5, 2, 9);
  const auto half = zero_order_hold(a, b, 0.1), whole = zero_order_hold(a, b, 0.2);
  REQUIRE(difference(half.a * half.a, whole.a) < 1e-14);
  REQUIRE(difference(half.a * half.b + half.b, whole.b) < 1e-14);
}

TEST_CASE("a hold needs a sample time and shapes that fit", "[math]") {
  REQUIRE_THROWS_WITH(zero_order_hold(Matrix(2, 2), Matrix(3, 1), 0.1), Contains("B is 3 x 1, expected 2 x 1"));
  REQUIRE_THROWS_WITH(zero_order_hold(Matrix(2, 2), Matrix(2, 1), 0.0), Contains("the sample time is 0"));
}
