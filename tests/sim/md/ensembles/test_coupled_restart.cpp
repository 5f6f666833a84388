// Coupled runs that are interrupted and go on.
#include <cmath>

#include "catch.hpp"
#include "coupled.hpp"
#include "data/io/checkpoint.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::Engine;

namespace {

struct Kind {
  std::string thermostat, barostat;
};
const std::vector<Kind> kinds{{"nose_hoover", ""},
                              {"csvr", ""},
                              {"langevin", ""},
                              {"berendsen", ""},
                              {"nose_hoover", "mtk isotropic"},
                              {"csvr", "mtk triclinic"},
                              {"langevin", "stochastic_cell anisotropic"},
                              {"csvr", "stochastic_cell triclinic"}};

Coupled coupled_as(const Kind& kind) {
  return {.thermostat = kind.thermostat,
          .temperature = 1.3,
          .time = 0.1,
          .barostat = kind.barostat,
          .pressure = 4.0,
          .barostat_time = 0.3,
          .steps = 50,
          .temperature_end = 1.5};
}

const Setting setting{.table = lj(2.2, sim::md::Truncation::force), .dt = 0.004};

void write(const Engine& engine, const std::string& folder) {
  data::CheckpointInfo info;
  info.step = engine.num_steps_done();
  data::write_checkpoint(comm(), folder, info, {{"run", [&](data::StateWriter& writer) { engine.save(writer); }}});
}

Engine read(const Sample& sample, const Coupled& coupled, const Comm& comm, const std::string& folder) {
  Engine engine = make_unstarted(Sample{sample.box, {}, {}, {}, sample.masses, {}}, setting, coupled, comm);
  engine.restore(*data::Checkpoint::open_newest(comm, folder)->section("run"));
  return engine;
}

std::vector<double> state_of(const Engine& engine) {
  auto all = gather(engine, "position");
  const auto v = gather(engine, "velocity");
  all.insert(all.end(), v.begin(), v.end());
  for (const auto& vector : engine.system().box.cell) all.insert(all.end(), vector, vector + 3);
  all.push_back(conserved_energy(engine));
  return all;
}

}  // namespace

TEST_CASE("On as many ranks, a coupled run that was interrupted ends the same to the last bit", "[md]") {
  const auto kind = GENERATE(from_range(kinds));
  CAPTURE(kind.thermostat, kind.barostat);
  const auto coupled = coupled_as(kind);
  const auto sample = fcc_sample(4, 0.8, 1.2, 0.05);
  auto whole = make_coupled(sample, setting, coupled, comm());
  advance(whole, 60);
  for (const std::int64_t interruption : {0, 31}) {
    CAPTURE(interruption);
    const std::string folder = scratch_folder();
    auto first = make_coupled(sample, setting, coupled, comm());
    advance(first, interruption);
    write(first, folder);
    auto second = read(sample, coupled, comm(), folder);
    CHECK(state_of(second) == state_of(first));
    advance(second, 60 - interruption);
    CHECK(state_of(second) == state_of(whole));
    CHECK(second.num_builds() == whole.num_builds());
  }
}

TEST_CASE("A coupled run goes on with other numbers of ranks", "[md]") {
  const auto kind = GENERATE(from_range(kinds));
  CAPTURE(kind.thermostat, kind.barostat);
  const auto coupled = coupled_as(kind);
  const auto sample = fcc_sample(4, 0.8, 1.2, 0.05);
  auto whole = make_coupled(sample, setting, coupled, comm());
  advance(whole, 31);
  const std::string folder = scratch_folder();
  write(whole, folder);
  advance(whole, 10);
  const auto expected = state_of(whole);
  const Comm some = comm().split(comm().is_root() ? 0 : 1);
  auto part = read(sample, coupled, some, folder);
  advance(part, 10);
  REQUIRE_ALL(max_difference(state_of(part), expected) < 1e-9);
}

TEST_CASE("A checkpoint of another coupling is refused", "[md][bad]") {
  const auto sample = fcc_sample(4, 0.8, 1.2, 0.05);
  const std::string folder = scratch_folder();
  write(make_coupled(sample, setting, {.thermostat = "csvr"}, comm()), folder);
  REQUIRE_THROWS(read(sample, {.thermostat = "nose_hoover"}, comm(), folder));
}
