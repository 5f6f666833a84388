// Potentials of many bodies on stored configurations of the reference program.
#include <cmath>

#include "catch.hpp"
#include "golden.hpp"
#include "many_body_samples.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::MdParams;

namespace {

double pressure_in_bar(const sim::md::Engine& engine, const sim::md::Totals& totals, int component) {
  return pressure_of(engine, totals, component) * engine.units().pressure;
}

/// Forces of two frames; energies and pressures at the first; thermodynamic quantities of ten steps.
void check_run(const std::string& file, const MdParams& params, double mass, double dt) {
  auto sample = read_sample(file, "", {mass});
  const auto x = read_golden(file, "x"), f = read_golden(file, "f"), thermo = read_golden(file, "thermo");
  for (const std::size_t frame : {std::size_t{1}, std::size_t{0}}) {
    CAPTURE(file, frame);
    sample.x = x.part(frame);
    const auto force = f.part(frame);
    const auto engine = start_engine(sample, params, comm());
    CHECK(max_difference(gather(engine, "force"), force) < 1e-10 * rms(force));
    CHECK_THAT(engine.totals().potential, WithinRel(thermo(frame * 100, Thermo::potential), 1e-11));
  }
  sample.v = read_golden(file, "v").values;
  auto engine = start_engine(sample, params, comm(), dt);
  for (std::size_t step = 0; step <= 10; ++step) {
    CAPTURE(file, step);
    const double tolerance = step == 0 ? 1e-10 : 1e-9;
    const auto totals = engine.totals();
    CHECK_THAT(totals.potential, WithinRel(thermo(step, Thermo::potential), tolerance));
    CHECK_THAT(totals.kinetic, WithinRel(thermo(step, Thermo::kinetic), tolerance));
    double pressure = 0.0;
    for (int n = 0; n < 6; ++n) {
      const double expected = thermo(step, static_cast<std::size_t>(n) + Thermo::xx);
      const double found = pressure_in_bar(engine, totals, n);
      // Relative to what cancels in it: pressures are small differences in a crystal.
      CHECK_THAT(found, WithinAbs(expected, tolerance * std::abs(thermo(step, Thermo::pressure))));
      if (n < 3) pressure += found / 3.0;
    }
    CHECK_THAT(pressure, WithinRel(thermo(step, Thermo::pressure), tolerance));
    if (step < 10) advance(engine, 1);
  }
}

void check_static(const std::string& group, const MdParams& params, const std::vector<double>& masses) {
  CAPTURE(group);
  auto sample = read_sample("many_body.h5", group + "/", masses);
  for (const double type : read_golden("many_body.h5", group + "/type").values)
    sample.type.push_back(static_cast<int>(type));
  const auto force = read_golden("many_body.h5", group + "/f").values;
  const auto thermo = read_golden("many_body.h5", group + "/thermo");
  const auto engine = start_engine(sample, params, comm());
  CHECK(max_difference(gather(engine, "force"), force) < 1e-10 * rms(force));
  const auto totals = engine.totals();
  CHECK_THAT(totals.potential, WithinRel(thermo(0), 1e-11));
  for (int n = 0; n < 6; ++n) {
    const double found = totals.virial[n] / engine.system().box.volume() * engine.units().pressure;
    CHECK_THAT(found, WithinAbs(thermo(static_cast<std::size_t>(n) + 1), 1e-10 * std::abs(thermo(1))));
  }
}

}  // namespace

TEST_CASE("Copper, universal functions: a stored run", "[md]") { check_run("eam_cu_u3.h5", copper(), 63.55, 0.002); }

TEST_CASE("Copper by Mishin et al.: a stored run", "[md]") {
  check_run("eam_cu_mishin.h5", eam(write_mishin_copper(), {"Cu"}), 63.55, 0.002);
}

TEST_CASE("Silicon by Stillinger and Weber: a stored run", "[md]") {
  check_run("sw_silicon.h5", silicon(), 28.0855, 0.001);
}

TEST_CASE("Two elements: stored configurations", "[md]") {
  check_static("eam_alloy", eam(data_path("md/AB.eam.alloy"), {"Aa", "Bb"}), {30.0, 50.0});
  check_static("eam_fs", eam(data_path("md/AB.eam.fs"), {"Aa", "Bb"}, data::EamFormat::fs), {30.0, 50.0});
  check_static("sw_gan", stillinger_weber(data_path("md/GaN.sw"), {"Ga", "N"}), {69.723, 14.007});
  check_static("tersoff_sic", tersoff(data_path("md/SiC.tersoff"), {"Si", "C"}), {28.0855, 12.011});
}

TEST_CASE("Silicon by Tersoff: a stored configuration", "[md]") {
  check_static("tersoff_si", tersoff(data_path("md/Si.tersoff"), {"Si"}), {28.0855});
}
