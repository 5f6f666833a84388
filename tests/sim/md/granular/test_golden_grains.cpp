// A dense flow down a chute, beside that of LAMMPS (gran/hooke/history, nve/sphere, freeze, gravity) from the same
// data.
#include <cmath>

#include "catch.hpp"
#include "golden.hpp"
#include "grains.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

GrainSample stored_grains(bool is_damped) {
  const char* file = "grains.h5";
  const auto box = read_golden(file, "box");
  GrainSample grains;
  grains.sample.box =
      data::Box::orthogonal({box(0, 0), box(1, 0), box(2, 0)},
                            {box(0, 1) - box(0, 0), box(1, 1) - box(1, 0), box(2, 1) - box(2, 0)}, {true, true, false});
  grains.sample.x = read_golden(file, "x").values;
  grains.sample.v = read_golden(file, "v").values;
  grains.spin = read_golden(file, "w").values;
  for (const double type : read_golden(file, "type").values) grains.sample.type.push_back(static_cast<int>(type));
  grains.sample.masses = {1.0, 1.0};
  grains.params = usual_grains();
  grains.params.lever = sim::md::LeverArm::radius;
  if (is_damped)
    grains.params.radius = 0.495;  // there the damped grains do not touch at first
  else
    grains.params.tangential_damping = 0.0;
  grains.params.frozen = {"B"};
  grains.gravity.emplace();
  grains.gravity->chute_angle = 26.0;
  return grains;
}

}  // namespace

TEST_CASE("A flow of grains goes as in LAMMPS", "[md]") {
  for (const bool is_damped : {false, true}) {
    const std::string group = is_damped ? "damped/" : "sliding/";
    CAPTURE(group);
    const auto read = [&](const char* name) { return read_golden("grains.h5", group + name); };
    const auto thermo = read("thermo"), x = read("x"), v = read("v"), w = read("w");
    auto engine = make_grain_engine(stored_grains(is_damped), comm());
    CHECK(max_difference(gather(engine, "force"), read("force").values) < 1e-8);
    CHECK(max_difference(gather(engine, sim::md::torque_column), read("torque").values) < 1e-8);
    for (std::size_t row = 0; row < thermo.shape[0]; ++row) {
      advance(engine, static_cast<std::int64_t>(thermo(row, 0)) - engine.num_steps_done());
      CHECK_THAT(engine.kinetic().energy, WithinRel(thermo(row, 1), 1e-9));
      CHECK_THAT(rotational_energy(engine), WithinRel(thermo(row, 2), 1e-9));
      const auto later = thermo.shape[0] - 1, earlier = is_damped ? later / 2 : 1;
      if (row != earlier && row != later) continue;
      const std::size_t frame = row == earlier ? 0 : 1;
      CHECK(max_difference(gather(engine, "position"), x.part(frame)) < 1e-9);
      CHECK(max_difference(gather(engine, "velocity"), v.part(frame)) < 1e-7);
      CHECK(max_difference(gather(engine, sim::md::spin_column), w.part(frame)) < 1e-7);
    }
  }
}
