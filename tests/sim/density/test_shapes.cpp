// Petals, branching cells, Gaussian fields and boxes.
#include <cmath>

#include "density_samples.hpp"
#include "sim/density/branching_cells.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::density;

TEST_CASE("petals split and meet again", "[density]") {
  const auto source = density_of("kind = 'petals'\nnoise = 0\n");
  CHECK_FALSE(source->has_log_density());
  for (const double time : {0.0, 0.5, 1.0}) {
    const auto all = draw_at(*source, time, 4000);
    const double low = std::max(0.0, time - 0.125), high = std::min(1.0, time + 0.125);
    double sides[12] = {}, progress = 0.0;
    for (std::size_t n = 0; n < all.size(); n += 2) {
      const double u = (std::hypot(all[n], all[n + 1]) - 0.1) / 0.9, angle = std::atan2(all[n + 1], all[n]);
      REQUIRE((u > low - 1e-12 && u < high + 1e-12));
      progress += u / 4000.0;
      // Nearest of the twelve halves.
      double least = 10.0;
      int half = 0;
      for (int k = 0; k < 12; ++k) {
        const int petal = k / 2;
        const double own = M_PI * petal / 3.0 + (k % 2 == 0 ? 0.45 : -0.45) * std::sin(M_PI * u);
        const double distance = std::abs(std::remainder(angle - own, 2.0 * M_PI));
        if (distance < least) {
          least = distance;
          half = k;
        }
      }
      REQUIRE(least < 1e-12);
      sides[half] += 1.0;
    }
    CHECK_THAT(progress, WithinAbs(0.5 * (low + high), 5.0 * (high - low) / std::sqrt(12.0 * 4000.0)));
    if (time == 0.5)
      CHECK(std::abs(chi_square_deviation(std::vector<double>(sides, sides + 12), std::vector<double>(12, 1.0 / 12))) <
            4.5);
  }
  const auto noisy = density_of("kind = 'petals'\nopening = 0\npetals = 1\ninner = 0\nouter = 1e-9\n");
  const auto now = statistics_of(draw_at(*noisy, 0.3, 20000), 2);
  CHECK_THAT(now.covariance[0], WithinAbs(9e-4, 5.0 * 9e-4 * std::sqrt(2.0 / 20000.0)));
  CHECK_THAT(complaint_about_density("kind = 'petals'\nouter = 0.05\n"), Contains("0.05 is not beyond inner, 0.1"));
}

TEST_CASE("branching cells are standardised, and branch", "[density]") {
  const auto source = density_of("kind = 'branching_cells'\n");
  REQUIRE(source->dimensions() == 5);
  REQUIRE(source->has_log_density());
  double cells = 0.0, sums[5] = {}, squares[5] = {};
  for (int k = 0; k < num_snapshots; ++k) {
    const auto all = draw_at(*source, 0.25 * k, static_cast<int>(cells_of_snapshot[k]), 10000 * k);
    cells += cells_of_snapshot[k];
    for (std::size_t n = 0; n < all.size(); ++n) {
      sums[n % 5] += all[n];
      squares[n % 5] += all[n] * all[n];
    }
  }
  CHECK(cells == 16819.0);
  for (int c = 0; c < 5; ++c) {
    CHECK_THAT(sums[c] / cells, WithinAbs(0.0, 5.0 / std::sqrt(cells)));
    CHECK_THAT(squares[c] / cells, WithinAbs(1.0, 5.0 * std::sqrt(2.0 / cells)));
  }
  BranchingCellsParams params;
  params.generations = 3;
  CHECK(branching_mixture(params).components.size() == 8);
  // Sisters are one before they part: at t = 0 all leaves have the same mean.
  const auto mixture = branching_mixture(params);
  for (const auto& component : mixture.components) {
    CHECK(component.mean[0].substr(0, component.mean[0].find('+')) ==
          mixture.components[0].mean[0].substr(0, mixture.components[0].mean[0].find('+')));
  }
  params.shape_seed = 2;
  CHECK(branching_mixture(params).components[0].mean != mixture.components[0].mean);
}

namespace {

/// Covariance of two pixels of a field of n x n, from its definition.
double field_covariance(int n, double exponent, double cutoff, int dx, int dy) {
  double sum = 0.0, total = 0.0;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      const double k1 = std::min(i, n - i), k2 = std::min(j, n - j);
      const double power = std::pow(k1 * k1 + k2 * k2 + cutoff * cutoff, -0.5 * exponent);
      total += power;
      sum += power * std::cos(2.0 * M_PI * (i * dx + j * dy) / n);
    }
  return sum / total;
}

/// Of a normal density: by Cholesky's factors of its covariance.
double log_normal_density(std::vector<double> c, std::vector<double> x) {
  const std::size_t d = x.size();
  double result = -0.5 * static_cast<double>(d) * std::log(2.0 * M_PI);
  for (std::size_t i = 0; i < d; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = c[i * d + j];
      for (std::size_t k = 0; k < j; ++k) sum -= c[i * d + k] * c[j * d + k];
      c[i * d + j] = i == j ? std::sqrt(sum) : sum / c[j * d + j];
    }
    for (std::size_t k = 0; k < i; ++k) x[i] -= c[i * d + k] * x[k];
    x[i] /= c[i * d + i];
    result -= 0.5 * x[i] * x[i] + std::log(c[i * d + i]);
  }
  return result;
}

}  // namespace

TEST_CASE("Gaussian fields have the covariance of their spectrum", "[density]") {
  const auto source =
      density_of("kind = 'gaussian_field'\npoints = 5\nexponent_begin = 1\nexponent_end = 4\ncutoff = 0.7\n");
  constexpr int n = 5, count = 40000;
  REQUIRE(source->dimensions() == n * n);
  for (const double time : {0.0, 0.6}) {
    const auto all = draw_at(*source, time, count);
    const auto now = statistics_of(all, n * n);
    std::vector<double> covariance(now.covariance.size());
    for (int a = 0; a < n * n; ++a)
      for (int b = 0; b < n * n; ++b) {
        const auto at = static_cast<std::size_t>(a * n * n + b);
        covariance[at] = field_covariance(n, 1.0 + 3.0 * time, 0.7, a / n - b / n, a % n - b % n);
        CHECK_THAT(now.covariance[at],
                   WithinAbs(covariance[at], 5.0 * std::sqrt((1.0 + covariance[at] * covariance[at]) / count)));
      }
    const std::vector<double> first(all.begin(), all.begin() + n * n);
    const double wanted = log_normal_density(covariance, first);
    CHECK_THAT(log_density_at(*source, time, first)[0], WithinAbs(wanted, 1e-10 * std::abs(wanted)));
  }
}

TEST_CASE("points are spread evenly over a box", "[density]") {
  const auto source = density_of("kind = 'uniform'\nlow = [-1, 2, 0]\nlength = [4, 0.5, 1]\n");
  REQUIRE(source->dimensions() == 3);
  const auto all = draw_at(*source, 0.3, 20000);
  std::vector<double> counts(64);
  for (std::size_t n = 0; n < all.size(); n += 3) {
    const double parts[] = {(all[n] + 1.0) / 4.0, (all[n + 1] - 2.0) / 0.5, all[n + 2]};
    for (const double part : parts) REQUIRE((part >= 0.0 && part < 1.0));
    counts[static_cast<std::size_t>(16 * int(4 * parts[0]) + 4 * int(4 * parts[1]) + int(4 * parts[2]))] += 1.0;
  }
  CHECK(std::abs(chi_square_deviation(counts, std::vector<double>(64, 1.0 / 64))) < 4.5);
  const auto inside = log_density_at(*source, 0.3, {0.0, 2.1, 0.5, 0.0, 2.1, 1.5});
  CHECK_THAT(inside[0], WithinAbs(-std::log(2.0), 1e-14));
  CHECK(inside[1] == -INFINITY);
  CHECK_THAT(complaint_about_density("kind = 'uniform'\n"), Contains("length"));
  CHECK_THAT(complaint_about_density("kind = 'uniform'\nlength = [1, -1]\n"), Contains("length"));
  CHECK_THAT(complaint_about_density("kind = 'uniform'\nlength = [1]\nlow = [1, 2]\n"),
             Contains("2 numbers, and there are 1 lengths"));
}
