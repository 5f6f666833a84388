// Correlations in time: stress, velocities by frequency, scattering by single particles.
#include <cmath>
#include <numbers>

#include "catch.hpp"
#include "samples.hpp"
#include "sim/md/observables/msd.hpp"
#include "sim/md/observables/self_scattering.hpp"
#include "sim/md/observables/vdos.hpp"
#include "sim/md/observables/viscosity.hpp"
#include "tables.hpp"

using namespace tessera;
using namespace tessera::test;
using std::numbers::pi;

namespace {

/// Kob-Andersen's A and B, that swing along x about the minimum of their potential with a small amplitude.
Sample dimer() {
  Sample sample;
  sample.box = data::Box::orthogonal({0, 0, 0}, {8, 8, 8});
  const double distance = 0.8 * std::pow(2.0, 1.0 / 6.0);
  sample.x = {4.0 - 0.5 * distance, 4, 4, 4.0 + 0.5 * distance, 4, 4};
  sample.v = {1e-4, 0, 0, -3e-4, 0, 0};
  sample.type = {0, 1};
  sample.masses = {3.0, 1.0};
  return sample;
}

/// 4 times the integral of w(t) cos(2 pi f0 t) cos(2 pi f t) up to the end of the window.
double line_height(sim::md::Window window, double end, double f0, double f) {
  double sum = 0.0;
  constexpr int steps = 60000;
  for (int n = 0; n < steps; ++n) {
    const double t = end * (n + 0.5) / steps, x = t / end;
    const double w = window == sim::md::Window::none   ? 1.0
                     : window == sim::md::Window::hann ? 0.5 + 0.5 * std::cos(pi * x)
                                                       : std::exp(-4.5 * x * x);
    sum += 4.0 * w * std::cos(2.0 * pi * f0 * t) * std::cos(2.0 * pi * f * t) * end / steps;
  }
  return sum;
}

}  // namespace

TEST_CASE("The viscosity is the integral of the correlation of stored stresses", "[md]") {
  const auto sample = two_types(random_sample(data::Box::orthogonal({0, 0, 0}, {5, 5, 6}), 100, 0.85, 43));
  auto engine = make_engine(sample, {.table = kob_andersen(), .dt = 0.002}, comm());
  sim::md::ViscosityParams params;
  params.every = 3;
  params.lags = 12;
  const auto viscosity = make_viscosity(params, engine);
  CHECK(viscosity->report().rows.empty());
  std::vector<std::vector<double>> stresses;
  double temperature = 0.0;
  const auto measure = [&] {
    if (!viscosity->wants(engine.num_steps_done())) return;
    viscosity->sample(engine);
    const auto totals = engine.totals();
    std::vector<double> p;
    for (int n = 0; n < 6; ++n) p.push_back(pressure_of(engine, totals, n));
    stresses.push_back({p[3], p[4], p[5], 0.5 * (p[0] - p[1]), (2.0 * p[2] - p[0] - p[1]) / std::sqrt(12.0)});
    temperature += temperature_of(engine, totals);
  };
  measure();
  advance(engine, 150, measure);
  REQUIRE(stresses.size() == 51);
  const double factor = 150.0 / (temperature / 51.0);

  const auto report = viscosity->report();
  REQUIRE(report.rows.size() == 12);
  const auto correlation = [&](std::size_t lag, std::size_t from) {
    double sum = 0.0;
    for (std::size_t n = from; n < stresses.size(); ++n)
      for (std::size_t c = 0; c < 5; ++c) sum += stresses[n][c] * stresses[n - lag][c] / 5.0;
    return sum / static_cast<double>(stresses.size() - from);
  };
  for (std::size_t lag = 0; lag < 12; ++lag) {
    CAPTURE(lag);
    double integral = 0.0;  // of samples that reach back so far
    for (std::size_t k = 1; k <= lag; ++k) integral += 0.003 * (correlation(k - 1, lag) + correlation(k, lag));
    CHECK_THAT(report.rows[lag][0], WithinAbs(0.006 * static_cast<double>(lag), 1e-14));
    CHECK_THAT(report.rows[lag][1], WithinRel(correlation(lag, lag), 1e-9));
    CHECK_THAT(report.rows[lag][2], WithinRel(correlation(lag, lag) / correlation(0, 0), 1e-9));
    CHECK_THAT(report.rows[lag][3], WithinRel(factor * integral, 1e-9) || WithinAbs(0.0, 1e-12));
  }
  const auto results = viscosity->results();
  REQUIRE(results.size() == 2);
  CHECK(results[0].value == report.rows.back()[3]);
  CHECK(results[1].value == report.rows.back()[4]);
  CHECK(results[0].unit == "epsilon/sigma^3 tau");
}

TEST_CASE("The density of states of an oscillator is a line at its frequency, with the lighter one's share", "[md]") {
  const auto sample = dimer();
  const double stiffness = 1.5 * 72.0 / (std::cbrt(2.0) * 0.64), reduced = 0.75;
  const double frequency = std::sqrt(stiffness / reduced) / (2.0 * pi);
  for (const auto window : {sim::md::Window::none, sim::md::Window::hann, sim::md::Window::gauss}) {
    auto run = make_engine(sample, {.table = kob_andersen(), .dt = 0.001}, comm());
    sim::md::VdosParams params;
    params.every = 10;
    params.lags = 601;
    params.origins = 100;
    params.window = window;
    const auto vdos = make_vdos(params, run);
    CHECK(vdos->report().rows.empty());
    const auto measure = [&] {
      if (vdos->wants(run.num_steps_done())) vdos->sample(run);
    };
    measure();
    advance(run, 9000, measure);
    const auto rows = vdos->report().rows;
    REQUIRE(rows.size() == 601);
    std::size_t peak = 0;
    double integral = 0.0;
    const double width = rows[1][0];
    CHECK_THAT(width, WithinRel(1.0 / 12.0, 1e-12));
    for (std::size_t k = 0; k < rows.size(); ++k) {
      if (rows[k][1] > rows[peak][1]) peak = k;
      integral += (k == 0 || k + 1 == rows.size() ? 0.5 : 1.0) * width * rows[k][1];
      // Momentum is shared: velocities, and m v^2, are as 1 to 3.
      CHECK_THAT(rows[k][3], WithinAbs(3.0 * rows[k][2], 2e-4 * std::abs(rows[peak][1])));
    }
    CHECK_THAT(rows[peak][0], WithinAbs(frequency, width));
    CHECK_THAT(integral, WithinRel(1.0, 1e-12));
    CHECK_THAT(rows[peak][1], WithinRel(line_height(window, 6.0, frequency, rows[peak][0]), 0.03));
  }
}

TEST_CASE("Free flight: scattering and the fourth moment are exact", "[md]") {
  const auto sample = two_types(random_sample(data::Box::orthogonal({0, 0, 0}, {5, 6, 7}), 60, 0.3, 42));
  sim::md::PairTable table = kob_andersen();
  for (auto& pair : table.pairs) pair.epsilon = 0.0;
  auto engine = make_engine(sample, {.table = table, .dt = 0.05}, comm());
  sim::md::SelfScatteringParams params;
  params.every = 5;
  params.lags = 21;
  params.origins = 4;
  params.wavenumbers = {0.7, 7.25};
  sim::md::MsdParams msd_params;
  msd_params.every = 5;
  msd_params.lags = 21;
  msd_params.origins = 4;
  const auto scattering = make_self_scattering(params, engine);
  const auto msd = make_msd(msd_params, engine);
  const auto measure = [&] {
    if (!scattering->wants(engine.num_steps_done())) return;
    scattering->sample(engine);
    msd->sample(engine);
  };
  measure();
  advance(engine, 300, measure);
  const auto report = scattering->report();
  const auto moments = msd->report();
  REQUIRE(report.columns.size() == 7);
  CHECK(report.columns[4].name == "Fs2_total");
  CHECK(report.columns[6].name == "Fs2_B");
  REQUIRE(report.rows.size() == 21);
  for (std::size_t lag = 0; lag < 21; ++lag)
    for (int type = -1; type < 2; ++type) {
      CAPTURE(lag, type);
      double waves[2] = {0.0, 0.0}, square = 0.0, fourth = 0.0, count = 0.0;
      for (std::size_t n = 0; n < sample.size(); ++n) {
        if (type >= 0 && sample.type[n] != type) continue;
        const double v2 =
            std::pow(sample.v[3 * n], 2) + std::pow(sample.v[3 * n + 1], 2) + std::pow(sample.v[3 * n + 2], 2);
        const double distance = std::sqrt(v2) * 0.25 * static_cast<double>(lag);
        count += 1.0;
        square += v2;
        fourth += v2 * v2;
        for (std::size_t q = 0; q < 2; ++q) {
          const double x = params.wavenumbers[q] * distance;
          waves[q] += x > 0.0 ? std::sin(x) / x : 1.0;
        }
      }
      const auto column = static_cast<std::size_t>(type + 2);
      CHECK_THAT(report.rows[lag][column], WithinAbs(waves[0] / count, 1e-11));
      CHECK_THAT(report.rows[lag][column + 3], WithinAbs(waves[1] / count, 1e-11));
      const double alpha = lag == 0 ? 0.0 : 0.6 * fourth * count / (square * square) - 1.0;
      CHECK_THAT(moments.rows[lag][column + 6], WithinAbs(alpha, 1e-11));
    }
}

TEST_CASE("D of free flight has no error, and the box without end adds its share", "[md]") {
  const auto sample = two_types(random_sample(data::Box::orthogonal({0, 0, 0}, {6, 6, 6}), 60, 0.3, 42));
  sim::md::PairTable table = kob_andersen();
  for (auto& pair : table.pairs) pair.epsilon = 0.0;
  auto engine = make_engine(sample, {.table = table, .dt = 0.05}, comm());
  sim::md::MsdParams params;
  params.every = 2;
  params.lags = 11;
  params.origins = 4;
  params.viscosity = 2.5;
  const auto msd = make_msd(params, engine);
  CHECK(msd->results().empty());
  const auto measure = [&] {
    if (msd->wants(engine.num_steps_done())) msd->sample(engine);
  };
  measure();
  advance(engine, 200, measure);
  const auto results = msd->results();
  REQUIRE(results.size() == 9);
  const double expected = msd->report().rows.back()[4];
  CHECK(results[0].label == "D of total (msd)");
  CHECK_THAT(results[0].value, WithinRel(expected, 1e-10));
  CHECK_THAT(results[1].value, WithinAbs(0.0, 1e-12));
  const double temperature = temperature_of(engine, engine.totals());
  CHECK_THAT(results[2].value - results[0].value, WithinRel(2.837297 * temperature / (6.0 * pi * 2.5 * 6.0), 1e-10));
  CHECK(results[8].label == "D of B in a box without end");

  auto flat = two_types(random_sample(data::Box::orthogonal({0, 0, 0}, {6, 6, 7}), 60, 0.3, 42));
  auto other = make_engine(flat, {.table = table, .dt = 0.05}, comm());
  REQUIRE_THROWS_WITH(make_msd(params, other), Contains("periodic cubes"));
}
