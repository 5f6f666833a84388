// Boxes that change: lists, copies and ranks follow.
#include <algorithm>
#include <cmath>

#include "brute_force.hpp"
#include "catch.hpp"
#include "coupled.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::vector<std::string> barostats{"mtk isotropic",
                                         "mtk anisotropic",
                                         "mtk triclinic",
                                         "stochastic_cell isotropic",
                                         "stochastic_cell anisotropic",
                                         "stochastic_cell triclinic",
                                         "berendsen isotropic",
                                         "berendsen triclinic"};

Coupled coupled_to(const std::string& barostat, double pressure) {
  return {.thermostat = "csvr",
          .temperature = 1.0,
          .time = 0.3,
          .barostat = barostat,
          .pressure = pressure,
          .barostat_time = 0.3};
}

/// The same particles as everybody sees them, wrapped into the box of now.
Sample snapshot(const sim::md::Engine& engine) {
  Sample sample;
  sample.box = engine.system().box;
  sample.x = gather(engine, "position");
  for (std::size_t n = 0; n < sample.x.size(); n += 3) {
    data::Vec3 x{sample.x[n], sample.x[n + 1], sample.x[n + 2]};
    sample.box.wrap(x);
    for (std::size_t c = 0; c < 3; ++c) sample.x[n + c] = x[static_cast<int>(c)];
  }
  return sample;
}

std::vector<double> numbers_of(const data::Box& box) {
  std::vector<double> numbers;
  for (const auto& vector : box.cell) numbers.insert(numbers.end(), vector, vector + 3);
  return numbers;
}

}  // namespace

TEST_CASE("While the box changes, forces are those of all pairs", "[md]") {
  const std::string barostat = GENERATE(from_range(barostats));
  const double pressure = GENERATE(12.0, -1.0);  // it shrinks, or grows
  CAPTURE(barostat, pressure);
  const auto table = lj(2.0, sim::md::Truncation::force);
  sim::md::NeighbourParams lists;
  lists.skin = 0.3;
  lists.inner_skin = 0.1;
  auto engine = make_coupled(fcc_sample(4, 0.75, 1.0, 0.05), {.table = table, .dt = 0.004, .neighbours = lists},
                             coupled_to(barostat, pressure), comm());
  const double first = engine.system().box.volume();
  for (int part = 0; part < 4; ++part) {
    advance(engine, 17);
    const auto expected = brute_force(snapshot(engine), table);
    CHECK(max_difference(gather(engine, "force"), expected.force) < 1e-10 * rms(expected.force));
    const auto totals = engine.totals();
    CHECK_THAT(totals.potential, WithinRel(expected.energy, 1e-11));
    CHECK_THAT(totals.virial[3], WithinAbs(expected.virial[3], 1e-9 * std::abs(expected.virial[0])));
  }
  CHECK(engine.num_builds() > 1);
  CHECK(engine.num_builds() < 60);
  CHECK(engine.num_outdated() == 0);
  CHECK((engine.system().box.volume() < first) == (pressure > 5.0));
  CHECK(engine.system().box.is_orthogonal() == (barostat.find("triclinic") == std::string::npos));
}

TEST_CASE("All ranks see the same box, and it is that of one rank", "[md]") {
  const std::string barostat = GENERATE(from_range(barostats));
  CAPTURE(barostat);
  const auto run = [&](const Comm& comm) {
    auto engine = make_coupled(fcc_sample(4, 0.75, 1.0, 0.05), {.table = kob_andersen(), .dt = 0.004},
                               coupled_to(barostat, 4.0), comm);
    advance(engine, 25);
    auto all = gather(engine, "position");
    const auto v = gather(engine, "velocity"), box = numbers_of(engine.system().box);
    all.insert(all.end(), v.begin(), v.end());
    all.insert(all.end(), box.begin(), box.end());
    return all;
  };
  const auto expected = alone(run);
  REQUIRE_ALL(max_difference(run(comm()), expected) < 1e-10);
}

TEST_CASE("Thermostats act on all ranks as on one", "[md]") {
  const std::string thermostat = GENERATE("nose_hoover", "csvr", "langevin", "berendsen");
  CAPTURE(thermostat);
  const auto run = [&](const Comm& comm) {
    auto engine = make_coupled(fcc_sample(4, 0.75, 1.0, 0.05), {.table = kob_andersen(), .dt = 0.004},
                               {.thermostat = thermostat, .temperature = 1.4, .time = 0.05}, comm);
    advance(engine, 25);
    auto all = gather(engine, "position");
    all.push_back(conserved_energy(engine));
    return all;
  };
  const auto expected = alone(run);
  REQUIRE_ALL(max_difference(run(comm()), expected) < 1e-9);
}

TEST_CASE("An open box has no barostat", "[md][bad]") {
  auto sample = fcc_sample(3, 0.75, 1.0);
  sample.box.is_periodic[1] = false;
  REQUIRE_THROWS_WITH(make_coupled(sample, {.table = lj(2.0)}, coupled_to("mtk", 1.0), comm()),
                      Contains("periodic in all directions"));
}

TEST_CASE("A box that collapses is an error that says so", "[md][bad]") {
  auto coupled = coupled_to("stochastic_cell isotropic", 1e6);
  REQUIRE_THROWS_WITH(advance(*std::make_unique<sim::md::Engine>(
                                  make_coupled(fcc_sample(3, 0.75, 1.0, 0.05), {.table = lj(2.0)}, coupled, comm())),
                              100),
                      Contains("more than a tenth in one step") && Contains("longer time"));
}
