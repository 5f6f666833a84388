// What velocity Verlet must conserve, and how well.
#include <cmath>

#include "catch.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::Truncation;

namespace {

double energy_of(const sim::md::Engine& engine) {
  const auto totals = engine.totals();
  return totals.kinetic + totals.potential;
}

/// Root mean square of the total energy about its mean over a time of 2.
double energy_fluctuation(const Sample& sample, double dt) {
  auto engine = make_engine(sample, {.table = lj(2.5, Truncation::force), .dt = dt}, comm());
  std::vector<double> energies;
  advance(engine, std::llround(2.0 / dt), [&] { energies.push_back(energy_of(engine)); });
  double mean = 0.0;
  for (const double energy : energies) mean += energy / static_cast<double>(energies.size());
  for (double& energy : energies) energy -= mean;
  return rms(energies);
}

}  // namespace

TEST_CASE("The error of the energy falls with the second power of the time step", "[md]") {
  // The liquid first loses the memory of its lattice, so that the same motion is followed with each step.
  auto melt = make_engine(fcc_sample(4, 0.8442, 1.44), {lj(2.5, Truncation::force)}, comm());
  advance(melt, 400);
  auto liquid = fcc_sample(4, 0.8442, 1.44);
  liquid.x = gather(melt, "position");
  liquid.v = gather(melt, "velocity");

  const double coarse = energy_fluctuation(liquid, 0.004), middle = energy_fluctuation(liquid, 0.002),
               fine = energy_fluctuation(liquid, 0.001);
  CAPTURE(coarse, middle, fine);
  // Straight line through the logarithms.
  CHECK_THAT(0.5 * std::log2(coarse / fine), WithinAbs(2.0, 0.1));
  CHECK_THAT(std::log2(coarse / middle), WithinAbs(2.0, 0.15));
  CHECK_THAT(std::log2(middle / fine), WithinAbs(2.0, 0.15));
}

TEST_CASE("Momentum is conserved to rounding", "[md]") {
  auto sample = fcc_sample(5, 0.8442, 1.44);
  for (std::size_t n = 0; n < sample.v.size(); n += 3) sample.v[n] += 0.25;
  sample.type.assign(sample.size(), 0);
  for (std::size_t n = 0; n < sample.size(); n += 3) sample.type[n] = 1;
  sample.masses = {1.0, 3.0};
  auto engine = make_engine(sample, {kob_andersen()}, comm());
  const auto before = engine.totals();
  advance(engine, 300);
  const auto after = engine.totals();
  CHECK(before.momentum[0] > 100.0);
  // 300 steps times 500 particles, each rounded to 1e-16 of some 10 units of momentum, add up at random.
  for (int c = 0; c < 3; ++c) CHECK_THAT(after.momentum[c], WithinAbs(before.momentum[c], 1e-11));
}

TEST_CASE("A run with reversed velocities returns to where it began", "[md]") {
  const auto sample = fcc_sample(4, 0.7, 1.0, 0.05);
  const Setting setting{.table = lj(2.5, Truncation::force), .dt = 0.001};
  auto there = make_engine(sample, setting, comm());
  advance(there, 1000);
  auto back = sample;
  back.x = gather(there, "position");
  back.v = gather(there, "velocity");
  for (double& v : back.v) v = -v;
  CHECK(max_difference(back.x, sample.x) > 0.5);
  auto again = make_engine(back, setting, comm());
  advance(again, 1000);
  CHECK(max_difference(gather(again, "position"), sample.x) < 1e-9);
}

TEST_CASE("Lists of any thickness give the same run", "[md]") {
  const auto sample = fcc_sample(4, 0.8442, 1.44);
  std::vector<double> reference;
  for (const double skin : {0.0, 0.1, 0.3, 0.9})
    for (const double inner : {0.05, 2.0}) {
      CAPTURE(skin, inner);
      sim::md::NeighbourParams neighbours;
      neighbours.skin = skin;
      neighbours.inner_skin = inner;
      auto engine = make_engine(sample, {.table = lj(2.5), .dt = 0.005, .neighbours = neighbours}, comm());
      advance(engine, 60);
      const auto x = gather(engine, "position");
      if (reference.empty()) reference = x;
      CHECK(max_difference(x, reference) < 1e-10);  // rounding, and how it grows in 60 steps
      CHECK((skin > 0.0 || engine.num_builds() == 61));
      CHECK((skin < 0.9 || engine.num_builds() < 8));
      CHECK((inner > 1.0 || skin < 0.1 || engine.num_prunes() > engine.num_builds()));
    }
}

TEST_CASE("A run that blows up says which particle and why", "[md][bad]") {
  for (const std::size_t n : {0, 100, 254}) {  // wherever it stands among the others
    CAPTURE(n);
    auto sample = fcc_sample(4, 0.8442, 1.44);
    for (std::size_t c = 0; c < 3; ++c) sample.x[3 * (n + 1) + c] = sample.x[3 * n + c];
    sample.x[3 * (n + 1)] += 1e-60;  // forces beyond all numbers
    auto engine = make_engine(sample, {lj(2.5)}, comm());
    REQUIRE_THROWS_WITH(advance(engine, 5), Contains("step 1: particle") && Contains("smaller dt"));
  }
}
