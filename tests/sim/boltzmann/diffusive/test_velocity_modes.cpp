// Gauss nodes and the polynomials that belong to them.
#include <cmath>

#include "catch.hpp"
#include "sim/boltzmann/diffusive/velocity_modes.hpp"

using namespace tessera;
using namespace tessera::sim::boltzmann::diffusive;

namespace {

double mean_power(const VelocityModes& modes, int power) {
  double sum = 0.0;
  for (int m = 0; m < modes.count(); ++m)
    sum += modes.weights[static_cast<std::size_t>(m)] * std::pow(modes.nodes[static_cast<std::size_t>(m)], power);
  return sum;
}

double largest_overlap_error(const VelocityModes& modes) {
  double worst = 0.0;
  for (int a = 0; a < modes.count(); ++a)
    for (int b = 0; b <= a; ++b) {
      double sum = 0.0;
      for (int m = 0; m < modes.count(); ++m)
        sum += modes.weights[static_cast<std::size_t>(m)] * modes.polynomial(a)[m] * modes.polynomial(b)[m];
      worst = std::max(worst, std::fabs(sum - (a == b ? 1.0 : 0.0)));
    }
  return worst;
}

}  // namespace

TEST_CASE("velocities from -1 to 1", "[boltzmann]") {
  const auto two = legendre_modes(2);
  CHECK_THAT(two.nodes[1], WithinAbs(1.0 / std::sqrt(3.0), 1e-16));
  CHECK_THAT(two.weights[0], WithinAbs(0.5, 1e-15));
  for (const int count : {2, 4, 16, 64}) {
    const auto modes = legendre_modes(count);
    CHECK(largest_overlap_error(modes) < 1e-13);
    CHECK_THAT(modes.mean_square, WithinAbs(1.0 / 3.0, 1e-15));
    CHECK_THAT(mean_power(modes, 2 * count - 2), WithinRel(1.0 / (2.0 * count - 1.0), 1e-12));
    for (int m = 0; m < count; ++m)
      CHECK(modes.nodes[static_cast<std::size_t>(m)] == -modes.nodes[static_cast<std::size_t>(count - 1 - m)]);
  }
}

TEST_CASE("velocities of a Maxwellian", "[boltzmann]") {
  const auto four = hermite_modes(4, 1.0);
  CHECK_THAT(four.nodes[3], WithinAbs(std::sqrt(3.0 + std::sqrt(6.0)), 1e-15));
  CHECK_THAT(four.weights[3], WithinAbs((3.0 - std::sqrt(6.0)) / 12.0, 1e-15));
  for (const int count : {2, 4, 16, 64}) {
    const auto modes = hermite_modes(count, 2.5);
    CHECK(largest_overlap_error(modes) < 1e-12);
    CHECK_THAT(modes.mean_square, WithinRel(2.5, 1e-13));
    if (count >= 4) CHECK_THAT(mean_power(modes, 6), WithinRel(15.0 * 2.5 * 2.5 * 2.5, 1e-12));
  }
}
