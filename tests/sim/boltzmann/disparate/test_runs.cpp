// Whole runs with Boltzmann collisions against runs of a program written apart from this one, and against the exact
// mixture.
#include "sim/boltzmann/disparate/mixture_runs.hpp"
#include "sim/boltzmann/exact/maxwell_mixture.hpp"

namespace tessera::test {

using namespace sim::boltzmann;
using namespace sim::boltzmann::disparate;

TEST_CASE("the first epoch is that of the tables", "[runs]") {
  check(follow("gamma1_eps0.1", 0.1, 1.0, 12));
  check(follow("gamma1_eps0.001", 1e-3, 1.0, 6));
}

TEST_CASE("Maxwell molecules follow the closed equations of momentum and energy", "[runs]") {
  Mixture mixture(0.1, 0.0);
  mixture.start_moving();
  const MaxwellPair closed({1.0, 1.0}, {1.0, 100.0}, mixture.model.cross);
  const MaxwellPair::State start{{{0.3, 0.0, 0.0}, {0.02, -0.01, 0.0}}, {1.4, 0.6}};
  Scheme scheme(mixture.model, {.epoch = 0, .order = 2}, *mixture.light_collisions, *mixture.heavy_collisions);
  for (int n = 1; n <= 6; ++n) {
    scheme.advance(0.05, mixture.f, mixture.h);
    const auto state = closed.at(0.05 * n, start);
    CHECK_THAT(mixture.light_moments().temperature, WithinAbs(state.temperature[0], 5e-6));
    CHECK_THAT(mixture.light_moments().velocity[0], WithinAbs(state.velocity[0][0], 5e-6));
  }
}

TEST_CASE("what long steps are off by at small ratios", "[runs]") {
  CHECK(Mixture(1e-5, 1.0).largest_error(0.1, false, 0.3) < 7e-6);
  CHECK(Mixture(0.1, 1.0).largest_error(0.1, false, 0.3) == Approx(2.4e-3).epsilon(0.1));
}

}  // namespace tessera::test
