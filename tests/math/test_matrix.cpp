#include "base/error.hpp"
#include "catch.hpp"
#include "math/linear.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::math;
using test::difference;
using test::random_matrix;

namespace {

Matrix plain_product(const Matrix& a, const Matrix& b) {
  Matrix c(a.rows(), b.cols());
  for (int i = 0; i < a.rows(); ++i)
    for (int j = 0; j < b.cols(); ++j)
      for (int k = 0; k < a.cols(); ++k) c(i, j) += a(i, k) * b(k, j);
  return c;
}

}  // namespace

TEST_CASE("products agree with plain loops", "[math]") {
  const Matrix a = random_matrix(5, 7, 1), b = random_matrix(7, 3, 2);
  const Matrix expected = plain_product(a, b);
  REQUIRE(difference(a * b, expected) < 1e-14);
  REQUIRE(difference(transposed_times(transposed(a), b), expected) < 1e-14);
  REQUIRE(difference(times_transposed(a, transposed(b)), expected) < 1e-14);
  REQUIRE((Matrix(2, 0) * Matrix(0, 3)).rows() == 2);
  REQUIRE(largest(Matrix(2, 0) * Matrix(0, 3)) == 0.0);
}

TEST_CASE("blocks are put where they belong", "[math]") {
  const Matrix a{{1, 2}, {3, 4}}, b{{5}, {6}};
  const Matrix both = above(beside(a, b), Matrix{{7, 8, 9}});
  REQUIRE(both.rows() == 3);
  REQUIRE(both(0, 2) == 5.0);
  REQUIRE(both(1, 0) == 3.0);
  REQUIRE(both(2, 1) == 8.0);
  REQUIRE(largest(both.block(0, 0, 2, 2) - a) == 0.0);
  REQUIRE(largest(transposed(both).block(2, 0, 1, 2) - transposed(b)) == 0.0);
}

TEST_CASE("norms are those of the definitions", "[math]") {
  const Matrix a{{1, -2}, {3, 4}};
  REQUIRE(one_norm(a) == 6.0);
  REQUIRE(largest(a) == 4.0);
  REQUIRE(frobenius_norm(a) == Approx(std::sqrt(30.0)));
}

TEST_CASE("shapes that do not go together are named", "[math]") {
  REQUIRE_THROWS_WITH(Matrix(2, 3) * Matrix(2, 3), Contains("2 x 3 and 2 x 3 cannot be multiplied"));
  REQUIRE_THROWS_WITH(Matrix(2, 3) + Matrix(3, 2), Contains("2 x 3 and 3 x 2 cannot be added"));
  REQUIRE_THROWS_WITH(Matrix(2, 3).block(1, 0, 2, 1), Contains("no block of 2 x 1 at (1, 0)"));
  REQUIRE_THROWS_WITH(require(Matrix(2, 3), 3, 3, "A"), Contains("A is 2 x 3, expected 3 x 3"));
  REQUIRE_THROWS_WITH(require(Matrix{{1, NAN}}, 1, 2, "B"), Contains("B is nan at (0, 1)"));
  REQUIRE_THROWS_WITH(require_symmetric(Matrix{{1, 2}, {3, 4}}, 2, "Q"), Contains("Q is not symmetric: 2 at (0, 1)"));
}

TEST_CASE("linear equations are solved, whatever their units", "[math]") {
  Matrix a = random_matrix(20, 20, 3), x = random_matrix(20, 4, 4);
  for (int i = 0; i < 20; ++i) {
    for (int j = 0; j < 20; ++j) a(i, j) *= std::pow(10.0, i - j);
    for (int k = 0; k < 4; ++k) x(i, k) *= std::pow(10.0, i);
  }
  const Matrix found = solve(a, a * x, "a");
  // Rounding times the condition of a normal matrix of 20 rows, about 100.
  for (int i = 0; i < 20; ++i)
    for (int k = 0; k < 4; ++k) REQUIRE(std::abs(found(i, k) - x(i, k)) < 1e-12 * std::pow(10.0, i));
  REQUIRE_THROWS_WITH(solve(Matrix{{1, 2}, {2, 4}}, Matrix(2, 1), "the matrix"), Contains("the matrix is singular"));
}

TEST_CASE("eigenvalues of small matrices are the known ones", "[math]") {
  const Matrix rotation{{0, -2}, {2, 0}};
  REQUIRE(spectral_radius(rotation) == Approx(2.0));
  REQUIRE(std::abs(spectral_abscissa(rotation)) < 1e-15);
  const auto values = symmetric_eigenvalues(Matrix{{2, 1}, {1, 2}});
  REQUIRE(values[0] == Approx(1.0));
  REQUIRE(values[1] == Approx(3.0));
  const Matrix inverse = symmetric_pseudo_inverse(Matrix{{4, 0}, {0, 0}}, 1e-12);
  REQUIRE(inverse(0, 0) == Approx(0.25));
  REQUIRE(inverse(1, 1) == 0.0);
  const Matrix null = null_space(Matrix{{1, 1}}, 1e-12);
  REQUIRE(null.cols() == 1);
  REQUIRE(std::abs(null(0, 0) + null(1, 0)) < 1e-15);
}
