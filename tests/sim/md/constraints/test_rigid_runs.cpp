// Rigid molecules on the move.
#include <cmath>

#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "rigid.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::Engine;

namespace {

std::vector<double> state_of(const Engine& engine) {
  auto all = gather(engine, "position");
  const auto v = gather(engine, "velocity");
  all.insert(all.end(), v.begin(), v.end());
  const auto totals = engine.totals();
  all.push_back(totals.kinetic);
  all.insert(all.end(), totals.virial, totals.virial + 6);
  return all;
}

std::vector<double> state_after(const RigidSample& molecules, const Comm& comm, std::int64_t steps) {
  auto engine = make_rigid_engine(molecules, comm);
  advance(engine, steps);
  return state_of(engine);
}

double energy_of(const Engine& engine) {
  const auto totals = engine.totals();
  return totals.kinetic + totals.potential;
}

/// Largest change of the energy in that time.
double fluctuation(RigidSample molecules, double dt, int steps) {
  molecules.dt = dt;
  auto engine = make_rigid_engine(molecules, comm());
  const double first = energy_of(engine);
  double worst = 0.0;
  advance(engine, steps, [&] { worst = std::max(worst, std::abs(energy_of(engine) - first)); });
  return worst;
}

/// Those molecules of the zoo that are rigid as a whole, with their masses of 6.
RigidSample triangles_of(const RigidSample& molecules) {
  RigidSample whole;
  whole.sample.box = molecules.sample.box;
  whole.sample.masses = {4.0, 1.0};
  whole.params = molecules.params;
  const auto& sample = molecules.sample;
  for (std::size_t at = 0; at < molecules.angles.size(); at += 4) {
    const auto middle = static_cast<std::size_t>(molecules.angles[at + 2]) - 1;
    const auto id = static_cast<std::int64_t>(whole.sample.size()) + 1;
    for (std::size_t n = middle; n < middle + 3; ++n) {
      for (std::size_t c = 0; c < 3; ++c) {
        whole.sample.x.push_back(sample.x[3 * n + c]);
        whole.sample.v.push_back(sample.v[3 * n + c]);
      }
      whole.sample.type.push_back(sample.type[n]);
    }
    for (std::size_t b = 0; b < molecules.bonds.size(); b += 3) {
      const auto one = molecules.bonds[b + 1], two = molecules.bonds[b + 2];
      const auto shift = id - static_cast<std::int64_t>(middle) - 1;
      if (one == molecules.angles[at + 2] || two == molecules.angles[at + 2])
        whole.bonds.insert(whole.bonds.end(), {molecules.bonds[b], one + shift, two + shift});
    }
    whole.angles.insert(whole.angles.end(), {1, id + 1, id, id + 2});
  }
  return whole;
}

std::vector<RigidSample> kinds_of_runs() {
  std::vector<RigidSample> all;
  for (const char* thermostat : {"", "langevin", "csvr", "nose_hoover"}) {
    all.push_back(zoo(3, 2.6, 0.4));
    all.back().thermostat = thermostat;
    all.back().has_barostat = all.back().thermostat == "csvr" || all.back().thermostat == "langevin";
  }
  return all;
}

}  // namespace

TEST_CASE("Rigid molecules keep their shapes, whatever they are coupled to", "[md]") {
  for (const auto& molecules : kinds_of_runs()) {
    CAPTURE(molecules.thermostat);
    auto engine = make_rigid_engine(molecules, comm());
    Violation worst;
    advance(engine, 60, [&] {
      const auto now = violation_of(molecules, engine);
      worst.length = std::max(worst.length, now.length);
      worst.velocity = std::max(worst.velocity, now.velocity);
    });
    CHECK(worst.length < 2e-10);
    CHECK(worst.velocity < 1e-9);
    CHECK(engine.num_builds() > 2);
  }
}

TEST_CASE("Rigid molecules conserve energy to second order and momentum", "[md]") {
  const auto molecules = zoo(3, 2.6, 0.4);
  const double coarse = fluctuation(molecules, 0.004, 60), fine = fluctuation(molecules, 0.002, 120);
  CHECK(coarse / fine > 3.5);
  CHECK(coarse / fine < 4.5);
  CHECK(fine < 1e-3 * 0.5 * static_cast<double>(molecules.sample.size()));
  auto engine = make_rigid_engine(molecules, comm());
  const auto before = engine.kinetic();
  advance(engine, 60);
  const auto after = engine.kinetic();
  for (int c = 0; c < 3; ++c) CHECK(std::abs(after.momentum[c] - before.momentum[c]) < 1e-11);
}

TEST_CASE("SETTLE and SHAKE take the same way", "[md]") {
  auto settle = zoo(3, 2.6, 0.4), shake = settle;
  shake.params.constraints.emplace();
  shake.params.constraints->triangles = sim::md::TriangleSolver::shake;
  shake.params.constraints->tolerance = 1e-13;
  settle.params.constraints = shake.params.constraints;
  settle.params.constraints->triangles = sim::md::TriangleSolver::settle;
  CHECK(max_difference(state_after(settle, comm(), 40), state_after(shake, comm(), 40)) < 1e-10);
}

TEST_CASE("The pressure of a gas of rigid molecules is that of their centres", "[md]") {
  // 2 K + W, with the forces of constraints, is what the centres of mass alone have.
  auto gas = make_rigid_engine(triangles_of(zoo(3, 3.2, 0.0)), comm());
  for (int n = 0; n < 3; ++n) {
    const auto v = gather(gas, "velocity");
    double centres = 0.0;
    for (std::size_t first = 0; first < v.size(); first += 9)
      for (std::size_t c = 0; c < 3; ++c) {
        const double p = 4.0 * v[first + c] + v[first + 3 + c] + v[first + 6 + c];
        centres += p * p / 6.0;
      }
    const auto totals = gas.totals();
    const double trace = totals.virial[0] + totals.virial[1] + totals.virial[2];
    CHECK_THAT(2.0 * totals.kinetic + trace, WithinRel(centres, 1e-11));
    CHECK(trace < -0.1 * centres);
    advance(gas, 20);
  }
}

TEST_CASE("Rigid molecules move alike on any number of ranks", "[md]") {
  for (const auto& molecules : kinds_of_runs()) {
    CAPTURE(molecules.thermostat);
    const auto expected = alone([&](const Comm& one) { return state_after(molecules, one, 40); });
    CHECK(max_difference(state_after(molecules, comm(), 40), expected) < 1e-8);
  }
}

TEST_CASE("Runs of rigid molecules that are interrupted go on bit for bit", "[md]") {
  for (const auto& molecules : kinds_of_runs()) {
    CAPTURE(molecules.thermostat);
    const std::string place = scratch_folder();
    auto engine = make_rigid_engine(molecules, comm());
    advance(engine, 17);
    data::CheckpointInfo info;
    info.step = engine.num_steps_done();
    data::write_checkpoint(comm(), place, info, {{"run", [&](data::StateWriter& writer) { engine.save(writer); }}});
    advance(engine, 13);
    auto again = make_unstarted_rigid(molecules, comm());
    again.restore(*data::Checkpoint::open_newest(comm(), place)->section("run"));
    advance(again, 13);
    CHECK(max_difference(state_of(engine), state_of(again)) == 0.0);
  }
}

TEST_CASE("Langevin dynamics shares the energy evenly between what is left to move", "[md]") {
  auto molecules = zoo(3, 2.6, 0.0);
  molecules.thermostat = "langevin";
  molecules.temperature = 1.7;
  molecules.dt = 0.02;
  auto engine = make_rigid_engine(molecules, comm());
  advance(engine, 150);
  double kinetic = 0.0;
  constexpr int steps = 1500;
  advance(engine, steps, [&] { kinetic += engine.kinetic().energy / steps; });
  // 162 degrees of freedom, times 30 time units with a friction of 2: some 5000 independent numbers.
  CHECK_THAT(2.0 * kinetic / (engine.degrees_of_freedom() * 1.7), WithinAbs(1.0, 0.04));
}

TEST_CASE("Constraints that explode end the run with the particles' names", "[md][bad]") {
  auto molecules = zoo(3, 2.6, 0.4);
  // The first molecule is a pair: its second atom is to turn by more than a right angle in one step.
  molecules.sample.v[3] += 60.0;
  molecules.sample.v[4] -= 45.0;
  molecules.sample.v[5] += 75.0;
  molecules.dt = 0.05;
  auto engine = make_rigid_engine(molecules, comm());
  CHECK_THROWS_WITH(advance(engine, 3), Contains("the rigid bonds of particles 1 and 2 cannot be kept"));
}
