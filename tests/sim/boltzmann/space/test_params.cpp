// What is said about decks that cannot be.
#include "space_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string velocity = "[stage.velocity]\ndimensions = 2\npoints = 16\nhalf_width = [6.0]\n";
const std::string line = "cells = [8]\nsteps = 1\nviscosity = 1.0\n";

std::string side(const std::string& what) { return "[stage.x_low]\n" + what + "[stage.x_high]\nkind = \"outflow\"\n"; }

}  // namespace

TEST_CASE("decks of gases that cannot be are refused with what would do", "[boltzmann][bad]") {
  const auto complaint = complaint_about_gas;
  CHECK(complaint(line + velocity) == "no error");
  CHECK_THAT(complaint("cells = [8]\nviscosity = 1.0\n" + velocity), Contains("give steps or time"));
  CHECK_THAT(complaint("steps = 1\nviscosity = 1.0\n" + velocity), Contains("a homogeneous gas needs a step"));
  CHECK_THAT(complaint("cells = [2]\nsteps = 1\nviscosity = 1.0\n" + velocity), Contains("expected 4 or more"));
  CHECK_THAT(complaint("cells = [8]\nsteps = 1\n" + velocity), Contains("how do 'gas' and 'gas' collide?"));
  CHECK_THAT(complaint(line + "dt = 1.0\n" + velocity), Contains("expected dt <= 0.01"));
  CHECK_THAT(complaint(line + "integrator = \"exponential\"\n" + velocity), Contains("expected imex, rk2 or rk3"));
  CHECK_THAT(complaint(line + "[stage.velocity]\ndimensions = 2\npoints = 15\nhalf_width = [6.0]\n"),
             Contains("15 is odd"));
  CHECK_THAT(complaint("cells = [8, 8]\nsteps = 1\nviscosity = 1.0\n[stage.velocity]\ndimensions = 1\npoints = 8\n"
                       "half_width = [6.0]\n"),
             Contains("expected at least as many"));
  CHECK_THAT(complaint(line + "model = \"shakhov\"\n[stage.velocity]\ndimensions = 1\npoints = 8\nhalf_width = [6.0]\n"
                              "reduction = \"axial\"\n"),
             Contains("relax by bgk or es_bgk"));
}

TEST_CASE("grids that are too small, and starts that cannot be", "[boltzmann][bad]") {
  const auto complaint = complaint_about_gas;
  CHECK_THAT(complaint(line + velocity + "[[stage.initial]]\ntemperature = 4.0\n"),
             Contains("the start at x = 0.0625: ") && Contains("expected velocity.half_width of at least 10.4"));
  CHECK_THAT(complaint(line + velocity + "[[stage.initial]]\nvelocity = [3, 0, 0]\n"),
             Contains("too fast for the velocity grid"));
  CHECK_THAT(complaint(line + velocity + "[[stage.initial]]\ndensity = \"0.5 - x\"\n"),
             Contains("at x = 0.5625: a density of -0.0625"));
  CHECK_THAT(complaint(line + velocity + "[[stage.initial]]\ntemperature = \"0.5 - x\"\n"),
             Contains("a temperature of -0.0625"));
  CHECK_THAT(complaint(line + velocity + "[[stage.initial]]\nvelocity = [0, 0, 1]\n"),
             Contains("a velocity along z, which the velocity grid has not"));
  CHECK_THAT(complaint(line + velocity + side("kind = \"inflow\"\ntemperature = 3.0\n")),
             Contains("side x_low") && Contains("too fast for the velocity grid"));
}

TEST_CASE("sides that cannot be", "[boltzmann][bad]") {
  const auto complaint = complaint_about_gas;
  CHECK_THAT(complaint(line + velocity + "[stage.x_low]\nkind = \"outflow\"\n"), Contains("one end of x is periodic"));
  CHECK_THAT(complaint(line + velocity + "[stage.y_low]\nkind = \"outflow\"\n[stage.y_high]\nkind = \"outflow\"\n"),
             Contains("space does not extend along y"));
  CHECK_THAT(complaint(line + velocity + "offset = 0.0\n" + side("kind = \"specular\"\n")),
             Contains("expected velocity.offset = 0.5"));
  CHECK_THAT(complaint(line + velocity + side("kind = \"diffuse\"\nvelocity = [0.1, 0, 0]\n")),
             Contains("expected a velocity along the wall only"));
}

TEST_CASE("a gas that goes wrong says where", "[boltzmann][bad]") {
  // A jump so steep that unlimited differences make temperatures negative.
  const auto stage = started_stage(comm(),
                                   "cells = [20]\nsteps = 200\nviscosity = 1e-6\nscheme = \"third\"\n[stage.velocity]\n"
                                   "dimensions = 1\npoints = 32\nhalf_width = [9.0]\nreduction = \"axial\"\n"
                                   "[[stage.initial]]\ndensity = \"if(abs(x - 0.5) - 0.2, 1e-9, 1)\"\n");
  CHECK_THROWS_WITH(advance_stage(*stage, 200), Contains("species 'gas' at x = ") && Contains("no longer positive"));
}
