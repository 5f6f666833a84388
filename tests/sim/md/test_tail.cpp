#include "catch.hpp"
#include "sim/md/forces/tail.hpp"

#include <cmath>

using namespace tessera::sim::md;

namespace {

constexpr double pi = 3.14159265358979323846;

PairTable one_type(double epsilon, double sigma, double cutoff) {
  PairTable table;
  table.pairs = {{epsilon, sigma, cutoff}};
  return table;
}

double u(const PairCoefficients& pair, double r) {
  const double s6 = std::pow(pair.sigma / r, 6);
  return 4.0 * pair.epsilon * (s6 * s6 - s6);
}
double slope(const PairCoefficients& pair, double r) {
  const double s6 = std::pow(pair.sigma / r, 6);
  return 4.0 * pair.epsilon * (-12.0 * s6 * s6 + 6.0 * s6) / r;
}

/// Integral of f from a to infinity, with x = a / r, by Gauss and Legendre's rule on 200 panels of two points.
template <class F>
double integrate(double a, const F& f) {
  double sum = 0.0;
  for (int n = 0; n < 200; ++n)
    for (const double node : {-std::sqrt(1.0 / 3.0), std::sqrt(1.0 / 3.0)}) {
      const double x = (n + 0.5 + 0.5 * node) / 200.0;
      sum += f(a / x) * a / (x * x) / 400.0;
    }
  return sum;
}

}  // namespace

TEST_CASE("the tail of a stored liquid is what LAMMPS adds", "[md]") {
  // 864 atoms at density 0.8442, truncated at 2.5 and 3.0; digits of the stored runs.
  const auto tail = tail_corrections(one_type(1, 1, 2.5), {864}, 864 / 0.8442);
  CHECK_THAT(tail.energy, WithinAbs(-5151.896349716 + 4761.357441919, 2e-9));
  CHECK_THAT(tail.pressure, WithinAbs(0.866360043211 - 1.628494741730, 2e-12));
}

TEST_CASE("the tail is the integral beyond the cutoff over all pairs of types", "[md]") {
  PairTable table;
  table.num_types = 2;
  const PairCoefficients mixed{1.5, 0.8, 2.2};
  table.pairs = {{1.0, 1.0, 2.5}, mixed, mixed, {0.5, 0.88, 1.9}};
  const std::vector<std::int64_t> counts{800, 200};
  const double volume = 833.0;
  double energy = 0.0, pressure = 0.0;
  for (int a = 0; a < 2; ++a)
    for (int b = 0; b < 2; ++b) {
      const auto& pair = table(a, b);
      const auto pairs = static_cast<double>(counts[static_cast<std::size_t>(a)] * counts[static_cast<std::size_t>(b)]);
      energy += 2.0 * pi / volume * pairs * integrate(pair.cutoff, [&](double r) { return u(pair, r) * r * r; });
      pressure -= 2.0 * pi / (3.0 * volume * volume) * pairs *
                  integrate(pair.cutoff, [&](double r) { return slope(pair, r) * r * r * r; });
    }
  // The rule is good to h^4: 200 panels and a smooth integrand.
  const auto tail = tail_corrections(table, counts, volume);
  CHECK_THAT(tail.energy, WithinRel(energy, 1e-8));
  CHECK_THAT(tail.pressure, WithinRel(pressure, 1e-8));
}

TEST_CASE("two types that are alike have the tail of one", "[md]") {
  PairTable table;
  table.num_types = 2;
  table.pairs.assign(4, {0.7, 1.1, 2.6});
  const auto two = tail_corrections(table, {30, 70}, 90.0),
             one = tail_corrections(one_type(0.7, 1.1, 2.6), {100}, 90.0);
  CHECK_THAT(two.energy, WithinRel(one.energy, 1e-14));
  CHECK_THAT(two.pressure, WithinRel(one.pressure, 1e-14));
}
