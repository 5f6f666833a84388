// Stored configurations: forces, energies and pressures of every truncation.
#include <cmath>

#include "catch.hpp"
#include "golden.hpp"
#include "samples.hpp"
#include "sim/md/forces/tail.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::Truncation;

namespace {

// Rounding of sums over some 50 000 pairs, in another order.
constexpr double tolerance = 1e-10;

sim::md::PairTable with_tail(sim::md::PairTable table) {
  table.tail_corrections = true;
  return table;
}

struct Variant {
  std::string name;
  sim::md::PairTable table;
};

const std::vector<Variant> variants{
    {"lj_cut_2.5", lj(2.5)},
    {"lj_cut_2.5_shift", lj(2.5, Truncation::energy)},
    {"lj_cut_2.5_tail", with_tail(lj(2.5))},
    {"lj_cut_3.0_tail", with_tail(lj(3.0))},
    {"lj_cut_4.0", lj(4.0)},
    {"lj_forceshift_2.5", lj(2.5, Truncation::force)},
    {"wca", lj(std::pow(2.0, 1.0 / 6.0), Truncation::energy)},
};

sim::md::Tail tail_of(const sim::md::Engine& engine, const sim::md::PairTable& table) {
  if (!table.tail_corrections) return {};
  return sim::md::tail_corrections(table, {engine.num_global()}, engine.system().box.volume());
}

}  // namespace

TEST_CASE("A stored liquid has the forces, energies and pressures of the reference", "[md]") {
  Sample sample;
  sample.box = orthogonal_box(read_golden("lj_liquid.h5", "box").values);
  sample.x = read_golden("lj_liquid.h5", "x").values;
  sample.v = read_golden("lj_liquid.h5", "v").values;
  for (const auto& variant : variants) {
    CAPTURE(variant.name);
    const auto engine = make_engine(sample, {variant.table}, comm());
    const auto reference = read_golden("lj_liquid.h5", variant.name + "/f").values;
    const auto thermo = read_golden("lj_liquid.h5", variant.name + "/thermo");
    const auto totals = engine.totals();
    const auto tail = tail_of(engine, variant.table);

    CHECK(max_difference(gather(engine, "force"), reference) < tolerance * rms(reference));
    CHECK_THAT(totals.potential + tail.energy, WithinRel(thermo(Thermo::potential), tolerance));
    CHECK_THAT(totals.kinetic, WithinRel(thermo(Thermo::kinetic), tolerance));
    CHECK_THAT(temperature_of(engine, totals), WithinRel(thermo(Thermo::temperature), tolerance));
    CHECK_THAT(pressure_of(engine, totals) + tail.pressure, WithinRel(thermo(Thermo::pressure), tolerance));
    for (int component = 0; component < 6; ++component) {
      const double expected = thermo(static_cast<std::size_t>(component) + Thermo::xx);
      const double isotropic = component < 3 ? tail.pressure : 0.0;
      CHECK_THAT(pressure_of(engine, totals, component) + isotropic, WithinAbs(expected, tolerance));
    }
  }
}

TEST_CASE("Configuration 4 of the NIST reference: energy and virial", "[md]") {
  Sample sample;
  sample.box = data::Box::orthogonal({-4, -4, -4}, {8, 8, 8});
  sample.x = read_golden("nist_lj_4.h5", "x").values;
  const auto reference = read_golden("nist_lj_4.h5", "reference");  // energy and virial of each; tails of the first two
  const Variant cases[] = {{"cutoff 3", with_tail(lj(3.0))},
                           {"cutoff 4", with_tail(lj(4.0))},
                           {"force shifted", lj(3.0, Truncation::force)}};
  for (std::size_t n = 0; n < 3; ++n) {
    CAPTURE(cases[n].name);
    const auto engine = make_engine(sample, {cases[n].table}, comm());
    const auto totals = engine.totals();
    CHECK_THAT(totals.potential, WithinRel(reference(2 * n), tolerance));
    CHECK_THAT(totals.virial[0] + totals.virial[1] + totals.virial[2], WithinRel(reference(2 * n + 1), tolerance));
    if (n < 2) CHECK_THAT(tail_of(engine, cases[n].table).energy, WithinRel(reference(6 + n), tolerance));
  }
  // What the public table prints.
  const auto engine = make_engine(sample, {lj(3.0)}, comm());
  CHECK_THAT(engine.totals().potential, WithinAbs(-16.790, 0.0005));
}
