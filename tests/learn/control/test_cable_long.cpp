// 100000 states.
#include "sim/linear/cable.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::test;
using math::Matrix;

TEST_CASE("a cable of 50000 nodes is regulated", "[control]") {
  const auto found = sim::linear::cable_regulator(50000, 0.1);
  INFO("residual " << found.residual << " after " << found.num_iterations << " steps");
  CHECK(found.gain.size() == 100000);
  CHECK(found.residual < 1e-8);
  // The continuous cable's: on the mass nearly what 240 nodes give.
  const Matrix coarse = read_golden(regulators_path(), "cm5/lqr/gain");
  CHECK_THAT(found.gain[99999], WithinRel(coarse(0, 479), 1e-2));
}
