// What a cell gives does not depend on the rank that works it out.
#include "catch.hpp"
#include "spectral_samples.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("all ranks have the same plans, and so the same collisions", "[boltzmann]") {
  const VelocityGrid grid = cube(12, 7.2, 0.5);
  const Values f = bimodal(grid);
  for (const auto& kernel : {CollisionKernel{unit_strength, 1.0}, CollisionKernel{unit_strength, 0.5},
                             CollisionKernel{unit_strength, 0.5, 1.3}}) {
    SpectralParams params;
    params.support = 3.6;
    params.radial_points = 4;
    const Values rate = collide(kernel, 1.0, grid, params, f).rate;
    Values high = rate, low = rate;
    comm().all_reduce(high.data(), static_cast<int>(high.size()), Op::max);
    comm().all_reduce(low.data(), static_cast<int>(low.size()), Op::min);
    REQUIRE_ALL(high == rate && low == rate);
  }
}
