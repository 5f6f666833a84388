// What a deck of colliding particles may not say.
#include "gas_samples.hpp"
#include "sim/dsmc/estimate.hpp"
#include "sim/dsmc/limits.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string complaint(const std::string& keys) { return complaint_about<DsmcParams>(keys); }

std::string complaint_at_start(const std::string& keys) {
  try {
    started_gas(comm(), dsmc_params(keys));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const std::string two_species =
    "[[stage.species]]\nname = \"a\"\ndiameter = 1.0\n[[stage.species]]\nname = \"b\"\ndiameter = 1.0\n";

}  // namespace

TEST_CASE("a deck of colliding particles is checked", "[dsmc][bad]") {
  CHECK(complaint(hard_spheres(1.0)) == "no error");
  CHECK_THAT(complaint(""), Contains("how do 'gas' and 'gas' collide"));
  CHECK_THAT(complaint("cells = [4, 4, 4, 4]\n" + hard_spheres(1.0)), Contains("4 numbers; expected at most three"));
  CHECK_THAT(complaint("sampling.start = 11\nsteps = 10\n" + hard_spheres(1.0)),
             Contains("means begin after 11 steps, of which there are 10"));
  CHECK_THAT(complaint(two_species + "[[stage.initial]]\nspecies = \"a\"\n"),
             Contains("there is nothing of 'b' at the start"));
  CHECK_THAT(complaint(two_species + "[[stage.initial]]\nspecies = \"c\"\n"),
             Contains("there is no species 'c'; expected one of a, b"));
  CHECK_THAT(complaint(hard_spheres(1.0) + "[[stage.initial]]\nshape = 0.4\n"), Contains("shape"));
}

TEST_CASE("sides are checked", "[dsmc][bad]") {
  const std::string slab = "cells = [10]\n" + hard_spheres(1.0);
  CHECK_THAT(complaint(slab + "[stage.x_low]\n"), Contains("x_low and x_high: both are periodic, or none is"));
  CHECK_THAT(complaint(slab + "[stage.y_low]\n[stage.y_high]\n"), Contains("there is no side y_low"));
  CHECK_THAT(complaint(slab + "[stage.x_low]\nvelocity = [0.1, 0.0, 0.0]\n"
                              "[stage.x_high]\n"),
             Contains("a wall moves along itself only; expected 0 as component 1"));
  CHECK_THAT(complaint(slab + "[stage.x_low]\nkind = \"inflow\"\n[stage.x_high]\n"),
             Contains("0 densities; expected one for each of the 1 species"));
  CHECK_THAT(complaint(slab + "[stage.x_low]\nkind = \"specular\"\ntemperature = 1.0\n"), Contains("temperature"));
}

TEST_CASE("a gas that cannot be is refused at its start", "[dsmc][bad]") {
  CHECK_THAT(complaint_at_start("cells = [10]\ndt = 0.01\n" + hard_spheres(1.0) +
                                "[[stage.initial]]\ndensity = \"x - 0.5\"\n"),
             Contains("density is -0.45 at (0.05, 0.5, 0.5); expected 0 or more"));
  CHECK_THAT(complaint_at_start(hard_spheres(1.0) + "[[stage.initial]]\ntemperature = \"log(x - 0.5)\"\n"),
             Contains("temperature is -inf"));
  CHECK_THAT(complaint_at_start("cells = [10]\ndt = 0.1\n" + hard_spheres(1.0)),
             Contains("fly over 1.41 cells; expected at most one, and better a quarter: dt = 0.0177"));
  CHECK_THAT(complaint_at_start(hard_spheres(1.0) + "[[stage.initial]]\ndensity = 0\n"),
             Contains("the box is empty at the start"));
}

TEST_CASE("what a run will take is told, with what is too coarse", "[dsmc]") {
  const auto coarse =
      sim::dsmc::estimate_of(dsmc_params("particles = 1000\ncells = [10, 30]\ndt = 0.02\n" + hard_spheres(0.05)), 2);
  std::string remarks;
  for (const auto& remark : coarse.remarks) remarks += remark + "\n";
  CHECK_THAT(remarks, Contains("a cell is 2 mean free paths wide"));
  CHECK_THAT(remarks, Contains("of the time between collisions: expected at most 0.2"));
  CHECK_THAT(remarks, Contains("of the time to cross a cell: expected at most 0.25"));
  CHECK_THAT(remarks, Contains("cells of 3.33 particles"));
  CHECK(coarse.bytes_per_rank > 500 * 150.0);
  const auto fine =
      sim::dsmc::estimate_of(dsmc_params("particles = 100000\ncells = [40]\ndt = 0.002\n" + hard_spheres(0.5)), 1);
  CHECK(fine.remarks.size() == 1);
  REQUIRE_THROWS_WITH(sim::dsmc::estimate_of(dsmc_params("cells = [3]\n" + hard_spheres(1.0)), 4),
                      Contains("cannot be cut into 4 blocks"));
}
