// The Lennard-Jones benchmark: 32 000 particles, 100 steps.
#include "catch.hpp"
#include "golden.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("The melt of 32 000 particles reaches the published state", "[md]") {
  Sample sample = fcc_sample(20, 0.8442, 1.44);
  sample.v = read_golden("lj_melt_32000.h5", "v").values;
  const double count = static_cast<double>(sample.size());
  auto engine = make_engine(sample, {lj(2.5)}, comm());

  // Reference: lists rebuilt every 20 steps, which misses pairs after the first ten: the digits of the first two rows
  // are exact, later ones differ by what was missed.
  const auto thermo = read_golden("lj_melt_32000.h5", "thermo");
  const auto steps = read_golden("lj_melt_32000.h5", "steps");
  for (std::size_t row = 0; row < steps.values.size(); ++row) {
    advance(engine, static_cast<std::int64_t>(steps(row)) - engine.num_steps_done());
    const double relative = row < 2 ? 1e-9 : 2e-5;
    const auto totals = engine.totals();
    CAPTURE(engine.num_steps_done());
    CHECK_THAT(temperature_of(engine, totals), WithinRel(thermo(row, Thermo::temperature), relative));
    CHECK_THAT(totals.potential, WithinRel(thermo(row, Thermo::potential), relative));
    CHECK_THAT(totals.potential + totals.kinetic, WithinRel(thermo(row, Thermo::total), relative));
    const double ideal = 2.0 / 3.0 * totals.kinetic / engine.system().box.volume();
    CHECK_THAT(pressure_of(engine, totals), WithinAbs(thermo(row, Thermo::pressure), 10.0 * relative * ideal));
    // The same program with lists that miss nothing, to all digits that it prints.
    if (engine.num_steps_done() == 20) CHECK_THAT(temperature_of(engine, totals), WithinAbs(0.62579542, 1e-8));
  }
  const auto totals = engine.totals();
  CHECK_THAT(temperature_of(engine, totals), WithinAbs(0.75745998, 1e-8));
  CHECK_THAT(totals.potential / count, WithinAbs(-5.7584998, 1e-7));
  CHECK_THAT((totals.potential + totals.kinetic) / count, WithinAbs(-4.6223453, 1e-7));
  CHECK_THAT(pressure_of(engine, totals), WithinAbs(0.2072999, 1e-7));
}
