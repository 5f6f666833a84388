// Runs that LAMMPS has made with the same splitting of a step.
#include "catch.hpp"
#include "coupled.hpp"
#include "golden.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

enum Column : std::size_t { temperature, potential, conserved, pressure, volume };

Sample liquid() {
  Sample sample;
  sample.box = orthogonal_box(read_golden("thermostats.h5", "box").values);
  sample.x = read_golden("thermostats.h5", "x").values;
  sample.v = read_golden("thermostats.h5", "v").values;
  return sample;
}

/// Relative, at every step of the first 50.
constexpr double tolerance = 1e-6;

/// With a barostat the stored quantity counts the first thermostat of its chain as 3 k_B T eta, for three directions,
/// where the equation of motion has one degree of freedom: it parts from ours by 2 k_B T eta, and is not compared.
void compare(const std::string& table, const Coupled& coupled) {
  const auto stored = read_golden("thermostats.h5", table);
  auto engine = make_coupled(liquid(), {.table = lj(2.5)}, coupled, comm());
  advance(engine, 50, [&] {
    const auto step = static_cast<std::size_t>(engine.num_steps_done());
    CAPTURE(step);
    const auto totals = engine.totals();
    CHECK_THAT(temperature_of(engine, totals), WithinRel(stored(step, temperature), tolerance));
    CHECK_THAT(totals.potential, WithinRel(stored(step, potential), tolerance));
    CHECK_THAT(pressure_of(engine, totals), WithinRel(stored(step, pressure), tolerance));
    CHECK_THAT(engine.system().box.volume(), WithinRel(stored(step, volume), tolerance));
    if (coupled.barostat.empty()) CHECK_THAT(conserved_energy(engine), WithinRel(stored(step, conserved), tolerance));
  });
}

}  // namespace

TEST_CASE("A Nose-Hoover chain follows the stored run", "[md]") {
  compare("nvt", {.thermostat = "nose_hoover", .temperature = 1.0, .time = 0.5, .stop_drift = false});
}

TEST_CASE("The barostat of Martyna and others follows the stored run", "[md]") {
  compare("npt", {.thermostat = "nose_hoover",
                  .temperature = 1.0,
                  .time = 0.5,
                  .barostat = "mtk",
                  .pressure = 2.0,
                  .barostat_time = 2.0,
                  .stop_drift = false});
}
