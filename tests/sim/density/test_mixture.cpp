// Mixtures of Gaussians: the problems with closed-form answers, their densities and what is drawn from them.
#include <cmath>

#include "density_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

constexpr int drawn = 20000;
constexpr double golden_rows = 2000.0;  // of which the reference data have the statistics

}  // namespace

TEST_CASE("densities are those of the reference data", "[density]") {
  for (const std::string name : {"P1", "P2", "P3a", "P3b", "P4", "P5", "P6"}) {
    const auto source = density_of(problem(name));
    const auto times = golden_density(name + "/t"), x = golden_density(name + "/x"),
               expected = golden_density(name + "/log_q");
    const std::size_t points = expected.size() / times.size();
    for (std::size_t k = 0; k < times.size(); ++k) {
      const auto values = log_density_at(*source, times[k], x);
      REQUIRE(values.size() == points);
      for (std::size_t n = 0; n < points; ++n) {
        INFO(name << ", time " << times[k] << ", point " << n);
        // With the mass.
        CHECK_THAT(values[n] + std::log(source->mass(times[k])),
                   WithinAbs(expected[k * points + n], 1e-12 * (1.0 + std::abs(expected[k * points + n]))));
      }
    }
  }
}

TEST_CASE("samples have the moments of the reference samples", "[density]") {
  for (const std::string name : {"P1", "P3a", "P3b", "P4", "P5"}) {
    const auto source = density_of(problem(name));
    const auto times = golden_density(name + "/t"), mean = golden_density(name + "/sample_mean"),
               covariance = golden_density(name + "/sample_covariance");
    for (std::size_t k = 0; k < times.size(); ++k) {
      INFO(name << ", time " << times[k]);
      const auto now = statistics_of(draw_at(*source, times[k], drawn, static_cast<std::int64_t>(k) * drawn), 2);
      const double share = std::sqrt(1.0 / drawn + 1.0 / golden_rows);
      for (std::size_t a = 0; a < 2; ++a) {
        const double variance = now.covariance[3 * a];
        CHECK_THAT(now.mean[a], WithinAbs(mean[2 * k + a], 4.5 * share * std::sqrt(variance)));
        for (std::size_t b = 0; b < 2; ++b) {
          const double scale = std::sqrt(2.0 * variance * now.covariance[3 * b]);
          CHECK_THAT(now.covariance[2 * a + b], WithinAbs(covariance[4 * k + 2 * a + b], 4.5 * share * scale));
        }
      }
    }
  }
}

TEST_CASE("samples of a mixture fall where its density says", "[density]") {
  const auto source = density_of(problem("P7"));
  constexpr int bins = 60, parts = 64;
  constexpr double low = -3.5, width = 7.0 / bins;
  for (const double time : {0.0, 0.37, 1.0}) {
    std::vector<double> counts(bins + 1), probabilities(bins), places;
    for (int n = 0; n < bins * parts; ++n) places.push_back(low + (n + 0.5) * width / parts);
    const auto density = log_density_at(*source, time, places);
    for (std::size_t n = 0; n < places.size(); ++n) probabilities[n / parts] += std::exp(density[n]) * width / parts;
    double total = 0.0;
    for (const double probability : probabilities) total += probability;
    CHECK_THAT(total, WithinAbs(1.0, 1e-4));  // tails
    for (const double x : draw_at(*source, time, 10 * drawn)) {
      const double bin = std::floor((x - low) / width);
      counts[static_cast<std::size_t>(bin >= 0.0 && bin < bins ? bin : bins)] += 1.0;
    }
    counts.pop_back();
    CHECK(std::abs(chi_square_deviation(counts, probabilities)) < 4.5);
  }
}

TEST_CASE("weights are relative, mass is by itself, and every row has its own time", "[density]") {
  const auto source = density_of(problem("P5"));
  CHECK_THAT(source->mass(0.5), WithinAbs(std::exp(0.2), 1e-15));
  CHECK(density_of(problem("P1"))->mass(0.5) == 1.0);
  const auto once = density_of(problem("P7"));
  std::string tripled = problem("P7");
  for (const std::string weight : {"0.7 - 0.4*t", "0.3 + 0.4*t"})
    tripled.replace(tripled.find(weight), weight.size(), "3*(" + weight + ")");
  const auto thrice = density_of(tripled);
  const std::vector<double> places{-1.0, 0.2, 2.0};
  for (std::size_t n = 0; n < places.size(); ++n)
    CHECK_THAT(log_density_at(*thrice, 0.3, places)[n], WithinAbs(log_density_at(*once, 0.3, places)[n], 1e-14));
  // More rows than are evaluated at once.
  constexpr int rows = 5000;
  const Array1<double> times("test/times", rows);
  const auto host = Kokkos::create_mirror_view(times);
  for (int n = 0; n < rows; ++n) host(n) = static_cast<double>(n) / rows;
  Kokkos::deep_copy(times, host);
  const data::RowArray<double> positions("test/positions", rows, 2);
  source->draw(7, 11, times, positions);
  const auto all = data::host_copy(positions, 0, rows);
  for (const int n : {0, 2047, 2048, 4999}) {
    const auto alone = draw_at(*source, static_cast<double>(n) / rows, 1, 11 + n, 7);
    const auto at = 2 * static_cast<std::size_t>(n);
    CHECK((all[at] == alone[0] && all[at + 1] == alone[1]));
  }
  CHECK(draw_at(*source, 0.5, 1, 12, 7) != draw_at(*source, 0.5, 1, 11, 7));
  CHECK(draw_at(*source, 0.5, 1, 11, 8) != draw_at(*source, 0.5, 1, 11, 7));
}

TEST_CASE("mixtures that cannot be", "[density][bad]") {
  const std::string head = "kind = 'mixture'\n", component = "[[stage.density.component]]\n";
  CHECK_THAT(complaint_about_density(head), Contains("a.toml:6:1: key 'kind'") && Contains("at least one"));
  CHECK_THAT(complaint_about_density(head + component + "mean = ['t', 'a*t']\nvariance = [1]\n"),
             Contains("a.toml:8:14: key 'mean'") && Contains("element 2: column 1 of the formula, at 'a*t'"));
  CHECK_THAT(complaint_about_density(head + component + "mean = [0]\n"), Contains("variance"));
  CHECK_THAT(complaint_about_density(head + component + "mean = [0, 0, 0]\nvariance = [1, 1]\n"),
             Contains("2 formulas for 3 coordinates"));
  CHECK_THAT(complaint_about_density(head + component + "mean = [0, 0]\nvariance = [1]\n" + component +
                                     "mean = [0]\nvariance = [1]\n"),
             Contains("means have 2 coordinates here and 1 there"));
  CHECK_THAT(complaint_about_density(head + component + "mean = [0]\nvariance = [1]\nrotation_rate = 1\n"),
             Contains("one coordinate alone does not turn"));
  CHECK_THAT(complaint_about_density(head + "begin = 1\nend = 1\n" + component + "mean = [0]\nvariance = [1]\n"),
             Contains("1 is not behind the begin, 1"));
  const auto complaint = [&](const std::string& keys) { return complaint_about_density(head + keys); };
  CHECK_THAT(complaint(component + "mean = [0]\nvariance = ['0.5 - t']\n"),
             Contains("the variance of component 1 is 0 at t = 0.5; expected > 0"));
  CHECK_THAT(complaint(component + "mean = ['1/(t - 1)']\nvariance = [1]\n"), Contains("the mean of component 1 is"));
  CHECK_THAT(complaint(component + "weight = 't - 0.25'\nmean = [0]\nvariance = [1]\n"),
             Contains("the weight of component 1 is -0.25 at t = 0; expected >= 0"));
  CHECK_THAT(complaint(component + "weight = 't'\nmean = [0]\nvariance = [1]\n"),
             Contains("all weights are zero at t = 0"));
  CHECK_THAT(complaint("mass = '1 - t'\n" + component + "mean = [0]\nvariance = [1]\n"),
             Contains("the mass is 0 at t = 1; expected > 0"));
}
