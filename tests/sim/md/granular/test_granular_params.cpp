// What decks say about grains.
#include <cmath>

#include "catch.hpp"
#include "sim/md/granular/grain_types.hpp"
#include "sim/md/granular/gravity.hpp"
#include "sim/md/lattice.hpp"
#include "sim/md/params.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::sim::md;

namespace {

MdParams read(const std::string& keys) { return test::read_stage<MdParams>(keys); }
std::string message_of(const std::string& keys) { return test::complaint_about<MdParams>(keys); }

const std::string lattice =
    "[stage.lattice]\nkind = \"sc\"\nspacing = 1.1\ncells = [4, 4, 4]\nperiodic = \"xy\"\ntypes = [\"grain\", "
    "\"bed\"]\n"
    "composition = [1, 0]\n[stage.lattice.bottom]\ntype = \"bed\"\n";
const std::string contacts = "[stage.granular]\nstiffness = 700\n";

}  // namespace

TEST_CASE("Tangential values of contacts follow from the others", "[md]") {
  const auto params = read(lattice + contacts + "damping = 8\nradius = 0.5\n");
  CHECK_FALSE(params.pair.has_value());
  CHECK_THAT(params.granular->tangential_stiffness.value(), WithinRel(200.0, 1e-14));
  CHECK(params.granular->tangential_damping == 4.0);
  CHECK(reference_cutoff(params) == 1.0);
  const auto box = lattice_box(*params.lattice);
  CHECK(box.is_periodic[1]);
  CHECK_FALSE(box.is_periodic[2]);
}

TEST_CASE("Gravity points down, along a direction or down a chute", "[md]") {
  const auto of = [](const std::string& keys) {
    const auto params = read(lattice + contacts + "radius = 0.5\n[stage.gravity]\nacceleration = 2\n" + keys);
    const auto g = acceleration_of(*params.gravity);
    return std::vector<double>{g[0], g[1], g[2]};
  };
  CHECK(of("") == std::vector<double>{0.0, 0.0, -2.0});
  CHECK(of("direction = [0, 5, 0]\n") == std::vector<double>{0.0, 2.0, 0.0});
  const auto chute = of("chute_angle = 30\n");
  CHECK_THAT(chute[0], WithinRel(1.0, 1e-14));
  CHECK_THAT(chute[2], WithinRel(-std::sqrt(3.0), 1e-14));
}

TEST_CASE("Decks of grains that make no sense are refused", "[md][bad]") {
  CHECK_THAT(message_of(lattice + "[stage.granular]\nstiffness = -1\nradius = 0.5\n"), Contains("stiffness"));
  CHECK_THAT(message_of(lattice + contacts), Contains("grains need a radius"));
  CHECK_THAT(message_of(lattice + contacts + "radius = 0.5\nfriction = -0.1\n"), Contains("friction"));
  CHECK_THAT(message_of(lattice + contacts + "radius = 0.5\n[stage.pair]\n"), Contains("without other potentials"));
  CHECK_THAT(message_of(lattice + contacts + "radius = 0.5\n[stage.thermostat]\nkind = \"csvr\"\ntemperature = 1\n"),
             Contains("without thermostat"));
  CHECK_THAT(
      message_of(lattice + contacts + "radius = 0.5\n[stage.gravity]\nacceleration = 1\ndirection = [0, 0, 0]\n"),
      Contains("not all zero"));
  CHECK_THAT(message_of(lattice + contacts +
                        "radius = 0.5\n[stage.gravity]\nacceleration = 1\n"
                        "direction = [0, 0, 1]\nchute_angle = 3\n"),
             Contains("not both"));
  CHECK_THAT(message_of("[stage.lattice]\ndensity = 1\n[stage.lattice.bottom]\ntype = \"bed\"\n"),
             Contains("is not one of types"));
}

TEST_CASE("Names of types, and types without a radius", "[md][bad]") {
  const std::vector<data::Species> species{{"grain", 1.0}, {"bed", 1.0}};
  GranularParams params;
  params.stiffness = 1.0;
  params.types = {{"grain", 0.5}};
  CHECK_THROWS_WITH(make_grain_types(params, species), Contains("grains of type \"bed\" have no radius"));
  params.radius = 0.4;
  params.frozen = {"sand"};
  CHECK_THROWS_WITH(make_grain_types(params, species), Contains("there is no type \"sand\""));
  params.frozen = {"bed"};
  const auto types = make_grain_types(params, species);
  const auto radius = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), types.radius);
  CHECK(radius(0) == 0.5);
  CHECK(radius(1) == 0.4);
}
