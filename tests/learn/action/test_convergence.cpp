// Trainings that find actions which are known in closed form: gaps to them after few iterations.
#include <cmath>

#include "action_run.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string learning(const std::string& density, const std::string& keys, const std::string& exact) {
  return "[[stage]]\nname = \"train\"\ntype = \"action_matching\"\niterations = 700\nbatch = 256\n"
         "network.hidden = [24, 24]\noptimiser.learning_rate = 5e-3\noptimiser.decay = \"cosine\"\n"
         "optimiser.average = 0.97\n" +
         keys + "[stage.density]\nkind = \"mixture\"\n" + density + "[stage.exact]\naction = \"" + exact +
         "\"\nsamples = 4000\n";
}

}  // namespace

// The phase of a free wave packet of width v0 that moves at k0 (its density is Gaussian, v = v0 + t^2/(4 v0)).
TEST_CASE("action matching finds the phase of a free wave packet", "[action]") {
  const auto folder = run_action(learning("component = [{mean = [\"0.8*t\"], variance = [\"0.3 + t^2/1.2\"]}]\n", "",
                                          "0.25*(t/0.6)/(0.3 + t^2/1.2)*(x - 0.8*t)^2 + 0.8*x"));
  CHECK_THAT(result_of(folder, "- K of the exact action"), WithinRel(-0.4790724600, 0.03));
  CHECK(result_of(folder, "action gap / K") < 0.02);
  CHECK_THAT(result_of(folder, "loss (mean of the last tenth)"), WithinRel(-0.479, 0.1));
}

// Heat spreads: without noise particles run apart; told of the noise that did it, nothing else needs to move them.
TEST_CASE("action matching with noise tells drift from diffusion", "[action]") {
  const std::string density = "component = [{mean = [\"0\", \"0\", \"0\"], variance = [\"0.5 + 1.5*t\"]}]\n";
  const auto plain = run_action(learning(density, "", "0.75*(x^2 + y^2 + z^2)/(2*(0.5 + 1.5*t))"));
  CHECK_THAT(result_of(plain, "- K of the exact action"), WithinRel(-0.7797905781, 0.03));
  CHECK(result_of(plain, "action gap / K") < 0.03);
  // Half of that noise: half of the velocity.
  const auto half =
      run_action(learning(density, "sigma = \"sqrt(0.75)\"\n", "0.375*(x^2 + y^2 + z^2)/(2*(0.5 + 1.5*t))"));
  CHECK_THAT(result_of(half, "- K of the exact action"), WithinRel(-0.25 * 0.7797905781, 0.03));
  CHECK(result_of(half, "action gap / K") < 0.05);
}

// A Gaussian that moves, widens and gains mass, with growth: the action itself is learned, not only its gradient.
TEST_CASE("action matching with growth finds velocities and rates", "[action]") {
  const auto folder = run_action(learning(
      "mass = \"exp(0.4*t)\"\ncomponent = [{mean = [\"1.5*t\"], variance = [\"0.5 + 0.7*t\"]}]\n", "growth = 1.0\n",
      "0.5*0.7/((0.5 + 0.7*t)*(2.5 + 0.7*t))*(x - 1.5*t)^2 + 1.5/(1.5 + 0.7*t)*(x - 1.5*t) + 0.4 - "
      "0.7/(2*(2.5 + 0.7*t))"));
  CHECK(result_of(folder, "action gap / K") < 0.03);
}
