// Distances between two sets of samples, each as NumPy and SciPy have computed it (see tests/data).
#include <cmath>

#include "golden.hpp"
#include "math/discrepancy.hpp"
#include "math/gaussian.hpp"
#include "math/sinkhorn.hpp"
#include "math/sliced.hpp"
#include "math/transport.hpp"
#include "samples_on_ranks.hpp"

namespace {

using tessera::math::Cloud;
using tessera::math::GaussianKernels;
using tessera::math::Matrix;
using tessera::math::wasserstein;
using tessera::test::by_rows;
using tessera::test::points_of;

Matrix golden(const std::string& name) {
  return tessera::test::read_golden(tessera::test::data_path("action_matching/metrics.h5"), name);
}
double number(const std::string& name) { return golden(name)(0, 0); }

/// The same up to rounding, of sums of numbers near 1.
bool is_near(double value, double expected) { return std::abs(value - expected) < 1e-12 * expected; }

Matrix first_rows(const Matrix& a, int count) { return a.block(0, 0, count, a.cols()); }

}  // namespace

TEST_CASE("maximum mean discrepancies are those of the reference", "[math]") {
  const auto x = points_of(golden("X")), y = points_of(golden("Y"));
  const auto alphas = by_rows(golden("alphas")), each = by_rows(golden("mmd2_unbiased_each"));
  for (std::size_t n = 0; n < alphas.size(); ++n)
    REQUIRE(is_near(mmd2_unbiased(x, y, GaussianKernels::of({alphas[n]})), each[n]));
  REQUIRE(is_near(mmd2_unbiased(x, y, GaussianKernels::of(alphas)), number("mmd2_unbiased_sum_of_kernels")));

  const auto gammas = by_rows(golden("gammas")), biased = by_rows(golden("mmd2_biased_each"));
  for (std::size_t n = 0; n < gammas.size(); ++n)
    REQUIRE(is_near(mmd2_biased(x, y, GaussianKernels::of({gammas[n]})), biased[n]));
  REQUIRE(is_near(mmd2_biased(x, y, GaussianKernels::of(gammas, 0.0, true)), number("mmd2_biased_mean")));
}

TEST_CASE("the statistic of the hydrogen atom is that of the reference", "[math]") {
  const auto x = points_of(golden("X_large")), y = points_of(golden("Y_large"));
  REQUIRE(is_near(mmd2_unbiased(x, y, GaussianKernels::of({1e-4, 1e-4, 1e-4}, 1e-5)),
                  number("mmd_hydrogen_statistic_large")));
}

TEST_CASE("distances of weighted samples are those of the reference", "[math]") {
  const auto a = by_rows(golden("a")), b = by_rows(golden("b"));
  const Matrix x = first_rows(golden("X"), 50), y = first_rows(golden("Y"), 57);
  const auto all_x = points_of(x, a), all_y = points_of(y, b);
  REQUIRE(is_near(mmd2_biased(all_x, all_y, GaussianKernels::of({1.0})), number("mmd2_biased_weighted_alpha1")));
  REQUIRE(is_near(wasserstein({2, by_rows(x), a}, {2, by_rows(y), b}, 1), number("W1_weighted")));
  REQUIRE(is_near(wasserstein({2, by_rows(x), a}, {2, by_rows(y), b}, 2), number("W2_weighted")));
}

TEST_CASE("exact, sliced and energy distances are those of the reference", "[math]") {
  const Cloud x{2, by_rows(golden("X")), {}}, y{2, by_rows(golden("Y")), {}};
  REQUIRE(is_near(wasserstein(x, y, 1), number("W1")));
  REQUIRE(is_near(wasserstein(x, y, 2), number("W2")));
  const auto all_x = points_of(golden("X")), all_y = points_of(golden("Y"));
  REQUIRE(is_near(sliced_w2(all_x, all_y, by_rows(golden("directions"))), number("sliced_W2")));
  REQUIRE(is_near(energy_distance(all_x, all_y), number("energy_distance")));
}

TEST_CASE("distances of Gaussians are those of the reference", "[math]") {
  const tessera::math::Gaussian one{by_rows(golden("m1")), golden("S1")}, two{by_rows(golden("m2")), golden("S2")};
  REQUIRE(is_near(bures_w2(one, two), number("bures_W2")));
  REQUIRE(is_near(bures_w2(two, one), number("bures_W2")));
  REQUIRE(bures_w2(one, one) < 1e-7);  // the root of rounding
}

TEST_CASE("Sinkhorn's plan is that of the reference", "[math]") {
  const Matrix x = first_rows(golden("X"), 60), y = first_rows(golden("Y"), 60), expected = golden("sinkhorn_plan_60");
  const double eps = number("sinkhorn_eps");
  const auto plan = sinkhorn(points_of(x), points_of(y), {.regularisation = eps, .tolerance = 1e-15});
  REQUIRE(is_near(plan.cost, number("sinkhorn_transport_cost_60")));
  // All rows are one block, which the last rank has.
  const auto costs = pair_costs({2, by_rows(x), {}}, {2, by_rows(y), {}}, tessera::math::GroundCost::squared_distance);
  double largest = 0.0;
  for (int i = 0; i < static_cast<int>(plan.first.size()); ++i)
    for (int j = 0; j < 60; ++j) {
      const double part =
          (plan.first[static_cast<std::size_t>(i)] + plan.second[static_cast<std::size_t>(j)] - costs(i, j)) / eps;
      largest = std::max(largest, std::abs(std::exp(part) / 3600.0 - expected(i, j)));
    }
  REQUIRE_ALL(largest < 1e-14);
}
