// Many grains: on any number of ranks, from checkpoints, and when something is wrong.
#include <cmath>

#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "grains.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::Engine;

namespace {

/// Contacts of grains of this rank with grains of another one, on all ranks.
int contacts_across(const Engine& engine) {
  const auto& particles = engine.system().particles;
  const auto host = [](const auto& view) { return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view); };
  const auto id = host(particles.get<std::int64_t>("id"));
  const auto partner = host(particles.get<std::int64_t>(sim::md::partner_column));
  std::vector<std::int64_t> own;
  for (int i = 0; i < particles.num_owned(); ++i) own.push_back(id(i, 0));
  std::sort(own.begin(), own.end());
  int count = 0;
  for (int i = 0; i < particles.num_owned(); ++i)
    for (int m = 0; m < sim::md::max_contacts && partner(i, m) != 0; ++m)
      if (!std::binary_search(own.begin(), own.end(), partner(i, m))) ++count;
  return particles.comm().all_reduce(count, Op::sum);
}

std::vector<double> state_after(const GrainSample& grains, const Comm& comm, std::int64_t steps) {
  auto engine = make_grain_engine(grains, comm);
  advance(engine, steps);
  auto all = state_of_grains(engine);
  const auto totals = engine.totals();
  all.push_back(totals.potential);
  all.insert(all.end(), totals.virial, totals.virial + 6);
  return all;
}

double worst_energy(GrainSample grains, double dt, int steps) {
  grains.dt = dt;
  auto engine = make_grain_engine(grains, comm());
  CHECK(engine.ensemble().has_energy());
  const auto energy = [&] {
    const auto totals = engine.totals();
    return totals.kinetic + totals.potential + rotational_energy(engine);
  };
  const double before = energy();
  double most = 0.0;
  advance(engine, steps, [&] { most = std::max(most, std::abs(energy() - before)); });
  return most;
}

}  // namespace

TEST_CASE("Grains without damping and friction keep their energy", "[md]") {
  auto grains = falling_grains(4, 4);
  grains.params.damping = grains.params.friction = 0.0;
  complete(grains.params);
  const double coarse = worst_energy(grains, 2e-3, 200), fine = worst_energy(grains, 1e-3, 400);
  CHECK(fine < 0.02);
  CHECK(coarse / fine > 2.5);
}

TEST_CASE("Grains move alike on any number of ranks", "[md]") {
  const auto grains = falling_grains(6, 5);
  const auto expected = alone([&](const Comm& one) { return state_after(grains, one, 300); });
  CHECK(max_difference(state_after(grains, comm(), 300), expected) < 1e-10);
  auto engine = make_grain_engine(grains, comm());
  advance(engine, 300);
  CHECK(engine.num_builds() > 3);
  if (comm().size() > 1) CHECK(contacts_across(engine) > 10);
}

TEST_CASE("Runs of grains that are interrupted go on bit for bit, with the history of all contacts", "[md]") {
  const auto grains = falling_grains(5, 4);
  const std::string place = scratch_folder();
  auto engine = make_grain_engine(grains, comm());
  advance(engine, 170);
  data::CheckpointInfo info;
  info.step = engine.num_steps_done();
  data::write_checkpoint(comm(), place, info, {{"run", [&](data::StateWriter& writer) { engine.save(writer); }}});
  const auto totals = engine.totals();
  advance(engine, 130);
  auto again = make_unstarted_grains(grains, comm());
  again.restore(*data::Checkpoint::open_newest(comm(), place)->section("run"));
  CHECK(again.totals().potential == totals.potential);
  CHECK(again.totals().virial[3] == totals.virial[3]);
  advance(again, 130);
  CHECK(max_difference(state_of_grains(engine), state_of_grains(again)) == 0.0);
  const auto one_rank = alone([&](const Comm& one) {
    auto other = make_unstarted_grains(grains, one);
    other.restore(*data::Checkpoint::open_newest(one, place)->section("run"));
    advance(other, 130);
    return state_of_grains(other);
  });
  CHECK(max_difference(state_of_grains(engine), one_rank) < 1e-10);
}

TEST_CASE("Frozen grains stay, whatever velocities they come with, and are no degrees of freedom", "[md]") {
  auto grains = falling_grains(4, 2);
  for (std::size_t n = 0; n < 16; ++n) grains.sample.v[3 * n] = 1.0;
  auto engine = make_grain_engine(grains, comm());
  CHECK(engine.degrees_of_freedom() == 3.0 * 32);
  advance(engine, 100);
  const auto x = gather(engine, "position");
  for (std::size_t n = 0; n < 48; ++n) CHECK(x[n] == grains.sample.x[n]);
}

TEST_CASE("Too many contacts, and too small a box", "[md][bad]") {
  GrainSample grains;
  grains.params = usual_grains();
  grains.sample.box = open_box(10.0);
  for (int n = 0; n < 18; ++n)
    for (const double place : {0.05 * n, 0.02 * (n % 3), 0.0}) grains.sample.x.push_back(place);
  CHECK_THROWS_WITH(make_grain_engine(grains, comm()), Contains("touches more than 16 others"));
  grains.sample.box = orthogonal_box({-1.0, 1.0, -5.0, 5.0, -5.0, 5.0});
  CHECK_THROWS_WITH(make_unstarted_grains(grains, comm()), Contains("2 long in direction x"));
}
