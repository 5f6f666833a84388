// What thermostats and barostats conserve, up to the square of the time step.
#include <algorithm>
#include <cmath>

#include "catch.hpp"
#include "coupled.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// A smooth potential: its force goes to zero at the cutoff.
constexpr auto smooth = sim::md::Truncation::force;

/// Largest excursion of the conserved quantity from its mean over the same time.
double wobble(const Coupled& coupled, double dt) {
  const auto sample = fcc_sample(4, 0.8, 1.2, 0.1);
  auto engine = make_coupled(sample, {.table = lj(2.0, smooth), .dt = dt}, coupled, comm());
  const auto settle = std::lround(0.4 / dt), steps = std::lround(1.6 / dt);
  advance(engine, settle);
  std::vector<double> values;
  advance(engine, steps, [&] { values.push_back(conserved_energy(engine)); });
  double mean = 0.0, square = 0.0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  for (const double value : values) square += (value - mean) * (value - mean) / static_cast<double>(values.size());
  return std::sqrt(square);
}

}  // namespace

TEST_CASE("The error of what is conserved goes with the square of the time step", "[md]") {
  const std::string barostat = GENERATE("", "mtk isotropic", "mtk anisotropic", "mtk triclinic");
  CAPTURE(barostat);
  const Coupled coupled{
      .thermostat = "nose_hoover", .temperature = 1.0, .time = 0.3, .barostat = barostat, .pressure = 1.0};
  const double coarse = wobble(coupled, 0.008), fine = wobble(coupled, 0.004);
  CAPTURE(coarse, fine);
  CHECK(coarse < 0.5);  // of a total energy of about a thousand
  CHECK_THAT(std::log2(coarse / fine), WithinAbs(2.0, 0.35));
}

TEST_CASE("Chains that change their temperature conserve as well", "[md]") {
  const Coupled ramp{.thermostat = "nose_hoover",
                     .temperature = 1.0,
                     .time = 0.3,
                     .barostat = "mtk",
                     .steps = 400,
                     .temperature_end = 1.5};
  auto engine = make_coupled(fcc_sample(4, 0.8, 1.2, 0.1), {.table = lj(2.0, smooth), .dt = 0.004}, ramp, comm());
  const double first = conserved_energy(engine);
  double worst = 0.0;
  advance(engine, 500, [&] { worst = std::max(worst, std::abs(conserved_energy(engine) - first)); });
  CHECK(worst < 1.0);
}

TEST_CASE("Noise is paid for from what is counted", "[md]") {
  const std::string thermostat = GENERATE("csvr", "langevin", "berendsen");
  CAPTURE(thermostat);
  const Coupled coupled{.thermostat = thermostat, .temperature = 1.0, .time = 0.5};
  auto engine = make_coupled(fcc_sample(4, 0.8, 1.2, 0.1), {.table = lj(2.0, smooth), .dt = 0.002}, coupled, comm());
  const double first = conserved_energy(engine), total = first - engine.ensemble().energy(engine);
  advance(engine, 500);
  CHECK_THAT(conserved_energy(engine), WithinAbs(first, 0.1));
  // while the energy of the particles has changed by much more
  CHECK(std::abs(conserved_energy(engine) - engine.ensemble().energy(engine) - total) > 10.0);
}
