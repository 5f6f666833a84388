// The heat flux of pairs, and the conductivity from its fluctuations.
#include <cmath>

#include "brute_force.hpp"
#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "samples.hpp"
#include "sim/md/observables/thermal_conductivity.hpp"
#include "sim/pair_force.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::Truncation;
using sim::md::Engine;

namespace {

constexpr double range = 2.3;

/// In a skewed box whose sides are shorter than two cutoffs; the whole of it moves, which carries no heat.
Sample moving_liquid() {
  const double cell[3][3] = {{4.4, 0, 0}, {0.6, 4.2, 0}, {-0.4, 0.8, 5.1}};
  auto sample = random_sample(data::Box::triclinic({0.2, -1.0, 3.0}, cell), 75, 0.85, 5);
  sample.v.clear();
  for (std::size_t n = 0; n < sample.x.size(); ++n)
    sample.v.push_back(std::sin(1.0 + 2.7 * static_cast<double>(n)) + (n % 3 == 0 ? 0.4 : 0.0));
  sample.masses = {1.7};
  return sample;
}

/// The definition: energies of particles, and half of each pair's force at both its ends.
std::vector<double> brute_flux(const Sample& sample, Truncation truncation) {
  const std::size_t count = sample.size();
  const double mass = sample.masses[0];
  std::vector<double> v = sample.v, flux(3, 0.0), energy(count, 0.0);
  for (std::size_t c = 0; c < 3; ++c) {
    double mean = 0.0;
    for (std::size_t i = 0; i < count; ++i) mean += v[3 * i + c] / static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i) v[3 * i + c] -= mean;
  }
  const auto plain = [](double r) { return 4.0 * (std::pow(r, -12) - std::pow(r, -6)); };
  const double end = truncation == Truncation::none ? 0.0 : plain(range);
  // Ordered pairs: all of a pair's halves are met.
  for_all_images(sample, range, [&](std::size_t i, std::size_t j, const data::Vec3& dx, double r) {
    const double f = 24.0 * (2.0 * std::pow(r, -12) - std::pow(r, -6)) / (r * r);
    energy[i] += 0.5 * (plain(r) - end);
    double along = 0.0;
    for (std::size_t c = 0; c < 3; ++c) along += f * dx[static_cast<int>(c)] * (v[3 * i + c] + v[3 * j + c]);
    for (std::size_t c = 0; c < 3; ++c) flux[c] += 0.25 * along * dx[static_cast<int>(c)];
  });
  for (std::size_t i = 0; i < count; ++i) {
    const double square = v[3 * i] * v[3 * i] + v[3 * i + 1] * v[3 * i + 1] + v[3 * i + 2] * v[3 * i + 2];
    for (std::size_t c = 0; c < 3; ++c) flux[c] += (0.5 * mass * square + energy[i]) * v[3 * i + c];
  }
  return flux;
}

std::vector<double> flux_of(const Engine& engine) {
  const auto flux = heat_flux(engine);
  return {flux.begin(), flux.end()};
}

sim::md::ThermalConductivityParams few_lags() {
  sim::md::ThermalConductivityParams params;
  params.every = 3;
  params.lags = 12;
  return params;
}

}  // namespace

TEST_CASE("The heat flux is that of all pairs and images", "[md]") {
  const auto sample = moving_liquid();
  for (const auto truncation : {Truncation::none, Truncation::energy}) {
    CAPTURE(static_cast<int>(truncation));
    const auto engine = make_engine(sample, {.table = lj(range, truncation)}, comm());
    const auto expected = brute_flux(sample, truncation), found = flux_of(engine);
    CAPTURE(found, expected);
    CHECK(max_difference(found, expected) < 1e-11 * rms(expected));
  }
}

TEST_CASE("The heat flux does not depend on ranks, nor on which evaluator has the potential", "[md]") {
  const auto sample = moving_liquid();
  const auto run = [&](const Comm& comm) {
    auto engine = make_engine(sample, {.table = lj(range), .dt = 0.001}, comm);
    advance(engine, 10);
    return flux_of(engine);
  };
  const auto here = run(comm()), one = alone(run);
  CHECK(max_difference(here, one) < 1e-10 * rms(one));

  // With charges at rest beside, i.e. none at all, and as two terms of half the depth.
  sim::md::ForceField halves;
  auto half = lj(range);
  half.pairs[0].epsilon = 0.5;
  halves.add(sim::make_lennard_jones(half));
  auto charged = sample;
  charged.charge.assign(sample.size(), 0.0);
  halves.add(sim::make_charged_lennard_jones(half, {.cutoff = 2.0}));
  CHECK(halves.has_heat_flux());
  const auto engine = make_engine(charged, std::move(halves), comm());
  const auto expected = brute_flux(sample, Truncation::none);
  CHECK(max_difference(flux_of(engine), expected) < 1e-11 * rms(expected));
}

TEST_CASE("The thermal conductivity is the integral of the correlation of heat fluxes", "[md]") {
  const auto sample = moving_liquid();
  auto engine = make_engine(sample, {.table = lj(range), .dt = 0.002}, comm());
  const auto conductivity = make_thermal_conductivity(few_lags(), engine);
  CHECK(conductivity->report().rows.empty());
  CHECK(conductivity->results().empty());
  std::vector<std::vector<double>> fluxes;
  double temperature = 0.0;
  const double volume = sample.box.volume();
  const auto measure = [&] {
    if (!conductivity->wants(engine.num_steps_done())) return;
    conductivity->sample(engine);
    fluxes.push_back(flux_of(engine));
    for (auto& part : fluxes.back()) part /= volume;
    temperature += temperature_of(engine, engine.totals());
  };
  measure();
  advance(engine, 150, measure);
  REQUIRE(fluxes.size() == 51);
  temperature /= 51.0;
  const auto report = conductivity->report();
  REQUIRE(report.rows.size() == 12);
  const auto correlation = [&](std::size_t lag, std::size_t from) {
    double sum = 0.0;
    for (std::size_t n = from; n < fluxes.size(); ++n)
      for (std::size_t c = 0; c < 3; ++c) sum += fluxes[n][c] * fluxes[n - lag][c] / 3.0;
    return sum / static_cast<double>(fluxes.size() - from);
  };
  for (std::size_t lag = 0; lag < 12; ++lag) {
    CAPTURE(lag);
    double integral = 0.0;
    for (std::size_t k = 1; k <= lag; ++k) integral += 0.003 * (correlation(k - 1, lag) + correlation(k, lag));
    CHECK_THAT(report.rows[lag][0], WithinAbs(0.006 * static_cast<double>(lag), 1e-14));
    CHECK_THAT(report.rows[lag][1], WithinRel(correlation(lag, lag), 1e-9));
    CHECK_THAT(report.rows[lag][3],
               WithinRel(volume / (temperature * temperature) * integral, 1e-9) || WithinAbs(0.0, 1e-12));
  }
  const auto results = conductivity->results();
  REQUIRE(results.size() == 2);
  CHECK(results[0].value == report.rows.back()[3]);
  CHECK(results[1].value == report.rows.back()[4]);
}

TEST_CASE("A measurement of heat fluxes goes on where it was interrupted", "[md]") {
  const auto sample = moving_liquid();
  const auto make = [](const Sample& from) {
    return Engine(make_system(from, comm()), make_units("lj"), lennard_jones_field(lj(range)), {.skin = 0.3}, 0.001);
  };
  const auto go_on = [](Engine& engine, sim::md::Observable& observable, std::int64_t steps) {
    advance(engine, steps, [&] {
      if (observable.wants(engine.num_steps_done())) observable.sample(engine);
    });
  };
  auto whole = make(sample);
  const auto all = make_thermal_conductivity(few_lags(), whole);
  whole.start();
  go_on(whole, *all, 40);
  const std::string folder = scratch_folder();
  data::CheckpointInfo info;
  info.step = 40;
  data::write_checkpoint(comm(), folder, info, {{"run", [&](data::StateWriter& writer) {
                                                   whole.save(writer);
                                                   all->save(writer);
                                                 }}});
  go_on(whole, *all, 50);

  auto second = make(Sample{sample.box, {}, {}, {}, sample.masses, {}});
  const auto rest = make_thermal_conductivity(few_lags(), second);
  const auto checkpoint = data::Checkpoint::open_newest(comm(), folder);
  const auto section = checkpoint->section("run");
  second.restore(*section);
  rest->restore(*section);
  go_on(second, *rest, 50);
  CHECK(rest->report().rows == all->report().rows);

  auto more = few_lags();
  more.lags = 13;
  const auto other = make_thermal_conductivity(more, second);
  REQUIRE_THROWS_WITH(other->restore(*checkpoint->section("run")), Contains("12 lags of thermal_conductivity"));
}

TEST_CASE("Mixtures, and charges with energies of their own, have no heat flux", "[md][bad]") {
  auto sample = moving_liquid();
  sample.charge.assign(sample.size(), 0.1);
  sim::md::ForceField field;
  field.add(sim::make_lennard_jones(lj(range)));
  field.add(sim::make_coulomb(1, {.cutoff = 2.0, .alpha = 1.0, .truncation = Truncation::energy, .self_energy = true}));
  const auto charged = make_engine(sample, std::move(field), comm());
  REQUIRE_THROWS_WITH(make_thermal_conductivity({}, charged), Contains("charges with self-energy"));
  for (std::size_t n = 0; n < sample.size(); ++n) sample.type.push_back(n % 2 == 0 ? 1 : 0);
  const auto mixture = make_engine(sample, {.table = kob_andersen()}, comm());
  REQUIRE_THROWS_WITH(make_thermal_conductivity({}, mixture), Contains("one type of particles, but this system has 2"));
}
