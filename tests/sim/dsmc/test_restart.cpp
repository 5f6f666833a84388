// A gas that is interrupted and goes on, to the last bit, on as many ranks or fewer.
#include "data/io/checkpoint.hpp"
#include "gas_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

void take_steps(Simulation& gas, Sampler& sampler, int steps) {
  for (int n = 0; n < steps; ++n) sampler.add(gas.step(sampler.sums_for_step()));
}

void restore_both(const Comm& group, const std::string& folder, Simulation& gas, Sampler& sampler) {
  const auto checkpoint = data::Checkpoint::open_newest(group, folder);
  gas.restore(*checkpoint->section("gas"));
  sampler.restore(*checkpoint->section("means"));
}

void goes_on(const std::string& keys) {
  INFO(keys);
  const auto params = dsmc_params("steps = 20\nsampling.start = 3\nsampling.blocks = 4\n" + keys);
  const auto whole = started_gas(comm(), params);
  Sampler means(*whole);
  take_steps(*whole, means, 9);
  const std::string folder = scratch_folder();
  data::CheckpointInfo info;
  info.step = 9;
  data::write_checkpoint(comm(), folder, info,
                         {{"gas", [&](data::StateWriter& writer) { whole->save(writer); }},
                          {"means", [&](data::StateWriter& writer) { means.save(writer); }}});
  take_steps(*whole, means, 11);

  Simulation again(comm(), params, 5);
  Sampler means_again(again);
  restore_both(comm(), folder, again, means_again);
  CHECK(again.num_steps_done() == 9);
  take_steps(again, means_again, 11);
  const auto expected = look_at(*whole);
  REQUIRE_ALL(look_at(again) == expected);
  REQUIRE_ALL(means_again.wall_fluxes() == means.wall_fluxes());
  REQUIRE_ALL(means_again.means(0)[4].value == means.means(0)[4].value);
  REQUIRE_ALL(means_again.means(0)[4].error == means.means(0)[4].error);

  // One rank by itself, and all the others together.
  const Comm some = comm().split(comm().is_root() ? 0 : 1);
  Simulation part(some, params, 5);
  Sampler part_means(part);
  restore_both(some, folder, part, part_means);
  take_steps(part, part_means, 11);
  const auto now = sim::dsmc::measure(part), then = sim::dsmc::measure(*whole);
  REQUIRE_ALL(now[0].particles == then[0].particles);
  REQUIRE_ALL(now[0].energy == then[0].energy);
  REQUIRE_ALL(now[0].fourth_moment == then[0].fourth_moment);
  REQUIRE_ALL(part_means.wall_fluxes() == means.wall_fluxes());
  REQUIRE_ALL(part_means.means(0)[8].value == means.means(0)[8].value);
}

}  // namespace

TEST_CASE("a gas goes on to the last bit", "[dsmc]") {
  goes_on("particles = 900\ncells = [20]\ndt = 0.02\n" + hard_spheres(0.1) +
          "[stage.x_low]\n[stage.x_high]\ntemperature = 2.0\n");
  goes_on("particles = 900\ncells = [5, 6]\ndt = 0.05\n" + hard_spheres(0.1) +
          "[stage.y_low]\nkind = \"inflow\"\ndensity = [1.5]\n[stage.y_high]\n"
          "kind = \"outflow\"\n");
  goes_on(
      "particles = 900\ncells = [12]\ndt = 0.02\n[[stage.species]]\nname = \"a\"\ndiameter = 1.0\n[[stage.species]]\n"
      "name = \"b\"\nmass = 5.0\ndiameter = 2.0\n[[stage.initial]]\nspecies = \"b\"\n[[stage.initial]]\nspecies = "
      "\"a\"\n");
}
