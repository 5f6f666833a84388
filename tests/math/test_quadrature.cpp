// Rules of integration: exact for polynomials, and the numbers of the tables.
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "catch.hpp"
#include "math/direction_rule.hpp"
#include "math/quadrature.hpp"
#include "math/spherical_bessel.hpp"
#include "stored.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr double pi = std::numbers::pi;

std::string file() { return data_path("boltzmann/spectral.h5"); }

double factorial2(int n) { return n <= 0 ? 1.0 : n * factorial2(n - 2); }

/// The integral of x^a y^b z^c over unit vectors.
double monomial(int a, int b, int c) {
  if (a % 2 != 0 || b % 2 != 0 || c % 2 != 0) return 0.0;
  return 4.0 * pi * factorial2(a - 1) * factorial2(b - 1) * factorial2(c - 1) / factorial2(a + b + c + 1);
}

/// The largest error among monomials of a degree.
double worst(const math::DirectionRule& rule, int degree) {
  double largest = 0.0;
  for (int a = 0; a <= degree; ++a)
    for (int b = 0; a + b <= degree; ++b) {
      double sum = 0.0;
      for (std::size_t n = 0; n < rule.points.size(); ++n) {
        const auto& e = rule.points[n];
        sum += rule.weights[n] * std::pow(e[0], a) * std::pow(e[1], b) * std::pow(e[2], degree - a - b);
      }
      largest = std::max(largest, std::abs(sum - monomial(a, b, degree - a - b)));
    }
  return largest;
}

}  // namespace

TEST_CASE("Gauss-Legendre rules are those of the tables", "[quadrature][golden]") {
  for (const int points : {12, 16, 24, 32}) {
    const std::string group = "quadrature/gauss_legendre_" + std::to_string(points);
    const auto x = read_stored(file(), group + "/x").numbers, w = read_stored(file(), group + "/w").numbers;
    const auto rule = math::gauss_legendre(points);
    REQUIRE(rule.points.size() == x.size());
    for (std::size_t n = 0; n < x.size(); ++n) {
      CHECK(std::abs(rule.points[n] - x[n]) < 1e-14);
      CHECK(std::abs(rule.weights[n] - w[n]) < 1e-14);
    }
  }
}

TEST_CASE("Gauss-Legendre rules integrate polynomials on any interval", "[quadrature]") {
  for (const int points : {1, 2, 3, 7, 40, 200}) {
    const auto rule = math::gauss_legendre(points, 1.0, 3.0);
    for (const int degree : {0, 1, 2, 5, 2 * points - 1}) {
      if (degree > 2 * points - 1) continue;
      double sum = 0.0;
      for (std::size_t n = 0; n < rule.points.size(); ++n)
        sum += rule.weights[n] * std::pow(rule.points[n] - 2.0, degree);
      const double exact = degree % 2 == 0 ? 2.0 / (degree + 1.0) : 0.0;
      CHECK(std::abs(sum - exact) < 2e-14);
    }
  }
  CHECK_THROWS_AS(math::gauss_legendre(0), Error);
}

TEST_CASE("rules of directions integrate polynomials up to their degree, and no further", "[quadrature]") {
  for (const int points : {6, 8, 12, 14, 18, 26, 32, 50, 72, 128}) {
    CAPTURE(points);
    const auto rule = math::sphere_rule(points);
    REQUIRE(rule.size() == points);
    CHECK(math::has_sphere_rule(points));
    for (int degree = 0; degree <= rule.degree; ++degree) CHECK(worst(rule, degree) < 1e-12);
    CHECK(worst(rule, rule.degree + 1) > 1e-6);
    REQUIRE(rule.is_antipodal);
    for (std::size_t n = 0; n < rule.points.size() / 2; ++n) {
      const auto other = n + rule.points.size() / 2;
      CHECK(rule.weights[n] == rule.weights[other]);
      for (std::size_t d = 0; d < 3; ++d) CHECK(rule.points[n][d] == -rule.points[other][d]);
    }
  }
  CHECK_FALSE(math::has_sphere_rule(13));
  CHECK_THROWS_AS(math::sphere_rule(13), Error);
}

TEST_CASE("rules of directions are those of the tables", "[quadrature][golden]") {
  for (const int points : {6, 12, 14, 26, 32, 50}) {
    CAPTURE(points);
    const std::string group = "quadrature/sphere_" + std::to_string(points);
    const auto nodes = read_stored(file(), group + "/nodes").numbers,
               weights = read_stored(file(), group + "/weights").numbers;
    const auto rule = math::sphere_rule(points);
    CHECK(rule.degree == static_cast<int>(read_stored(file(), group + "/degree").numbers[0]));
    for (std::size_t n = 0; n < weights.size(); ++n) {
      double nearest = 1.0;
      for (std::size_t m = 0; m < rule.points.size(); ++m) {
        double distance = std::abs(rule.weights[m] - weights[n]);
        for (std::size_t d = 0; d < 3; ++d)
          distance = std::max(distance, std::abs(rule.points[m][d] - nodes[3 * n + d]));
        nearest = std::min(nearest, distance);
      }
      CHECK(nearest < 1e-14);
    }
  }
}

TEST_CASE("directions in a plane are equispaced", "[quadrature]") {
  for (const int points : {5, 8}) {
    const auto rule = math::circle_rule(points);
    CHECK(rule.is_antipodal == (points % 2 == 0));
    for (int degree = 0; degree <= points; ++degree) {
      double sum = 0.0;
      for (std::size_t n = 0; n < rule.points.size(); ++n)
        sum += rule.weights[n] * std::cos(degree * std::atan2(rule.points[n][1], rule.points[n][0]));
      const bool is_exact = std::abs(sum - (degree == 0 ? 2.0 * pi : 0.0)) < 1e-13;
      CHECK(is_exact == (degree <= rule.degree));
    }
  }
}

TEST_CASE("spherical Bessel functions", "[quadrature]") {
  double j[61];
  math::spherical_bessel(0.0, 60, j);
  CHECK(j[0] == 1.0);
  CHECK(j[1] == 0.0);
  for (const double x : {1e-3, 0.3, pi, 7.7, 4.493409457909064, 40.0, 90.0}) {
    CAPTURE(x);
    math::spherical_bessel(x, 60, j);
    CHECK(std::abs(j[0] - math::sinc(x)) < 1e-15);
    for (unsigned l = 0; l <= 60; ++l) CHECK(std::abs(j[l] - std::sph_bessel(l, x)) < 1e-14);
  }
}

TEST_CASE("Legendre polynomials", "[quadrature]") {
  double p[8];
  math::legendre_polynomials(0.3, 7, p);
  for (unsigned l = 0; l <= 7; ++l) CHECK(std::abs(p[l] - std::legendre(l, 0.3)) < 1e-15);
}
