// The stage of linear kinetic equations: the same on any number of ranks, after a restart, and in a run.
#include <fmt/format.h>

#include <cmath>

#include "base/memory.hpp"
#include "data/io/checkpoint.hpp"
#include "data/io/field_series.hpp"
#include "lines.hpp"
#include "run/registry.hpp"
#include "sim/boltzmann/diffusive/linear_kinetic_stage.hpp"
#include "stage_deck.hpp"
#include "stage_run.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::boltzmann::diffusive;

namespace {

const std::string uneven_start =
    "[stage.start]\ndistribution = \"1 + 0.5*cos(2*pi*x) + 0.2*v*sin(6*pi*x) + 0.1*v^2\"\n";

/// Of each kind of line: equations, diffusion, sides, orders.
std::vector<LinearKineticParams> kinds() {
  std::vector<LinearKineticParams> all;
  for (const std::string collisions : {"isotropic", "fokker_planck"})
    for (const std::string diffusion : {"explicit", "implicit"})
      for (const std::string sides : {"periodic", "reflecting"}) {
        const std::string force =
            collisions == "isotropic" ? "" : "temperature = 0.7\npotential = \"0.4*cos(2*pi*x)\"\n";
        all.push_back(line_params(
            collisions, sides == "periodic" ? 0.2 : 1e-4,
            fmt::format("cells = 19\nvelocities = 6\nsteps = 9\nscattering = \"1 + 0.3*sin(2*pi*x)^2\"\norder = {}\n"
                        "diffusion = \"{}\"\nsides = \"{}\"\ndistribution = true\n{}",
                        collisions == "isotropic" && diffusion == "explicit" ? 1 : 2, diffusion, sides, force) +
                uneven_start));
      }
  return all;
}

void advance(LinearKineticStage& stage, std::int64_t steps) {
  for (std::int64_t n = 0; n < steps; ++n) {
    sim::Agreement agreement;
    stage.step(agreement);
    REQUIRE_FALSE(agreement.error());
  }
}

/// All values of a field, on all ranks.
std::vector<double> whole_field(const data::Field& field) {
  const auto cells = static_cast<std::size_t>(field.mesh().num_cells()[0]);
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), field.values());
  std::vector<double> all(cells * static_cast<std::size_t>(field.components()), 0.0);
  for (int c = 0; c < field.components(); ++c)
    for (int n = 0; n < field.mesh().count()[0]; ++n)
      all[static_cast<std::size_t>(c) * cells + static_cast<std::size_t>(field.mesh().first()[0] + n)] =
          host(n + field.layers()[0], 0, 0, c);
  field.mesh().comm().all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
  return all;
}

/// Series and snapshots.
std::vector<std::vector<double>> written(LinearKineticStage& stage) {
  std::vector<std::vector<double>> all{stage.series_values()};
  for (const auto* field : stage.fields()) all.push_back(whole_field(*field));
  return all;
}

}  // namespace

TEST_CASE("lines do not depend on the number of ranks", "[boltzmann][ranks]") {
  for (const auto& params : kinds()) {
    INFO("eps = " << params.eps << ", order " << params.order);
    const auto run = [&](const Comm& group) {
      LinearKineticStage stage({group, "a", 5, {}}, params);
      stage.start();
      advance(stage, 9);
      return written(stage);
    };
    const auto together = run(comm());
    CHECK(together == run(comm().split(comm().rank())));
    CHECK(together.size() == 4);
  }
}

TEST_CASE("lines go on after a restart as if there had been none", "[boltzmann][restart]") {
  for (const auto& params : kinds()) {
    const std::string folder = scratch_folder();
    LinearKineticStage whole({comm(), "a", 5, {}}, params);
    whole.start();
    advance(whole, 4);
    data::write_checkpoint(comm(), folder, {}, {{"stage", [&](data::StateWriter& writer) { whole.save(writer); }}});
    advance(whole, 5);
    const auto expected = written(whole);
    for (const auto& group : {comm(), comm().split(comm().is_root() ? 0 : 1)}) {
      LinearKineticStage again({group, "a", 5, {}}, params);
      again.restore(*data::Checkpoint::open_newest(group, folder)->section("stage"));
      CHECK(again.time() == 4.0 * again.dt());
      advance(again, 5);
      CHECK(written(again) == expected);
      CHECK(again.results()[2].value == whole.results()[2].value);
    }
  }
}

TEST_CASE("a line runs from a deck", "[boltzmann]") {
  const auto folder = run_stages(run::standard_registry(),
                                 "[[stage]]\nname = \"a\"\ntype = \"linear_kinetic\"\ncollisions = \"fokker_planck\"\n"
                                 "eps = 0.1\ncells = 32\nvelocities = 8\nduration = 0.02\ndistribution = true\n"
                                 "[[stage.parameter]]\nname = \"height\"\nvalue = 0.25\n"
                                 "[stage.start]\ndensity = \"1 + height*cos(2*pi*x/L)\"\n"
                                 "[stage.output]\nseries = 5\nsnapshots = 10\n");
  CHECK_THAT(result_of(folder, "first wave, cosine"), WithinAbs(0.25 * 0.638768992, 1e-3));
  CHECK(std::fabs(result_of(folder, "change of mass, relative")) < 1e-13);
  const auto head = content_of(folder + "/a/series.csv");
  CHECK_THAT(head, Contains("time,mass,cosine,sine,entropy,deviation,kinetic_energy\n0,0,"));
  const auto snapshot = data::read_fields(comm(), folder + "/a/fields.h5");
  REQUIRE(snapshot.fields.size() == 3);
  CHECK_THAT(snapshot.time, WithinAbs(0.02, 1e-12));
}

TEST_CASE("the memory of a line is what is foretold", "[boltzmann]") {
  for (const std::string keys : {"order = 1\n", "", "sides = \"reflecting\"\ndiffusion = \"explicit\"\n"}) {
    const auto params = line_params("isotropic", 1.0, "cells = 4000\nsteps = 1\ndistribution = true\n" + keys);
    const auto before = memory_use().views;
    LinearKineticStage stage({comm(), "a", 5, {}}, params);
    stage.start();
    advance(stage, 1);
    const auto held = static_cast<double>(memory_use().views - before);
    // Files take a copy of f / M, and systems of equations lie in plain memory.
    const double cells = 4000.0 / comm().size(), others = params.diffusion == DiffusionPart::implicitly ? 5.0 : 0.0;
    CHECK_THAT(line_bytes(params, comm().size()) - 8.0 * cells * (16.0 + others), WithinRel(held, 0.03));
  }
}
