// Replicas on groups of ranks, and their restarts.
#include <cmath>

#include "catch.hpp"
#include "data/io/checkpoint.hpp"
#include "tempering.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::md;

namespace {

/// Energies by replica, and who has which temperature.
std::vector<double> state_of(const ReplicaStage& stage) {
  auto state = stage.energies();
  for (int k = 0; k < stage.exchange().size(); ++k) state.push_back(stage.exchange().replica_at(k));
  return state;
}

void write(ReplicaStage& stage, const std::string& folder) {
  data::write_checkpoint(comm(), folder, {}, {{"run", [&](data::StateWriter& writer) { stage.save(writer); }}});
}

}  // namespace

TEST_CASE("Replicas go the same way on any number of ranks", "[md]") {
  for (const auto& above :
       {std::vector<double>{1.0, 1.25}, std::vector<double>{0.9}, std::vector<double>{1, 2, 3, 4}}) {
    CAPTURE(above.size());
    const auto params = tempering(above);
    const auto run = [&](const Comm& comm) {
      ReplicaStage stage(context_on(comm), params);
      stage.start();
      step(stage, comm, 40);
      return state_of(stage);
    };
    const auto expected = alone(run), found = run(comm());
    REQUIRE_ALL(max_difference(found, expected) < 1e-9);
    bool has_changed = false;
    for (std::size_t k = 0; k <= above.size(); ++k)
      has_changed = has_changed || expected[above.size() + 1 + k] != static_cast<double>(k);
    CHECK(has_changed);
  }
}

TEST_CASE("Replicas start apart, each at its temperature", "[md]") {
  ReplicaStage stage(context_on(comm()), tempering({0.8 * 2.0, 0.8 * 3.0}));
  stage.start();
  CHECK(stage.num_items() == 96);
  CHECK(stage.ladder() == std::vector<double>{0.8, 1.6, 0.8 * 3.0});
  step(stage, comm(), 1);
  const auto energies = stage.energies();
  CHECK(std::abs(energies[1] - energies[0]) > 1e-3);
  CHECK(std::abs(energies[2] - energies[1]) > 1e-3);
}

TEST_CASE("What a stage of replicas writes belongs to temperatures", "[md]") {
  auto params = tempering();
  params.steps = 40;
  params.replicas->equilibration = 20;
  ReplicaStage stage(context_on(comm()), params);
  stage.start();
  step(stage, comm(), 40);
  const auto columns = stage.series_columns();
  const auto values = stage.series_values();
  REQUIRE(columns.size() == 7);
  REQUIRE(values.size() == columns.size());
  CHECK(columns[3].name == "potential_energy_3");
  CHECK(values[0] == Approx(0.2));
  const auto energies = stage.energies();
  for (int k = 0; k < 3; ++k)
    CHECK(values[static_cast<std::size_t>(1 + k)] ==
          energies[static_cast<std::size_t>(values[static_cast<std::size_t>(4 + k)]) - 1]);
  CHECK(stage.exchange().energy(0).count() == 4);  // behind steps 25, 30, 35 and 40

  data::Table& table = *stage.table();
  REQUIRE(table.num_global() == 24);
  const auto steps = table.gather<std::int64_t>("step", {0, 3, 23});
  CHECK(steps == std::vector<std::int64_t>{5, 10, 40});
  const auto replicas = table.gather<std::int64_t>("replica", {0, 1, 2});
  CHECK(replicas == std::vector<std::int64_t>{1, 2, 3});

  const auto reports = stage.reports();
  REQUIRE(reports.size() == 1);
  REQUIRE(reports[0].rows.size() == 3);
  CHECK(reports[0].rows[1][0] == 1.0);
  CHECK(reports[0].rows[1][2] == stage.exchange().energy(1).mean());

  const data::System* coldest = stage.system();
  REQUIRE(coldest != nullptr);
  CHECK(coldest->particles.num_global() == 32);
  CHECK(coldest->particles.comm().size() == comm().size());
}

TEST_CASE("Velocities and thermostats follow the temperature, and what is conserved goes on", "[md]") {
  const auto kind = GENERATE(ThermostatKind::langevin, ThermostatKind::csvr, ThermostatKind::nose_hoover);
  auto params = tempering();
  params.replicas.reset();
  params.dt = 0.002;
  params.thermostat->kind = kind;
  if (kind != ThermostatKind::langevin) {
    params.thermostat->friction.reset();
    params.thermostat->time = 0.05;
  }
  MdStage stage(context_on(comm()), params);
  stage.start();
  step(stage, comm(), 20);
  const auto conserved = [&] {
    const auto& engine = stage.engine();
    const auto totals = engine.totals();
    return totals.kinetic + totals.potential + engine.ensemble().energy(engine);
  };
  const double energy = conserved(), kinetic = stage.engine().kinetic().energy;
  stage.change_temperature(3.2, 2.0);
  CHECK_THAT(stage.engine().kinetic().energy, WithinRel(4.0 * kinetic, 1e-13));
  CHECK_THAT(conserved(), WithinAbs(energy, 1e-10));
  double sum = 0.0;
  for (int n = 0; n < 200; ++n) {
    step(stage, comm(), 1);
    sum += stage.engine().kinetic().energy / 200.0;
  }
  CHECK_THAT(sum / (0.5 * stage.engine().degrees_of_freedom()), WithinAbs(3.2, 0.8));
  CHECK_THAT(conserved(), WithinAbs(energy, 1.0));
}

TEST_CASE("On as many ranks, replicas that were interrupted end the same to the last bit", "[md]") {
  const auto params = tempering();
  ReplicaStage whole(context_on(comm()), params);
  whole.start();
  step(whole, comm(), 60);
  for (const int interruption : {0, 33}) {
    CAPTURE(interruption);
    const std::string folder = scratch_folder();
    ReplicaStage first(context_on(comm()), params);
    first.start();
    step(first, comm(), interruption);
    write(first, folder);
    ReplicaStage second(context_on(comm()), params);
    second.restore(*data::Checkpoint::open_newest(comm(), folder)->section("run"));
    CHECK(state_of(second) == state_of(first));
    step(second, comm(), 60 - interruption);
    CHECK(state_of(second) == state_of(whole));
    CHECK(second.series_values() == whole.series_values());
    for (int k = 0; k < 3; ++k) CHECK(second.exchange().energy(k).mean() == whole.exchange().energy(k).mean());
  }
}

TEST_CASE("Replicas go on with other numbers of ranks", "[md]") {
  const auto params = tempering();
  ReplicaStage whole(context_on(comm()), params);
  whole.start();
  step(whole, comm(), 33);
  const std::string folder = scratch_folder();
  write(whole, folder);
  step(whole, comm(), 12);
  const auto expected = state_of(whole);
  const Comm some = comm().split(comm().is_root() ? 0 : 1);
  ReplicaStage part(context_on(some), params);
  part.restore(*data::Checkpoint::open_newest(some, folder)->section("run"));
  step(part, some, 12);
  REQUIRE_ALL(max_difference(state_of(part), expected) < 1e-9);
}

TEST_CASE("A replica that blows up takes all ranks along", "[md][bad]") {
  auto params = tempering({1.0, 1e9});
  params.thermostat->kind = ThermostatKind::csvr;
  params.thermostat->friction.reset();
  params.thermostat->time = 0.01;
  ReplicaStage stage(context_on(comm()), params);
  stage.start();
  REQUIRE_THROWS_WITH(step(stage, comm(), 20), Contains("blown up"));
}

TEST_CASE("Replicas begin with what an earlier stage ended with, whole in every group", "[md]") {
  auto params = tempering();
  auto before = params;
  before.replicas.reset();
  MdStage first({comm(), "first", 7, {}}, before);
  first.start();
  step(first, comm(), 30);
  params.lattice.reset();
  params.velocity.reset();
  params.data = "first";
  auto context = context_on(comm());
  context.earlier_system = [&](const std::string& name) { return name == "first" ? first.system() : nullptr; };
  ReplicaStage stage(context, params);
  stage.start();
  CHECK(stage.num_items() == 96);
  for (const double energy : stage.energies()) CHECK_THAT(energy, WithinRel(first.potential_energy(), 1e-12));
  step(stage, comm(), 20);
  params.data = "second";
  ReplicaStage lost(context, params);
  REQUIRE_THROWS_WITH(lost.start(), Contains("\"second\""));
}
