// The search for the lowest energy.
#include <cmath>

#include "base/random.hpp"
#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "math/line_search.hpp"
#include "samples.hpp"
#include "sim/md/ensembles/params.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::Engine;
using sim::md::MinimiseMethod;

namespace {

constexpr double smallest_force = 1e-9;

std::vector<MinimiseMethod> methods() {
  if (!math::can_search_lines()) return {MinimiseMethod::fire};
  return {MinimiseMethod::fire, MinimiseMethod::lbfgs};
}

const char* name_of(MinimiseMethod method) { return method == MinimiseMethod::fire ? "FIRE" : "L-BFGS"; }

Engine make_search(const Sample& sample, const sim::md::PairTable& table, MinimiseMethod method, const Comm& comm) {
  Engine engine(make_system(sample, comm), make_units("lj"), lennard_jones_field(table), {.skin = 0.5}, 0.005);
  sim::md::Ensemble ensemble;
  ensemble.add(sim::md::make_minimiser({.method = method, .force = smallest_force, .longest_move = 0.1}));
  engine.set_ensemble(std::move(ensemble));
  return engine;
}

void search(Engine& engine, int most_steps) {
  for (int n = 0; n < most_steps && !engine.ensemble().is_finished(); ++n) advance(engine, 1);
}

/// The vertices of an icosahedron and its middle, a little off.
Sample thirteen() {
  Sample sample;
  sample.box = data::Box::orthogonal({-10, -10, -10}, {20, 20, 20}, {false, false, false});
  const double golden = 0.5 * (1.0 + std::sqrt(5.0)), scale = 1.15 / std::sqrt(1.0 + golden * golden);
  sample.x = {0, 0, 0};
  for (int axis = 0; axis < 3; ++axis)
    for (const double one : {-1.0, 1.0})
      for (const double other : {-golden, golden}) {
        double point[3] = {};
        point[(axis + 1) % 3] = one * scale;
        point[(axis + 2) % 3] = other * scale;
        sample.x.insert(sample.x.end(), point, point + 3);
      }
  const Random random(8, RandomPurpose::test);
  for (std::size_t n = 0; n < sample.x.size(); ++n) sample.x[n] += 0.1 * (random.uniform(n, 0, 0).first - 0.5);
  return sample;
}

}  // namespace

TEST_CASE("Thirteen particles find the icosahedron", "[md]") {
  const auto method = GENERATE(from_range(methods()));
  CAPTURE(name_of(method));
  auto engine = make_search(thirteen(), lj(6.0), method, comm());
  engine.start();
  search(engine, 2000);
  CHECK(engine.ensemble().is_finished());
  // Hoare and Pal, Adv. Phys. 20, 161 (1971), to the digits of the Cambridge Cluster Database.
  CHECK_THAT(engine.totals().potential, WithinAbs(-44.326801, 1e-6));
  CHECK(engine.totals().kinetic == 0.0);
}

TEST_CASE("A disturbed crystal goes back to its places, on any number of ranks", "[md]") {
  const auto perfect = fcc_sample(3, 1.0, 0.0), disturbed = fcc_sample(3, 1.0, 0.5, 0.1);
  const double lowest = make_engine(perfect, {lj(2.5, sim::md::Truncation::force)}, comm()).totals().potential;
  const auto method = GENERATE(from_range(methods()));
  CAPTURE(name_of(method));
  const auto run = [&](const Comm& comm) {
    auto engine = make_search(disturbed, lj(2.5, sim::md::Truncation::force), method, comm);
    engine.start();
    search(engine, 2000);
    CHECK(engine.ensemble().is_finished());
    CHECK_THAT(engine.totals().potential, WithinRel(lowest, 1e-12));
    return gather(engine, "position");
  };
  const auto expected = alone(run);
  CHECK(max_difference(run(comm()), expected) < 1e-7);
}

TEST_CASE("Particles that nearly lie on each other are taken apart", "[md]") {
  auto sample = random_sample(data::Box::orthogonal({0, 0, 0}, {6, 6, 6}), 120, 0.75, 2);
  sample.x[3] = sample.x[0] + 0.02;  // an energy of 1e21
  sample.x[4] = sample.x[1];
  sample.x[5] = sample.x[2];
  const auto method = GENERATE(from_range(methods()));
  CAPTURE(name_of(method));
  auto engine = make_search(sample, lj(2.5, sim::md::Truncation::force), method, comm());
  engine.start();
  search(engine, 5000);
  CHECK(engine.ensemble().is_finished());
  CHECK(engine.totals().potential < 0.0);
  double largest = 0.0;
  for (const double force : gather(engine, "force")) largest = std::max(largest, std::abs(force));
  CHECK(largest <= smallest_force);
}

TEST_CASE("A search that was interrupted goes on as if it had not been", "[md]") {
  const auto disturbed = fcc_sample(3, 1.0, 0.0, 0.3);
  const auto table = lj(2.5, sim::md::Truncation::force);
  const auto method = GENERATE(from_range(methods()));
  CAPTURE(name_of(method));
  const int before = method == MinimiseMethod::fire ? 20 : 9, behind = method == MinimiseMethod::fire ? 30 : 5;
  const std::string folder = scratch_folder();
  auto first = make_search(disturbed, table, method, comm());
  first.start();
  advance(first, before);
  data::write_checkpoint(comm(), folder, {}, {{"run", [&](data::StateWriter& writer) { first.save(writer); }}});
  advance(first, behind);
  auto second = make_search(Sample{disturbed.box, {}, {}, {}, disturbed.masses, {}}, table, method, comm());
  second.restore(*data::Checkpoint::open_newest(comm(), folder)->section("run"));
  advance(second, behind);
  CHECK(gather(second, "position") == gather(first, "position"));
  CHECK(second.dt() == first.dt());
  CHECK(second.num_evaluations() == first.num_evaluations());
}

TEST_CASE("L-BFGS evaluates forces less often than FIRE, and finds the same", "[md]") {
  if (!math::can_search_lines()) return;
  struct Case {
    std::string name;
    Sample sample;
    sim::md::PairTable table;
  };
  const auto soft = lj(2.5, sim::md::Truncation::force);
  for (const auto& [name, sample, table] :
       {Case{"thirteen particles", thirteen(), lj(6.0)}, Case{"a crystal", fcc_sample(3, 1.0, 0.5, 0.1), soft},
        Case{"a crystal under tension", fcc_sample(3, 0.95, 0.5, 0.2), soft}}) {
    auto slow = make_search(sample, table, MinimiseMethod::fire, comm());
    auto fast = make_search(sample, table, MinimiseMethod::lbfgs, comm());
    slow.start();
    fast.start();
    search(slow, 5000);
    search(fast, 5000);
    CAPTURE(name);
    CHECK(fast.ensemble().is_finished());
    CHECK_THAT(fast.totals().potential, WithinRel(slow.totals().potential, 1e-11));
    CHECK(2 * fast.num_evaluations() < slow.num_evaluations());
    if (comm().is_root())
      WARN(name << ": " << slow.num_evaluations() << " evaluations with FIRE, " << fast.num_evaluations() << " in "
                << fast.num_steps_done() << " steps of L-BFGS");
  }
}
