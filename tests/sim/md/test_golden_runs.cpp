// Stored runs, step by step.
#include "catch.hpp"
#include "golden.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

Sample first_frame(const std::string& file) {
  Sample sample;
  sample.box = orthogonal_box(read_golden(file, "box").values);
  sample.x = read_golden(file, "x").part(0);
  sample.v = read_golden(file, "v").part(0);
  return sample;
}

/// Sums in another order differ by rounding, and trajectories that differ part from one another exponentially.
double position_tolerance(std::int64_t step) { return step <= 10 ? 1e-11 : 1e-8; }
double thermo_tolerance(std::int64_t step) { return step <= 10 ? 1e-9 : 1e-6; }

void compare_thermo(const sim::md::Engine& engine, const Table& thermo) {
  const auto step = static_cast<std::size_t>(engine.num_steps_done());
  CAPTURE(step);
  const double relative = thermo_tolerance(engine.num_steps_done());
  const auto totals = engine.totals();
  CHECK_THAT(temperature_of(engine, totals), WithinRel(thermo(step, Thermo::temperature), relative));
  CHECK_THAT(totals.potential, WithinRel(thermo(step, Thermo::potential), relative));
  CHECK_THAT(totals.kinetic, WithinRel(thermo(step, Thermo::kinetic), relative));
  CHECK_THAT(totals.potential + totals.kinetic, WithinRel(thermo(step, Thermo::total), relative));
  // Pressures pass through zero: relative to that of the ideal gas.
  const double ideal = 2.0 / 3.0 * totals.kinetic / engine.system().box.volume();
  CHECK_THAT(pressure_of(engine, totals), WithinAbs(thermo(step, Thermo::pressure), relative * ideal));
  for (int component = 0; component < 6; ++component)
    CHECK_THAT(pressure_of(engine, totals, component),
               WithinAbs(thermo(step, static_cast<std::size_t>(component) + Thermo::xx), relative * ideal));
}

/// Runs along the stored frames and the thermodynamic table of every step.
void compare_run(const std::string& file, const Sample& sample, const Setting& setting) {
  const auto steps = read_golden(file, "steps");
  const auto x = read_golden(file, "x"), v = read_golden(file, "v"), thermo = read_golden(file, "thermo");
  auto engine = make_engine(sample, setting, comm());
  compare_thermo(engine, thermo);
  for (std::size_t frame = 1; frame < steps.values.size(); ++frame) {
    const auto until = static_cast<std::int64_t>(steps(frame));
    advance(engine, until - engine.num_steps_done(), [&] { compare_thermo(engine, thermo); });
    CAPTURE(until);
    CHECK(max_difference(gather(engine, "position"), x.part(frame)) < position_tolerance(until));
    CHECK(max_difference(gather(engine, "velocity"), v.part(frame)) < 10.0 * position_tolerance(until));
  }
}

}  // namespace

TEST_CASE("The melt of 500 particles follows the stored run", "[md]") {
  compare_run("lj_melt.h5", first_frame("lj_melt.h5"), {.table = lj(2.5), .dt = 0.005});
}

TEST_CASE("Kob and Andersen's mixture follows the stored run", "[md]") {
  Sample sample = first_frame("kob_andersen.h5");
  for (const double type : read_golden("kob_andersen.h5", "type").values)
    sample.type.push_back(static_cast<int>(type) - 1);
  sample.masses = {1.0, 1.0};
  compare_run("kob_andersen.h5", sample, {.table = kob_andersen(), .dt = 0.003});
}
