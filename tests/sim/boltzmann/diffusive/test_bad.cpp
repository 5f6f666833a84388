// What is said about lines that cannot be.
#include "lines.hpp"
#include "sim/boltzmann/diffusive/linear_kinetic_stage.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::boltzmann::diffusive;

namespace {

const std::string head = "collisions = \"isotropic\"\n";

std::string complaint(const std::string& keys) { return complaint_about<LinearKineticParams>(keys); }

/// Of a stage that is made and started.
std::string complaint_about_stage(const std::string& keys) {
  try {
    LinearKineticStage stage({comm(), "a", 5, {}}, read_stage<LinearKineticParams>(keys));
    stage.start();
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::input);
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("decks of lines that cannot be", "[boltzmann][bad]") {
  CHECK(complaint(head + "eps = 1\nsteps = 1\n") == "no error");
  CHECK_THAT(complaint("eps = 1\nsteps = 1\n"), Contains("collisions"));
  CHECK_THAT(complaint(head + "steps = 1\n"), Contains("eps"));
  CHECK_THAT(complaint(head + "eps = 0\nsteps = 1\n"), Contains("a.toml:6"));
  CHECK_THAT(complaint(head + "eps = 1\n"), Contains("give duration or steps"));
  CHECK_THAT(complaint(head + "eps = 1\nsteps = 1\nvelocities = 7\n"), Contains("an even number is needed"));
  CHECK_THAT(complaint(head + "eps = 1\nsteps = 1\norder = 3\n"), Contains("order"));
  CHECK_THAT(complaint(head + "eps = 1\nsteps = 1\ntemperature = 2\n"), Contains("temperature"));
  CHECK_THAT(complaint(head + "eps = 1\nsteps = 1\nscattering = \"1 + y\"\n"), Contains("unknown name 'y'"));
  CHECK_THAT(complaint(head + "eps = 1\nsteps = 1\n[stage.start]\ndensity = \"v\"\n"), Contains("unknown name 'v'"));
  CHECK_THAT(complaint(head + "eps = 1\nsteps = 1\n[stage.start]\ndensity = \"1\"\ndistribution = \"1 + v\"\n"),
             Contains("give either density or distribution"));
}

TEST_CASE("lines that cannot be", "[boltzmann][bad]") {
  const std::string keys = head + "eps = 0.01\ncells = 40\nsteps = 3\n";
  CHECK(complaint_about_stage(keys) == "no error");
  CHECK_THAT(complaint_about_stage(keys + "dt = 0.1\ndiffusion = \"explicit\"\n"),
             Contains("dt: 0.1 is longer than 0.000297") && Contains("explicit diffusion") &&
                 Contains("diffusion = \"implicit\" allows longer ones"));
  CHECK_THAT(complaint_about_stage(keys + "dt = 0.1\n"), Contains("dt: 0.1 is longer than 0.000287"));
  CHECK(complaint_about_stage(head + "eps = 1e-3\ncells = 40\nsteps = 3\ndt = 0.1\n") == "no error");
  CHECK_THAT(complaint_about_stage(keys + "scattering = \"x - 0.5\"\n"),
             Contains("scattering = \"x - 0.5\" is -0.5 at x = 0;"));
  CHECK_THAT(complaint_about_stage(keys + "scattering = \"1/x\"\n"), Contains("is infinite at x = 0"));
  CHECK_THAT(complaint_about_stage(keys + "[stage.start]\ndensity = \"log(x - 0.9)\"\n"),
             Contains("start.density = \"log(x - 0.9)\" is not a number at x = "));
  CHECK_THAT(complaint_about_stage(keys + "[stage.start]\ndistribution = \"sqrt(v)\"\n"),
             Contains("is not a number at x = ") && Contains("v = -0.98"));
  CHECK_THROWS_WITH(check_ranks(read_stage<LinearKineticParams>(head + "eps = 1\ncells = 8\nsteps = 1\nsides = "
                                                                       "\"reflecting\"\n"),
                                5),
                    Contains("8 cells cannot be shared by 5 ranks"));
}
