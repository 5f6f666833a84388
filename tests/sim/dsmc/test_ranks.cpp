// A gas is the same on any number of ranks, to the last bit.
#include <algorithm>

#include "gas_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

void same_on_all_ranks(const std::string& keys, int steps) {
  INFO(keys);
  const auto params = dsmc_params(keys);
  const auto shared = started_gas(comm(), params), alone = started_gas(comm().split(comm().rank()), params);
  Sampler means(*shared), means_alone(*alone);
  for (int n = 0; n < steps; ++n) {
    means.add(shared->step(means.sums_for_step()));
    means_alone.add(alone->step(means_alone.sums_for_step()));
  }
  // Those of this rank's cells, in their order.
  const auto& grid = shared->grid();
  std::vector<Seen> expected;
  for (const auto& one : look_at(*alone)) {
    double x[3] = {};
    std::copy_n(one.numbers.begin(), params.dimensions(), x);
    if (grid.local_of(grid.global_of(x)) >= 0) expected.push_back(one);
  }
  REQUIRE_ALL(look_at(*shared) == expected);
  REQUIRE_ALL(means.wall_fluxes() == means_alone.wall_fluxes());
  for (int a = 0; a < params.num_species(); ++a) {
    const auto here = means.means(a), there = means_alone.means(a);
    for (std::size_t n = 0; n < here.size(); ++n) REQUIRE_ALL(here[n].value == there[n].value);
  }
  const auto whole = sim::dsmc::measure(*shared), other = sim::dsmc::measure(*alone);
  for (std::size_t a = 0; a < whole.size(); ++a) {
    REQUIRE_ALL(whole[a].particles == other[a].particles);
    REQUIRE_ALL(whole[a].energy == other[a].energy);
    REQUIRE_ALL(whole[a].fourth_moment == other[a].fourth_moment);
  }
}

}  // namespace

TEST_CASE("ranks do not matter", "[dsmc]") {
  same_on_all_ranks("particles = 2000\ncells = [40]\ndt = 0.01\nsteps = 30\n" + hard_spheres(0.1), 30);
  same_on_all_ranks("particles = 3000\ncells = [7, 9]\ndt = 0.05\nsteps = 30\n" + hard_spheres(0.2) +
                        "[stage.x_low]\ntemperature = 2.0\nvelocity = [0.0, 0.3, 0.0]\n"
                        "[stage.x_high]\naccommodation = 0.5\n",
                    30);
  same_on_all_ranks(
      "particles = 4000\ncells = [6, 5, 4]\ndt = 0.04\nsteps = 24\nsampling.blocks = 4\n[[stage.species]]\n"
      "name = \"light\"\ndiameter = 0.4\n[[stage.species]]\nname = \"heavy\"\nmass = 7.0\ndiameter = 0.6\n"
      "viscosity_exponent = 0.7\nscattering = 1.5\n[[stage.initial]]\nspecies = \"light\"\ndensity = \"1 + x\"\n"
      "[[stage.initial]]\nspecies = \"heavy\"\ndensity = \"y\"\n[stage.z_low]\nkind = \"specular\"\n"
      "[stage.z_high]\n",
      24);
}

TEST_CASE("ranks do not matter to what flows in", "[dsmc]") {
  same_on_all_ranks("particles = 2500\ncells = [8, 6]\ndt = 0.05\nsteps = 30\n" + hard_spheres(0.2) +
                        "[stage.x_low]\nkind = \"inflow\"\ndensity = [2.0]\nvelocity = [1.0, 0.5, 0.0]\n"
                        "[stage.x_high]\nkind = \"outflow\"\n[stage.y_low]\nkind = \"inflow\"\n"
                        "density = [0.5]\ntemperature = 3.0\n[stage.y_high]\nkind = \"diffuse\"\n",
                    30);
}

TEST_CASE("ids are unlike", "[dsmc]") {
  const auto gas =
      started_gas(comm(), dsmc_params("particles = 1500\ncells = [12, 6]\ndt = 0.05\n" + hard_spheres(0.2) +
                                      "[stage.x_low]\nkind = \"inflow\"\ndensity = [3.0]\n"
                                      "[stage.x_high]\nkind = \"outflow\"\n"));
  advance(*gas, 20);
  const auto seen = look_at(*gas);
  std::vector<std::int64_t> ids;
  for (const auto& one : seen) ids.push_back(one.id);
  std::sort(ids.begin(), ids.end());
  REQUIRE_ALL(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  REQUIRE_ALL(ids.empty() || ids.front() >= 1);
}

TEST_CASE("another seed makes another gas", "[dsmc]") {
  const auto params = dsmc_params("particles = 500\ncells = [4]\ndt = 0.02\n" + hard_spheres(0.2));
  const auto one = started_gas(comm(), params, 1), other = started_gas(comm(), params, 2);
  CHECK(sim::dsmc::measure(*one).front().energy != sim::dsmc::measure(*other).front().energy);
}
