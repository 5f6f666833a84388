// Liquids in equilibrium against published averages.
#include <cmath>
#include <numeric>

#include "catch.hpp"
#include "golden.hpp"
#include "samples.hpp"
#include "sim/md/forces/tail.hpp"
#include "sim/md/observables/msd.hpp"
#include "sim/md/observables/rdf.hpp"
#include "sim/md/observables/vacf.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::Engine;

namespace {

// The averages belong to a temperature that is too low by about (frequency * dt)^2/4 of itself, 0.002 with the usual
// dt of 0.005: more than the reference's error.
constexpr double dt = 0.0025;

constexpr double heat_capacity = 2.6;   // a particle, at constant volume, of the liquid near its triple point
constexpr double pressure_slope = 5.5;  // dP/dT, likewise

void scale_velocities(Engine& engine, double factor) {
  const auto velocity = engine.system().particles.get<double>("velocity");
  Kokkos::parallel_for(
      "test/scale", Range(0, engine.system().particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) velocity(i, c) *= factor;
      });
  engine.start();
}

/// Mean of a series and its standard error from the scatter of twenty long blocks.
struct Mean {
  explicit Mean(const std::vector<double>& series) {
    const std::size_t blocks = 20, length = series.size() / blocks;
    std::vector<double> means;
    for (std::size_t b = 0; b < blocks; ++b) {
      const auto begin = series.begin() + static_cast<std::ptrdiff_t>(b * length);
      means.push_back(std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(length), 0.0) /
                      static_cast<double>(length));
      value += means.back() / blocks;
    }
    for (const double mean : means) error += (mean - value) * (mean - value) / (blocks * (blocks - 1));
    error = std::sqrt(error);
  }
  double value = 0.0, error = 0.0;
};

double mean_temperature(Engine& engine, std::int64_t steps) {
  std::vector<double> values;
  advance(engine, steps, [&] {
    if (engine.num_steps_done() % 10 == 0) values.push_back(temperature_of(engine, engine.totals()));
  });
  return Mean(values).value;
}

/// A liquid of 500 particles whose energy is that of the wanted temperature.
Engine equilibrated(double density, double temperature, const sim::md::PairTable& table) {
  auto engine = make_engine(fcc_sample(5, density, 2.0 * temperature), {.table = table, .dt = dt}, comm());
  for (int n = 0; n < 60; ++n) {
    advance(engine, 100);
    scale_velocities(engine, std::sqrt(temperature / temperature_of(engine, engine.totals())));
  }
  // What the mean lacks is made up for at once: all of the heat goes into the motion, and spreads from there.
  for (int n = 0; n < 2; ++n) {
    const double missing = heat_capacity * (temperature - mean_temperature(engine, 8000));
    scale_velocities(engine, std::sqrt(1.0 + missing / (1.5 * temperature_of(engine, engine.totals()))));
  }
  advance(engine, 2000);
  return engine;
}

struct Series {
  std::vector<double> temperature, potential, pressure;  // potential energy a particle, both with tail corrections
};

Series measure(Engine& engine, const sim::md::PairTable& table, std::int64_t steps,
               const std::function<void()>& also = {}) {
  const double count = static_cast<double>(engine.num_global());
  const auto tail = sim::md::tail_corrections(table, {engine.num_global()}, engine.system().box.volume());
  Series series;
  advance(engine, steps, [&] {
    if (also) also();
    if (engine.num_steps_done() % 20 != 0) return;
    const auto totals = engine.totals();
    series.temperature.push_back(temperature_of(engine, totals));
    series.potential.push_back((totals.potential + tail.energy) / count);
    series.pressure.push_back(pressure_of(engine, totals) + tail.pressure);
  });
  return series;
}

/// Within three combined standard errors of the reference, brought to its temperature with the given slope. Potential
/// and kinetic energy fluctuate against one another: the error is that of the corrected series.
void compare(std::vector<double> values, const std::vector<double>& temperature, double wanted, double slope,
             double expected, double expected_error) {
  for (std::size_t n = 0; n < values.size(); ++n) values[n] += slope * (wanted - temperature[n]);
  const Mean found(values);
  const double slope_error = 0.2 * slope * (wanted - Mean(temperature).value);
  const double error =
      std::sqrt(found.error * found.error + expected_error * expected_error + slope_error * slope_error);
  CAPTURE(found.value, found.error, Mean(temperature).value);
  CHECK_THAT(found.value, WithinAbs(expected, 3.0 * error));
  CHECK(3.0 * error < 0.06);  // or the comparison would say nothing
}

sim::md::PairTable truncated(double cutoff) {
  auto table = lj(cutoff);
  table.tail_corrections = true;
  return table;
}

}  // namespace

TEST_CASE("Energies and pressures of liquids are those of the NIST Monte Carlo reference", "[md]") {
  struct StatePoint {
    double density, energy, energy_error, pressure, pressure_error;
  };
  // NIST Standard Reference Simulation Website, T = 0.85, cutoff 3 with tail corrections.
  const StatePoint points[] = {{0.776, -5.5121, 0.0005, 0.0068, 0.0017},
                               {0.780, -5.5386, 0.0007, 0.0479, 0.0032},
                               {0.820, -5.7947, 0.0006, 0.5536, 0.0031},
                               {0.860, -6.0305, 0.0024, 1.2660, 0.0136}};
  const auto table = truncated(3.0);
  for (const auto& point : points) {
    CAPTURE(point.density);
    auto engine = equilibrated(point.density, 0.85, table);
    const auto found = measure(engine, table, 60000);
    CHECK_THAT(Mean(found.temperature).value, WithinAbs(0.85, 0.01));
    compare(found.potential, found.temperature, 0.85, heat_capacity - 1.5, point.energy, point.energy_error);
    compare(found.pressure, found.temperature, 0.85, pressure_slope, point.pressure, point.pressure_error);
  }
}

TEST_CASE("Structure and diffusion near the triple point are those of the stored run", "[md]") {
  const auto table = truncated(2.5);
  auto engine = equilibrated(0.8442, 0.722, table);
  sim::md::RdfParams rdf_params;
  rdf_params.every = 40;
  rdf_params.bins = 150;
  rdf_params.range = 2.5;
  sim::md::MsdParams msd_params;
  msd_params.every = 100;
  msd_params.lags = 41;
  msd_params.origins = 20;
  sim::md::VacfParams vacf_params;
  vacf_params.every = 8;
  vacf_params.lags = 101;
  vacf_params.origins = 10;
  const auto rdf = make_rdf(rdf_params, engine);
  const auto msd = make_msd(msd_params, engine);
  const auto vacf = make_vacf(vacf_params, engine);
  const auto found = measure(engine, table, 60000, [&] {
    for (auto* observable : {rdf.get(), msd.get(), vacf.get()})
      if (observable->wants(engine.num_steps_done())) observable->sample(engine);
  });
  CHECK_THAT(Mean(found.temperature).value, WithinAbs(0.722, 0.01));
  compare(found.potential, found.temperature, 0.722, heat_capacity - 1.5, -6.0895, 0.0020);
  compare(found.pressure, found.temperature, 0.722, pressure_slope, 0.149, 0.010);

  // The stored function counts the others only: N - 1 of N.
  const auto r = read_golden("lj_equilibrium.h5", "rho0.8442_T0.722_rc2.5_tail/rdf_r");
  const auto g = read_golden("lj_equilibrium.h5", "rho0.8442_T0.722_rc2.5_tail/rdf_g");
  const auto table_of_g = rdf->report().rows;
  REQUIRE(table_of_g.size() == g.values.size());
  for (std::size_t bin = 0; bin < g.values.size(); ++bin) {
    CAPTURE(r(bin));
    CHECK_THAT(table_of_g[bin][0], WithinAbs(r(bin), 1e-5));  // stored with six digits
    // Noise of both runs; where the curve rises, a hundredth of the temperature moves it as much.
    CHECK_THAT(table_of_g[bin][1] * 500.0 / 499.0, WithinAbs(g(bin), 0.03));
  }

  // Some 200 time units of 500 particles: five per cent, in the stored run and in this one.
  const auto displaced = msd->report().rows;
  CHECK_THAT(displaced.back()[3], WithinRel(0.0326, 0.12));
  const auto correlated = vacf->report().rows;
  CHECK_THAT(correlated.front()[1], WithinRel(3.0 * Mean(found.temperature).value, 0.01));  // equipartition
  CHECK_THAT(correlated.back()[5], WithinRel(displaced.back()[3], 0.12));                   // Einstein and Green-Kubo
}
