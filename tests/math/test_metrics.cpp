// Distances between two sets of samples against plain loops over all pairs, on any number of ranks.
#include <cmath>
#include <string>

#include "base/random.hpp"
#include "math/assignment.hpp"
#include "math/discrepancy.hpp"
#include "math/gaussian.hpp"
#include "math/sinkhorn.hpp"
#include "math/sliced.hpp"
#include "math/transport.hpp"
#include "samples_on_ranks.hpp"

namespace {

using namespace tessera::math;
using tessera::test::by_rows;
using tessera::test::points_of;

/// Normal numbers, moved and stretched.
std::vector<double> normals(int count, int dimension, int which, double shift = 0.0, double scale = 1.0) {
  const tessera::Random random(static_cast<std::uint32_t>(which), tessera::RandomPurpose::test);
  std::vector<double> values;
  for (int n = 0; n < count * dimension; ++n)
    values.push_back(shift + scale * random.normal(static_cast<std::uint64_t>(n), 0).first);
  return values;
}
std::vector<double> uniforms(int count, int which) {
  const tessera::Random random(static_cast<std::uint32_t>(which), tessera::RandomPurpose::test);
  std::vector<double> values;
  for (int n = 0; n < count; ++n) values.push_back(0.1 + random.uniform(static_cast<std::uint64_t>(n), 1).first);
  return values;
}

template <class Work>
std::string complaint(const Work& work) {
  try {
    work();
  } catch (const tessera::Error& error) {
    return error.what();
  }
  return "";
}

/// Mean of a kernel of |x - y|^2 over all pairs, or over those of different rows.
template <class Kernel>
double plain_mean(const Cloud& x, const Cloud& y, bool without_same, const Kernel& kernel) {
  const auto r2 = pair_costs(x, y, GroundCost::squared_distance);
  double sum = 0.0;
  for (int i = 0; i < x.size(); ++i)
    for (int j = 0; j < y.size(); ++j)
      if (!without_same || i != j) sum += kernel(r2(i, j));
  return sum / x.size() / (without_same ? y.size() - 1 : y.size());
}

/// Of all orders of the columns.
double least_of_all(const Matrix& cost) {
  std::vector<int> order;
  for (int i = 0; i < cost.rows(); ++i) order.push_back(i);
  double least = 1e300;
  do {
    double sum = 0.0;
    for (int i = 0; i < cost.rows(); ++i) sum += cost(order[static_cast<std::size_t>(i)], i);
    least = std::min(least, sum);
  } while (std::next_permutation(order.begin(), order.end()));
  return least;
}

double cost_of(const Matrix& cost, const std::vector<int>& rows) {
  double sum = 0.0;
  for (int j = 0; j < cost.cols(); ++j) sum += cost(rows[static_cast<std::size_t>(j)], j);
  return sum;
}

}  // namespace

TEST_CASE("sums over all pairs are those of a plain loop", "[math]") {
  const int d = GENERATE(1, 2, 3, 7);
  const int n = GENERATE(2, 63, 64, 200, 321);
  const Cloud x{d, normals(n, d, 1), {}}, y{d, normals(150, d, 2, 0.3, 1.2), {}};
  const auto all_x = points_of(d, x.positions), all_y = points_of(d, y.positions);
  const auto kernel = [](double r2) { return std::exp(-0.7 * r2) + 2.0 * std::exp(-0.05 * r2); };
  const auto kernels = GaussianKernels::of({0.7, 0.05, 0.05});
  REQUIRE(kernels.terms.size() == 2);
  // Rounding of the plain sums of up to 1e5 terms.
  const double expected =
      plain_mean(x, x, true, kernel) + plain_mean(y, y, true, kernel) - 2.0 * plain_mean(x, y, false, kernel);
  REQUIRE(std::abs(mmd2_unbiased(all_x, all_y, kernels) - expected) < 1e-12);
  const double biased =
      plain_mean(x, x, false, kernel) + plain_mean(y, y, false, kernel) - 2.0 * plain_mean(x, y, false, kernel);
  REQUIRE(std::abs(mmd2_biased(all_x, all_y, kernels) - biased) < 1e-12);
  const auto root = [](double r2) { return std::sqrt(r2); };
  const double energy =
      2.0 * plain_mean(x, y, false, root) - plain_mean(x, x, false, root) - plain_mean(y, y, false, root);
  REQUIRE(std::abs(energy_distance(all_x, all_y) - energy) < 1e-12);
}

TEST_CASE("weights count as so many samples", "[math]") {
  // Three of one, two of another: as weights, and as rows.
  std::vector<double> once = normals(40, 2, 3), repeated, weights;
  for (int i = 0; i < 40; ++i) {
    const int times = 1 + i % 3;
    weights.push_back(2.5 * times);
    for (int k = 0; k < times; ++k) repeated.insert(repeated.end(), once.begin() + 2 * i, once.begin() + 2 * i + 2);
  }
  const auto y = normals(static_cast<int>(repeated.size()) / 2, 2, 4, 0.5);
  const auto weighted = points_of(2, once, weights), plain = points_of(2, repeated), other = points_of(2, y);
  const auto kernels = GaussianKernels::of({0.5});
  REQUIRE(std::abs(mmd2_biased(weighted, other, kernels) - mmd2_biased(plain, other, kernels)) < 1e-14);
  REQUIRE(std::abs(energy_distance(weighted, other) - energy_distance(plain, other)) < 1e-14);
  const auto directions = draw_directions(1, 20, 2);
  REQUIRE(std::abs(sliced_w2(weighted, other, directions) - sliced_w2(plain, other, directions)) < 1e-13);
  for (const int order : {1, 2}) {
    const double pairs = wasserstein({2, repeated, {}}, {2, y, {}}, order);
    REQUIRE(std::abs(wasserstein({2, once, weights}, {2, y, {}}, order) - pairs) < 1e-12);
  }
  const auto a = moments(weighted), b = moments(plain);
  REQUIRE(bures_w2(a, b) < 1e-7);  // the root of rounding
  const SinkhornParams params{.regularisation = 0.2, .tolerance = 1e-13};
  REQUIRE(std::abs(sinkhorn(weighted, other, params).cost - sinkhorn(plain, other, params).cost) < 1e-11);
}

TEST_CASE("unbiased discrepancies of one distribution are 0 on average", "[math]") {
  const auto kernels = GaussianKernels::of({0.5, 2.0});
  double sum = 0.0, squares = 0.0;
  constexpr int draws = 400;
  for (int n = 0; n < draws; ++n) {
    const auto x = points_of(1, normals(60, 1, 100 + 2 * n), uniforms(60, 7)),
               y = points_of(1, normals(50, 1, 101 + 2 * n));
    const double value = mmd2_unbiased(x, y, kernels);
    sum += value;
    squares += value * value;
  }
  // Within four standard errors; the bias of the other estimator, some 2/60 + 2/50, is twenty of them.
  const double error = std::sqrt(squares) / draws;
  REQUIRE(std::abs(sum / draws) < 4.0 * error);
  REQUIRE(error < 4e-3);
}

TEST_CASE("the best pairs are those of all orders", "[math]") {
  for (int n = 1; n < 8; ++n)
    for (int draw = 0; draw < 5; ++draw) {
      const auto cost = pair_costs({2, normals(n, 2, 20 + draw), {}}, {2, normals(n, 2, 40 + draw), {}},
                                   GroundCost::squared_distance);
      REQUIRE(std::abs(cost_of(cost, assignment(cost)) - least_of_all(cost)) < 1e-13);
    }
  // Ties throughout.
  Matrix same(6, 6);
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 6; ++j) same(i, j) = (i + j) % 2;
  REQUIRE(cost_of(same, assignment(same)) == 0.0);
}

TEST_CASE("pairs and the network simplex agree, and quantiles in one dimension", "[math]") {
  const Cloud x{1, normals(300, 1, 5), {}}, y{1, normals(300, 1, 6, 0.4, 1.5), {}};
  auto sorted_x = x.positions, sorted_y = y.positions;
  std::sort(sorted_x.begin(), sorted_x.end());
  std::sort(sorted_y.begin(), sorted_y.end());
  double one = 0.0, two = 0.0;
  for (std::size_t i = 0; i < 300; ++i) {
    one += std::abs(sorted_x[i] - sorted_y[i]) / 300.0;
    two += (sorted_x[i] - sorted_y[i]) * (sorted_x[i] - sorted_y[i]) / 300.0;
  }
  const std::vector<double> equal(300, 1.0);
  REQUIRE(std::abs(wasserstein(x, y, 1) - one) < 1e-13);
  REQUIRE(std::abs(wasserstein(x, y, 2) - std::sqrt(two)) < 1e-13);
  REQUIRE(std::abs(wasserstein({1, x.positions, equal}, y, 1) - one) < 1e-12);
  REQUIRE(std::abs(wasserstein({1, x.positions, equal}, y, 2) - std::sqrt(two)) < 1e-12);
  REQUIRE(std::abs(sliced_w2(points_of(1, x.positions), points_of(1, y.positions), {1.0}) - std::sqrt(two)) < 1e-13);
}

TEST_CASE("what is moved comes back as the way, and samples far away change nothing", "[math]") {
  auto x = normals(130, 3, 8), moved = x;
  for (std::size_t n = 0; n < moved.size(); ++n) moved[n] += n % 3 == 0 ? 3000.0 : 0.0;
  const auto a = points_of(3, x), b = points_of(3, moved);
  REQUIRE(std::abs(wasserstein({3, x, {}}, {3, moved, {}}, 2) - 3000.0) < 1e-9);
  REQUIRE(std::abs(wasserstein({3, x, {}}, {3, moved, {}}, 1) - 3000.0) < 1e-9);
  REQUIRE(std::abs(bures_w2(moments(a), moments(b)) - 3000.0) < 1e-9);
  // Of 1e7 times eps rounding leaves 1e-9, and exponents would be lost if potentials did not take them up.
  REQUIRE(std::abs(std::sqrt(sinkhorn(a, b, {.regularisation = 1.0, .tolerance = 1e-6}).cost) - 3000.0) < 1e-2);
}

TEST_CASE("a small regularisation leads to the exact distance", "[math]") {
  const auto x = normals(64, 2, 9), y = normals(64, 2, 10, 1.0);
  const double exact = wasserstein({2, x, {}}, {2, y, {}}, 2);
  double last = 1e300;
  for (const double eps : {1.0, 0.3, 0.1}) {
    const double error = std::sqrt(sinkhorn(points_of(2, x), points_of(2, y), {.regularisation = eps}).cost) - exact;
    REQUIRE(error > 0.0);
    REQUIRE(error < 0.5 * last);
    last = error;
  }
  REQUIRE(last < 0.05 * exact);
}

TEST_CASE("distances are the same to the last bit on any number of ranks", "[math]") {
  const auto x = normals(530, 3, 11), y = normals(401, 3, 12, 0.2), w = uniforms(401, 13);
  const auto a = points_of(3, x), b = points_of(3, y, w);
  // Alone, this rank has all of it.
  const auto alone = tessera::test::comm().split(tessera::test::comm().rank());
  const Points whole_a(alone, 3, x), whole_b(alone, 3, y, w);
  const auto kernels = GaussianKernels::of({0.3, 1.0});
  const auto directions = draw_directions(3, 11, 3);
  const SinkhornParams params{.regularisation = 0.5, .tolerance = 1e-9};
  std::vector<std::pair<double, double>> values{
      {mmd2_unbiased(a, b, kernels), mmd2_unbiased(whole_a, whole_b, kernels)},
      {mmd2_biased(a, b, kernels), mmd2_biased(whole_a, whole_b, kernels)},
      {energy_distance(a, b), energy_distance(whole_a, whole_b)},
      {sliced_w2(a, b, directions), sliced_w2(whole_a, whole_b, directions)},
      {sinkhorn(a, b, params).cost, sinkhorn(whole_a, whole_b, params).cost},
      {bures_w2(moments(a), moments(b)), bures_w2(moments(whole_a), moments(whole_b))}};
  for (const auto& [several, one] : values) REQUIRE_ALL(several == one);
}

TEST_CASE("directions are unit vectors without a preference", "[math]") {
  const int d = GENERATE(1, 2, 5);
  const int count = 4000;
  const auto directions = draw_directions(9, count, d);
  std::vector<double> squares(static_cast<std::size_t>(d));
  for (int n = 0; n < count; ++n) {
    double r2 = 0.0;
    for (int c = 0; c < d; ++c) {
      const double u = directions[static_cast<std::size_t>(n * d + c)];
      r2 += u * u;
      squares[static_cast<std::size_t>(c)] += u * u / count;
    }
    REQUIRE(std::abs(r2 - 1.0) < 1e-14);
  }
  for (const double square : squares) REQUIRE(std::abs(square - 1.0 / d) < 0.03);  // five standard errors
}

TEST_CASE("samples that cannot be compared are refused", "[math]") {
  const auto x = points_of(2, normals(80, 2, 1)), y = points_of(1, normals(80, 1, 2)),
             single = points_of(2, {1.0, 2.0});
  const auto kernels = GaussianKernels::of({1.0});
  const std::string dimensions = "samples in 2 and in 1 dimensions cannot be compared";
  REQUIRE(complaint([&] { mmd2_biased(x, y, kernels); }) == dimensions);
  REQUIRE(complaint([&] { energy_distance(x, y); }) == dimensions);
  REQUIRE(complaint([&] { sinkhorn(x, y, {}); }) == dimensions);
  REQUIRE(complaint([&] { sliced_w2(x, y, {1.0, 0.0}); }) == dimensions);
  REQUIRE(complaint([&] { wasserstein({2, {1.0, 2.0}, {}}, {1, {1.0}, {}}, 1); }) == dimensions);
  REQUIRE(complaint([&] { mmd2_unbiased(x, single, kernels); }).find("two samples or more") != std::string::npos);
  REQUIRE(complaint([&] { points_of(2, {}); }) == "there are no samples");
  REQUIRE(complaint([&] { points_of(1, {1.0, std::nan("")}); }) == "a sample whose position is not finite");
  REQUIRE(complaint([&] { points_of(1, {1.0, 2.0}, {1.0, -1.0}); }).find("weight is negative") != std::string::npos);
  REQUIRE(complaint([&] { points_of(1, {1.0, 2.0}, {0.0, 0.0}); }).find("all zero") != std::string::npos);
  REQUIRE(complaint([&] { GaussianKernels::of({}); }).find("expected 1 to 16") != std::string::npos);
  REQUIRE(complaint([&] {
            sinkhorn(x, x, {.regularisation = 1e-3, .max_iterations = 3});
          }).find("after 3 iterations") != std::string::npos);
  REQUIRE(complaint([&] {
            mmd2_unbiased(points_of(2, normals(2, 2, 1), {1.0, 0.0}), x, kernels);
          }).find("no pairs") != std::string::npos);
}
