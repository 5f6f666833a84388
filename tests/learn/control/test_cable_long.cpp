// 100000 states.
#include "learn/control/modal_gain.hpp"
#include "sim/linear/cable.hpp"
#include "sim/linear/cable_modes.hpp"
#include "systems.hpp"

using namespace tessera;
using namespace tessera::test;
using math::Matrix;

TEST_CASE("a cable of 50000 nodes is regulated", "[control]") {
  const auto found = learn::control::modal_gain(sim::linear::cable_modal_model(50000, 0.1));
  INFO("residual " << found.design.residual);
  CHECK(found.gain.size() == 100000);
  CHECK(found.design.residual < 1e-8);
  // The continuous cable's: on the mass nearly what 240 nodes give.
  const Matrix coarse = read_golden(regulators_path(), "cm5/lqr/gain");
  CHECK_THAT(found.gain[99999], WithinRel(coarse(0, 479), 1e-2));
}
