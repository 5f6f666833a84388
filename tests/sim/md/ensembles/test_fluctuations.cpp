// Whether ensembles are what they are called: longer runs.
#include <cmath>

#include "catch.hpp"
#include "coupled.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

struct Moments {
  double mean = 0.0, error = 0.0;
};

/// Mean and its error, from blocks.
Moments moments_of(const std::vector<double>& values) {
  constexpr std::size_t blocks = 20;
  const std::size_t length = values.size() / blocks;
  Moments moments;
  std::vector<double> means;
  for (std::size_t b = 0; b < blocks; ++b) {
    double sum = 0.0;
    for (std::size_t n = b * length; n < (b + 1) * length; ++n) sum += values[n];
    means.push_back(sum / static_cast<double>(length));
    moments.mean += means.back() / blocks;
  }
  for (const double mean : means) moments.error += (mean - moments.mean) * (mean - moments.mean);
  moments.error = std::sqrt(moments.error / (blocks * (blocks - 1)));
  return moments;
}

}  // namespace

TEST_CASE("An ideal gas has the volume of its pressure", "[md]") {
  const std::string barostat =
      GENERATE("mtk isotropic", "mtk anisotropic", "stochastic_cell isotropic", "stochastic_cell anisotropic");
  CAPTURE(barostat);
  // p(V) ~ V^(N-1) exp(-P V / k_B T): <V> = N k_B T / P, and V / (k_B T / P) has the variance N.
  constexpr int count = 30;
  const auto sample = random_sample(data::Box::orthogonal({0, 0, 0}, {5, 5, 5}), count, 0.2, 5);
  sim::md::NeighbourParams lists;
  lists.skin = 0.5;
  auto engine = make_coupled(sample, {.table = no_forces(), .dt = 0.02, .neighbours = lists},
                             {.thermostat = "csvr",
                              .temperature = 1.2,
                              .time = 0.1,
                              .barostat = barostat,
                              .pressure = 0.3,
                              .barostat_time = 1.5,
                              .compressibility = 3.0},
                             comm());
  std::vector<double> volumes, squares;
  advance(engine, 2000);
  advance(engine, 60000, [&] {
    const double v = engine.system().box.volume() * 0.3 / 1.2;
    volumes.push_back(v);
    squares.push_back((v - count) * (v - count));
  });
  const auto volume = moments_of(volumes), square = moments_of(squares);
  CAPTURE(volume.mean, volume.error, square.mean, square.error);
  CHECK(volume.error < 0.7);
  CHECK_THAT(volume.mean, WithinAbs(count, 3.5 * volume.error));
  CHECK_THAT(square.mean, WithinAbs(count, 3.5 * square.error));
}

TEST_CASE("Energies fluctuate as heat capacities say", "[md]") {
  // In the canonical ensemble d<E>/d(1/k_B T) = -Var E, whatever the system is.
  const std::string thermostat = GENERATE("nose_hoover", "csvr", "langevin");
  CAPTURE(thermostat);
  const double low = 1.2, high = 1.3;
  double mean[2], variance[2], mean_error[2], variance_error[2];
  for (int n = 0; n < 2; ++n) {
    const double temperature = n == 0 ? low : high;
    auto engine = make_coupled(fcc_sample(3, 0.6, temperature, 0.05), {.table = lj(1.9, sim::md::Truncation::force)},
                               {.thermostat = thermostat, .temperature = temperature, .time = 0.1}, comm());
    std::vector<double> energies, squares;
    advance(engine, 3000);
    advance(engine, 40000, [&] {
      if (engine.num_steps_done() % 5 == 0) {
        const auto totals = engine.totals();
        energies.push_back(totals.kinetic + totals.potential);
      }
    });
    const auto energy = moments_of(energies);
    for (const double value : energies) squares.push_back((value - energy.mean) * (value - energy.mean));
    const auto square = moments_of(squares);
    mean[n] = energy.mean;
    mean_error[n] = energy.error;
    variance[n] = square.mean;
    variance_error[n] = square.error;
  }
  const double expected = (mean[1] - mean[0]) / (1.0 / low - 1.0 / high);
  const double found = 0.5 * (variance[0] + variance[1]);
  const double error = std::hypot(std::hypot(mean_error[0], mean_error[1]) / (1.0 / low - 1.0 / high),
                                  0.5 * std::hypot(variance_error[0], variance_error[1]));
  CAPTURE(expected, found, error);
  CHECK(error < 0.15 * found);
  CHECK_THAT(found, WithinAbs(expected, 3.5 * error));
}

TEST_CASE("The liquid at its pressure has the density that it had this pressure at", "[md]") {
  // The force-shifted liquid: first the pressure at a density, then the density at that pressure.
  const auto table = lj(2.0, sim::md::Truncation::force);
  std::vector<double> pressures;
  auto fixed = make_coupled(fcc_sample(4, 0.75, 1.2, 0.05), {.table = table}, {.temperature = 1.2}, comm());
  advance(fixed, 3000);
  advance(fixed, 15000, [&] {
    if (fixed.num_steps_done() % 10 == 0) pressures.push_back(pressure_of(fixed, fixed.totals()));
  });
  const auto pressure = moments_of(pressures);
  const std::string barostat = GENERATE("mtk isotropic", "stochastic_cell anisotropic");
  CAPTURE(barostat, pressure.mean, pressure.error);
  auto engine = make_coupled(fcc_sample(4, 0.75, 1.2, 0.05), {.table = table},
                             {.temperature = 1.2,
                              .barostat = barostat,
                              .pressure = pressure.mean,
                              .barostat_time = 0.5,
                              .compressibility = 0.1},
                             comm());
  std::vector<double> volumes;
  advance(engine, 3000);
  advance(engine, 20000, [&] { volumes.push_back(engine.system().box.volume()); });
  const auto volume = moments_of(volumes);
  CAPTURE(volume.mean, volume.error);
  // dV = -V kappa dP with kappa = 0.08 or so; and means of V and P differ by 1/N.
  CHECK_THAT(volume.mean * 0.75 / 256.0,
             WithinAbs(1.0, 3.5 * std::hypot(volume.error * 0.75 / 256.0, 0.1 * pressure.error) + 0.002));
}
