// What is said about mixtures that cannot be.
#include "catch.hpp"
#include "sim/boltzmann/disparate/mixture_stage.hpp"
#include "stage_deck.hpp"

namespace tessera::test {

using namespace sim::boltzmann::disparate;

TEST_CASE("decks of mixtures that cannot be", "[disparate][bad]") {
  const auto complaint = [](const std::string& keys) { return complaint_about<MixtureParams>(keys); };
  CHECK(complaint("eps = [0.1]\n") == "no error");
  CHECK_THAT(complaint("epoch = 1\n"), Contains("eps"));
  CHECK_THAT(complaint("eps = []\n"), Contains("at least one ratio"));
  CHECK_THAT(complaint("eps = [1.0]\n"), Contains("eps") && Contains("1"));
  CHECK_THAT(complaint("eps = [0.1]\nexponent = 1.5\n"), Contains("exponent"));
  CHECK_THAT(complaint("eps = [0.1]\nepoch = 3\n"), Contains("epoch"));
  CHECK_THAT(complaint("eps = [0.1]\nlongest = 1\n"), Contains("expected growth above 1"));
  CHECK_THAT(complaint("eps = [0.1]\n[stage.light]\ndensity = -1\n"), Contains("density"));
  CHECK_THAT(complaint("eps = [0.1]\n[stage.light]\ntemperature = 4\n"),
             Contains("leave out") && Contains("larger half_width"));
  CHECK_THAT(complaint("eps = [0.1]\n[stage.heavy]\nvelocity = [4, 0, 0]\n"), Contains("larger half_width"));
  CHECK_THAT(complaint("eps = [0.1]\n[stage.light.velocities]\npoints = 23\n"), Contains("even number"));
  CHECK_THAT(complaint("eps = [0.1]\n[stage.light.velocities]\ndimensions = 2\n"), Contains("3 dimensions"));
  CHECK_THAT(complaint("eps = [0.1]\n[stage.light]\nshape = \"beams\"\nseparation = 2\n"),
             Contains("expected less than"));
  CHECK_THAT(complaint("eps = [0.1]\nreference = \"maxwell\"\n"), Contains("expected exponent = 0"));
  CHECK_THAT(complaint("eps = [0.1]\nreference = \"exact\"\n[stage.light]\nvelocity = [0.1, 0, 0]\n"),
             Contains("isotropic gases at rest"));
}

}  // namespace tessera::test
