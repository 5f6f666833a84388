#include "catch.hpp"

#include <cmath>

#include "base/agree.hpp"
#include "data/io/checkpoint.hpp"
#include "samples.hpp"
#include "sim/md/estimate.hpp"
#include "sim/md/md.hpp"
#include "sim/md/md_stage.hpp"

using namespace tessera;
using namespace tessera::sim::md;

namespace {

MdParams small_melt() {
  MdParams params;
  params.steps = 40;
  params.lattice.emplace();
  params.lattice->cells = {5, 5, 5};
  params.lattice->density = 0.8442;
  params.velocity.emplace();
  params.pair.emplace();
  params.pair->epsilon = params.pair->sigma = 1.0;
  params.pair->cutoff = 2.5;
  params.neighbours.skin = 0.4;
  params.neighbours.inner_skin = 0.2;
  return params;
}

sim::StageContext context() { return {test::comm(), "melt", 87287, {}}; }

/// What the loop does after a step.
void step(MdStage& stage) {
  sim::Agreement mine;
  stage.step(mine);
  double values[] = {mine.raised(0), mine.raised(1)};
  test::comm().all_reduce(values, 2, Op::max);
  agree(test::comm(), Outcome{mine.error()});
  sim::Agreement all;
  all.raise(0, values[0]);
  all.raise(1, values[1]);
  stage.agreed(all);
}

enum class Of : std::size_t {
  time,
  temperature,
  potential,
  kinetic,
  total,
  pressure,
  xx,
  yy,
  zz,
  xy,
  xz,
  yz,
  density,
  px,
  py,
  pz
};

double get(const std::vector<double>& row, Of column) { return row.at(static_cast<std::size_t>(column)); }

}  // namespace

TEST_CASE("the series of a melt begins where the deck says and keeps what is conserved", "[md]") {
  MdStage stage(context(), small_melt());
  stage.start();
  REQUIRE(stage.num_items() == 500);
  REQUIRE(stage.series_columns().size() == 16);
  const auto first = stage.series_values();
  REQUIRE(first.size() == 16);
  CHECK_THAT(get(first, Of::temperature), WithinRel(1.44, 1e-13));
  CHECK_THAT(get(first, Of::density), WithinRel(0.8442, 1e-13));
  // The perfect crystal: published for 32000 atoms as energy per atom and pressure of the LAMMPS benchmark.
  CHECK_THAT(get(first, Of::potential) / 500.0, WithinAbs(-6.7733681, 1e-7));
  CHECK_THAT(get(first, Of::kinetic) / 500.0, WithinAbs(1.5 * 1.44 * 499.0 / 500.0, 1e-12));
  CHECK_THAT(get(first, Of::pressure),
             WithinAbs((get(first, Of::xx) + get(first, Of::yy) + get(first, Of::zz)) / 3.0, 1e-12));
  for (int n = 0; n < 40; ++n) step(stage);
  const auto last = stage.series_values();
  CHECK_THAT(get(last, Of::time), WithinRel(0.2, 1e-14));
  CHECK(get(last, Of::temperature) < 1.0);
  // The potential jumps at the cutoff: in the stored LAMMPS run of 32000 atoms the energy changes by 1.9e-3.
  CHECK_THAT(get(last, Of::total), WithinRel(get(first, Of::total), 3e-3));
  for (const auto n : {Of::px, Of::py, Of::pz}) CHECK_THAT(get(last, n), WithinAbs(0.0, 1e-10));
  const auto results = stage.results();
  CHECK(results.at(0).label == "temperature (mean of second half)");
  CHECK_THAT(results.at(0).value, WithinRel(get(last, Of::temperature), 1e-14));
}

TEST_CASE("tail corrections enter energy and pressure, and want a periodic box", "[md]") {
  auto params = small_melt();
  MdStage plain(context(), params);
  plain.start();
  params.pair->tail = true;
  MdStage corrected(context(), params);
  corrected.start();
  const auto a = plain.series_values(), b = corrected.series_values();
  const auto tail = tail_corrections(test::lj(2.5), {500}, 500 / 0.8442);
  CHECK_THAT(get(b, Of::potential) - get(a, Of::potential), WithinRel(tail.energy, 1e-10));
  CHECK_THAT(get(b, Of::pressure) - get(a, Of::pressure), WithinRel(tail.pressure, 1e-10));
  CHECK_THAT(get(b, Of::yy) - get(a, Of::yy), WithinRel(tail.pressure, 1e-10));
  CHECK_THAT(get(b, Of::xy) - get(a, Of::xy), WithinAbs(0.0, 1e-10));
}

TEST_CASE("a stage restored from a checkpoint goes on bit for bit", "[md]") {
  auto params = small_melt();
  params.rdf.emplace();
  params.rdf->every = 10;
  params.msd.emplace();
  MdStage stage(context(), params);
  stage.start();
  for (int n = 0; n < 17; ++n) step(stage);
  const std::string folder = test::scratch_folder();
  data::CheckpointInfo info;
  info.step = 17;
  data::write_checkpoint(test::comm(), folder, info, {{"melt", [&](data::StateWriter& w) { stage.save(w); }}});
  const auto checkpoint = data::Checkpoint::open_newest(test::comm(), folder);
  MdStage again(context(), params);
  again.restore(*checkpoint->section("melt"));
  REQUIRE(again.num_items() == 500);
  for (int n = 0; n < 23; ++n) {
    step(stage);
    step(again);
    REQUIRE(stage.series_values() == again.series_values());
  }
  const auto reports = stage.reports(), others = again.reports();
  REQUIRE(reports.size() == 2);
  for (std::size_t n = 0; n < 2; ++n) CHECK(reports[n].rows == others[n].rows);
  CHECK(stage.results().at(0).value == again.results().at(0).value);
  CHECK(test::gather(stage.engine(), "position") == test::gather(again.engine(), "position"));
}

TEST_CASE("types have the temperature of their own particles", "[md]") {
  auto params = small_melt();
  params.lattice->types = {"A", "B", "C"};
  params.lattice->composition = {1.0, 3.0, 0.0};
  params.lattice->masses = {1.0, 5.0, 1.0};
  params.temperature_by_type = true;
  MdStage stage(context(), params);
  stage.start();
  for (int n = 0; n < 10; ++n) step(stage);
  const auto columns = stage.series_columns();
  REQUIRE(columns.size() == 19);
  REQUIRE((columns[16].name == "temperature_A" && columns[18].name == "temperature_C"));
  const auto row = stage.series_values();
  const auto& particles = stage.engine().system().particles;
  const auto copy = [](const auto& view) { return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view); };
  const auto velocity = copy(particles.get<double>("velocity"));
  const auto type = copy(particles.get<int>("type"));
  double sums[2] = {};
  for (int i = 0; i < particles.num_owned(); ++i)
    for (int c = 0; c < 3; ++c) sums[type(i, 0)] += velocity(i, c) * velocity(i, c);
  test::comm().all_reduce(sums, 2, Op::sum);
  // 125 of mass 1, 375 of mass 5, which have one and fifteen sixteenths of the mass, and of what is no heat.
  const double freedom[2] = {3.0 * 125 - 3.0 / 16.0, 3.0 * 375 - 45.0 / 16.0};
  CHECK_THAT(row[16], WithinRel(sums[0] / freedom[0], 1e-12));
  CHECK_THAT(row[17], WithinRel(5.0 * sums[1] / freedom[1], 1e-12));
  CHECK(row[18] == 0.0);
  CHECK_THAT((freedom[0] * row[16] + freedom[1] * row[17]) / (3.0 * 499), WithinRel(get(row, Of::temperature), 1e-12));
}

TEST_CASE("a simulation that blows up says so on every rank", "[md]") {
  auto params = small_melt();
  params.dt = 0.5;
  MdStage stage(context(), params);
  stage.start();
  const auto run = [&] {
    for (int n = 0; n < 40; ++n) step(stage);
  };
  REQUIRE_THROWS_WITH(run(), Contains("blown up") && Contains("smaller dt"));
}

TEST_CASE("ranks without any particle take part", "[md]") {
  auto params = small_melt();
  params.lattice->kind = LatticeKind::sc;
  params.lattice->cells = {1, 1, 2};
  params.lattice->density = 0.05;
  params.pair->truncation = Truncation::force;
  params.rdf.emplace();
  params.msd.emplace();
  MdStage stage(context(), params);
  stage.start();
  REQUIRE(stage.num_items() == 2);
  const auto first = stage.series_values();
  for (int n = 0; n < 40; ++n) step(stage);
  // Two particles that meet softly at most once: an error of order dt^2 = 2.5e-5, and the scale of energies is 1.
  const double change = get(stage.series_values(), Of::total) - get(first, Of::total);
  CHECK_THAT(change, WithinAbs(0.0, 1e-3));
  CHECK(stage.reports().size() == 2);
}

TEST_CASE("lists that are not allowed to be rebuilt in time are counted", "[md]") {
  auto params = small_melt();
  params.neighbours.every = 1000;
  MdStage stage(context(), params);
  stage.start();
  for (int n = 0; n < 40; ++n) step(stage);
  CHECK(stage.engine().num_outdated() > 0);
  CHECK(stage.engine().num_builds() == 1);
  CHECK(stage.results().back().label == "steps with outdated lists");
}

TEST_CASE("the estimate knows particles, box and neighbours before anything is made", "[md]") {
  const auto estimate = estimate_run(test::comm(), small_melt(), 4);
  CHECK(estimate.items == 500);
  CHECK(estimate.bytes_per_rank > 4e4);
  std::string remarks;
  for (const auto& remark : estimate.remarks) remarks += remark + "\n";
  CHECK_THAT(remarks, Contains("40 steps of 0.005 tau = 0.2 tau"));
  CHECK_THAT(remarks, Contains("box 8.398 x 8.398 x 8.398 sigma"));
  auto params = small_melt();
  params.grid = {1, 1, 3};
  CHECK_THROWS_WITH(estimate_run(test::comm(), params, 4), Contains("makes 3 tiles"));
  params = small_melt();
  params.pair->cutoff = 200.0;
  CHECK_THROWS_WITH(estimate_run(test::comm(), params, 1), Contains("times as wide as the box"));
}

TEST_CASE("the type of the stage has fresh parameters and a line about itself", "[md]") {
  const auto type = make_md_type();
  CHECK(type->name() == "md");
  CHECK_THAT(type->summary(), Contains("molecular dynamics"));
  CHECK(type->make_params()->num_steps() == 1000);
  CHECK(type->make_params()->uses().empty());
}
