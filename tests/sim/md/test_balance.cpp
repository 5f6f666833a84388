// Droplets in empty boxes: cuts move by the work, and nothing else changes.
#include <algorithm>

#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::BalanceBy;
using sim::md::BalanceParams;
using sim::md::Balancer;
using sim::md::Engine;

namespace {

/// 600 particles in a corner of a box four times as long as they are wide, on their way along the diagonal.
Sample droplet(bool periodic = true) {
  const auto crystal = fcc_sample(7, 0.8442, 0.9, 0.02);
  Sample sample;
  sample.box = data::Box::orthogonal({0, 0, 0}, {40, 40, 40}, {periodic, periodic, periodic});
  const double middle = 0.5 * crystal.box.height(0), radius = 5.5;
  for (std::size_t n = 0; n < crystal.size(); ++n) {
    double r2 = 0.0;
    for (std::size_t c = 0; c < 3; ++c) r2 += (crystal.x[3 * n + c] - middle) * (crystal.x[3 * n + c] - middle);
    if (r2 > radius * radius) continue;
    for (std::size_t c = 0; c < 3; ++c) {
      sample.x.push_back(crystal.x[3 * n + c] + 1.0);
      sample.v.push_back(crystal.v[3 * n + c] + 2.0);
    }
  }
  return sample;
}

/// Looks at every rebuild, and is content with little.
constexpr BalanceParams eager{.every = 1, .threshold = 1.02};
constexpr BalanceParams none{.by = BalanceBy::nothing};

Setting setting_of(const BalanceParams& balance) {
  return {.table = lj(2.5), .neighbours = {.skin = 0.3, .inner_skin = 0.15}, .balance = balance};
}

double imbalance_of(const Engine& engine) {
  return Balancer::imbalance(engine.system().particles, engine.neighbourhood());
}

/// Positions and velocities after 100 steps.
std::vector<double> after_100(const Sample& sample, const Setting& setting, const Comm& comm, int* moves = nullptr) {
  auto engine = make_engine(sample, setting, comm);
  advance(engine, 100);
  if (moves != nullptr) *moves = static_cast<int>(engine.balancer().num_moves());
  auto values = gather(engine, "position");
  const auto velocity = gather(engine, "velocity");
  values.insert(values.end(), velocity.begin(), velocity.end());
  return values;
}

bool same_cuts(const Engine& a, const Engine& b) {
  bool same = true;
  for (int d = 0; d < 3; ++d) same = same && a.tiling().cuts(d) == b.tiling().cuts(d);
  return same;
}

void write(const Engine& engine, const std::string& folder) {
  data::write_checkpoint(comm(), folder, {}, {{"run", [&](data::StateWriter& writer) { engine.save(writer); }}});
}

/// Collective over `part`. An engine without particles, restored.
Engine read(const Sample& sample, const Setting& setting, const Comm& part, const std::string& folder) {
  Engine engine(make_system({sample.box, {}, {}, {}, sample.masses, {}}, part), make_units("lj"),
                lennard_jones_field(setting.table), setting.neighbours, setting.dt, setting.grid, setting.balance);
  engine.restore(*data::Checkpoint::open_newest(part, folder)->section("run"));
  return engine;
}

}  // namespace

TEST_CASE("a droplet goes the same way whether cuts move or not, and on one rank", "[md]") {
  for (const bool is_periodic : {true, false}) {
    const auto sample = droplet(is_periodic);
    const auto expected = alone([&](const Comm& comm) { return after_100(sample, setting_of(eager), comm); });
    const int n = comm().size();
    // Written within the braces below, nvcc 13.0 crashes over it.
    const data::Int3 cut = is_periodic ? data::Int3{n, 1, 1} : data::Int3{1, 1, n};
    for (const data::Int3 grid : {data::Int3{0, 0, 0}, cut})
      for (const auto& balance : {none, eager, BalanceParams{}, BalanceParams{.by = BalanceBy::time, .every = 2}}) {
        CAPTURE(is_periodic, grid[0], grid[1], grid[2], static_cast<int>(balance.by), balance.every);
        auto setting = setting_of(balance);
        setting.grid = grid;
        int moves = 0;
        // As for a melt without any balance, where only the order of sums differs too.
        CHECK(max_difference(after_100(sample, setting, comm(), &moves), expected) < 1e-10);
        CHECK((moves > 0) == (balance.by != BalanceBy::nothing));
      }
  }
}

TEST_CASE("the work of a droplet that moves stays balanced", "[md]") {
  const auto sample = droplet();
  auto even = make_engine(sample, setting_of(none), comm());
  const double worst = imbalance_of(even);
  CHECK(even.balancer().first_imbalance() == worst);
  CHECK(worst > 0.9 * comm().size());  // one rank has nearly all of it
  auto engine = make_engine(sample, setting_of({.every = 1, .threshold = 1.1}), comm());
  CHECK(engine.balancer().first_imbalance() == worst);
  CHECK(imbalance_of(engine) < 1.15);
  const auto at_first = engine.balancer().num_moves();
  CHECK(at_first >= 1);
  advance(engine, 400);  // four times its radius along the diagonal
  CHECK(engine.balancer().num_moves() > at_first);
  // Work shifts a little between two looks.
  CHECK(imbalance_of(engine) < 1.2);
}

TEST_CASE("cuts come back from a checkpoint to the last bit, and move on as they would have", "[md]") {
  const auto sample = droplet();
  const auto setting = setting_of(eager);
  auto whole = make_engine(sample, setting, comm());
  advance(whole, 120);
  const auto x = gather(whole, "position"), v = gather(whole, "velocity");
  for (const std::int64_t interruption : {0, 33, 80}) {
    CAPTURE(interruption);
    const std::string folder = scratch_folder();
    auto first = make_engine(sample, setting, comm());
    advance(first, interruption);
    write(first, folder);
    auto second = read(sample, setting, comm(), folder);
    CHECK(same_cuts(first, second));
    CHECK(second.balancer().first_imbalance() == first.balancer().first_imbalance());
    CHECK(gather(second, "force") == gather(first, "force"));
    CHECK(whole.balancer().num_moves() > second.balancer().num_moves());  // and so there is something to get wrong
    advance(second, 120 - interruption);
    CHECK(gather(second, "position") == x);
    CHECK(gather(second, "velocity") == v);
    CHECK(second.totals().potential == whole.totals().potential);
    CHECK(second.balancer().num_moves() == whole.balancer().num_moves());
    CHECK(same_cuts(whole, second));
  }
}

TEST_CASE("on another number of ranks cuts begin even and are balanced at once", "[md]") {
  const auto sample = droplet();
  const std::string folder = scratch_folder();
  auto whole = make_engine(sample, setting_of(eager), comm());
  advance(whole, 40);
  write(whole, folder);
  advance(whole, 20);
  const auto expected = gather(whole, "position");
  const Comm part = comm().split(comm().is_root() ? 0 : 1);
  auto engine = read(sample, setting_of(eager), part, folder);
  REQUIRE_ALL(imbalance_of(engine) < 1.15);
  advance(engine, 20);
  REQUIRE_ALL(max_difference(gather(engine, "position"), expected) < 1e-12);
}

TEST_CASE("two droplets in opposite corners get another grid, which comes back from a checkpoint", "[md]") {
  auto sample = droplet();
  const auto size = sample.x.size();
  for (std::size_t n = 0; n < size; ++n) sample.x.push_back(sample.x[n] + 20.0);
  for (std::size_t n = 0; n < size; ++n) sample.v.push_back(sample.v[n]);
  const auto setting = setting_of({});
  auto engine = make_engine(sample, setting, comm());
  CHECK(imbalance_of(engine) < 1.15);
  const auto& grid = engine.tiling().grid();
  if (comm().size() == 4) CHECK(std::max({grid[0], grid[1], grid[2]}) == 4);
  advance(engine, 30);
  const std::string folder = scratch_folder();
  write(engine, folder);
  auto again = read(sample, setting, comm(), folder);
  CHECK(same_cuts(engine, again));
  for (auto* one : {&engine, &again}) advance(*one, 30);
  CHECK(gather(engine, "position") == gather(again, "position"));
  // Given by the deck, a grid stays as it is.
  auto given = setting;
  given.grid = data::Tiling::best_grid(sample.box, comm().size());
  const auto kept = make_engine(sample, given, comm());
  for (int d = 0; d < 3; ++d) CHECK(kept.tiling().grid()[d] == given.grid[d]);
}

TEST_CASE("an even crystal is left alone", "[md]") {
  auto engine = make_engine(fcc_sample(6, 0.8442, 1.44), {.table = lj(2.5), .balance = {.every = 1}}, comm());
  const auto cuts = engine.tiling().cuts(2);
  advance(engine, 50);
  CHECK(engine.num_builds() > 1);
  CHECK(engine.balancer().num_moves() == 0);
  CHECK(engine.tiling().cuts(2) == cuts);
}
