// What a deck may say about Langevin particles, and what it is told where it is wrong.
#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

std::string langevin_complaint(const std::string& keys) { return complaint_about<LangevinParams>(keys); }

}  // namespace

TEST_CASE("what follows from other keys is filled in", "[particles]") {
  const auto params = langevin_params(
      "dimensions = 3\ntemperature = 0.5\n[stage.potential]\nkind = \"harmonic\"\nstiffness = [2.0]\n"
      "[stage.box]\nlength = [4.0, 0.0, 5.0]\n");
  CHECK(params.potential.stiffness == std::vector<double>{2.0, 2.0, 2.0});
  CHECK(params.potential.centre == std::vector<double>{0.0, 0.0, 0.0});
  CHECK(params.start.mean == std::vector<double>{0.0, 0.0, 0.0});
  CHECK(*params.start.temperature == 0.5);
  CHECK(params.box->low == std::vector<double>{0.0, 0.0, 0.0});
  const auto mixture = langevin_params(
      "dimensions = 2\ntemperature = 0.5\n[stage.potential]\nkind = \"gaussian_mixture\"\n"
      "[[stage.potential.component]]\nmean = [1.0, -1.0]\nvariance = [0.2]\n");
  CHECK(*mixture.potential.energy == 0.5);
  CHECK(mixture.potential.components[0].variance == std::vector<double>{0.2, 0.2});
  CHECK(!langevin_params("scheme = \"heun\"\n").start.temperature);
}

TEST_CASE("mistakes about particles are told", "[particles]") {
  const std::string harmonic = "dimensions = 3\n[stage.potential]\nkind = \"harmonic\"\n";
  CHECK_THAT(langevin_complaint("dimensions = 17\n"), Contains("17 is out of range"));
  CHECK_THAT(langevin_complaint("scheme = \"baoba\"\n"), Contains("baoab"));
  CHECK_THAT(langevin_complaint("scheme = \"heun\"\nfriction = 0\n"), Contains("overdamped motion needs friction"));
  CHECK_THAT(langevin_complaint(harmonic + "stiffness = [1.0, 2.0]\n"),
             Contains("stiffness: 2 numbers; expected one for each of the 3 coordinates"));
  CHECK_THAT(langevin_complaint(harmonic + "height = 1.0\n"), Contains("unknown key 'height'"));
  CHECK_THAT(langevin_complaint("[stage.potential]\nkind = \"mueller_brown\"\n"),
             Contains("has two dimensions; the deck asks for 1"));
  CHECK_THAT(langevin_complaint("[stage.potential]\nkind = \"formula\"\n"), Contains("formula"));
  CHECK_THAT(langevin_complaint("[stage.potential]\nkind = \"formula\"\nformula = \"k*x^2\"\n"),
             Contains("unknown name 'k'"));
  CHECK_THAT(langevin_complaint("[[stage.parameter]]\nname = \"k\"\nvalue = 1\n"),
             Contains("no formula that could use a parameter"));
  CHECK_THAT(langevin_complaint("[stage.potential]\nkind = \"gaussian_mixture\"\n"), Contains("at least one"));
  CHECK_THAT(langevin_complaint("temperature = 0\n[stage.potential]\nkind = \"gaussian_mixture\"\n"
                                "[[stage.potential.component]]\nmean = [0]\nvariance = [1]\n"),
             Contains("without a temperature a mixture needs an energy"));
  CHECK_THAT(langevin_complaint("dimensions = 2\nflow = [\"x\"]\n"), Contains("1 formulas for 2 coordinates"));
  CHECK_THAT(langevin_complaint("friction = 0\nflow = [\"x\"]\n"), Contains("do not feel a flow"));
  CHECK_THAT(langevin_complaint("growth_as = \"branching\"\n"), Contains("unknown key 'growth_as'"));
  CHECK_THAT(langevin_complaint("growth = \"x\"\n[stage.mean_field]\nstrength = 1\n"), Contains("cannot have weights"));
  CHECK_THAT(langevin_complaint("[stage.mean_field]\nstrength = 1\n[stage.box]\nlength = [1.0]\n"),
             Contains("which image is meant"));
  CHECK_THAT(langevin_complaint("[stage.mean_field]\nkind = \"cosine\"\n"), Contains("strength"));
  CHECK_THAT(langevin_complaint("[stage.box]\nlength = [0.0]\n"), Contains("all directions are open"));
  CHECK_THAT(langevin_complaint("[stage.start]\nkind = \"uniform\"\nlow = [1.0]\nhigh = [0.0]\n"),
             Contains("lies below low"));
  CHECK_THAT(langevin_complaint("scheme = \"heun\"\n[stage.start]\ntemperature = 1.0\n"),
             Contains("unknown key 'temperature'"));
}

TEST_CASE("mistakes about pairs and places are told", "[particles]") {
  const std::string pair = "[stage.pair]\nkind = \"gaussian\"\n";
  CHECK(langevin_complaint("dimensions = 3\n" + pair) == "no error");
  CHECK_THAT(langevin_complaint("dimensions = 4\n" + pair), Contains("up to 3 dimensions, the deck asks for 4"));
  CHECK_THAT(langevin_complaint(pair + "batch = 3\n"), Contains("unknown key 'batch'"));
  CHECK_THAT(langevin_complaint(pair + "sum = \"batches\"\nskin = 1\n"), Contains("unknown key 'skin'"));
  CHECK_THAT(langevin_complaint("particles = 5\n" + pair + "sum = \"batches\"\nbatch = 6\n"),
             Contains("a batch of 6 of 5 particles"));
  CHECK_THAT(langevin_complaint("growth = \"x\"\n" + pair), Contains("cannot have weights"));
  CHECK_THAT(langevin_complaint("growth = \"x\"\ngrowth_as = \"branching\"\n" + pair), Contains("have no lists"));
  CHECK_THAT(langevin_complaint("[stage.pair]\nkind = \"formula\"\nformula = \"r\"\n"), Contains("needs a cutoff"));
  CHECK_THAT(langevin_complaint("[stage.pair]\nkind = \"formula\"\nformula = \"x\"\ncutoff = 1\n"),
             Contains("unknown name 'x'"));
  CHECK_THAT(langevin_complaint("[stage.pair]\nkind = \"wca\"\ncutoff = 2\n"), Contains("unknown key 'cutoff'"));
  CHECK_THAT(langevin_complaint("[stage.start]\nkind = \"table\"\n"), Contains("expected one of the two"));
  CHECK_THAT(langevin_complaint("[stage.start]\nkind = \"lattice\"\n"), Contains("periodic in all directions"));
  CHECK_THAT(langevin_complaint("particles = 5\n[stage.record]\nparticles = 6\n"), Contains("there are only 5"));
}

TEST_CASE("formulas know coordinates by letter and by number", "[particles]") {
  CHECK(langevin_complaint("dimensions = 2\n[[stage.parameter]]\nname = \"k\"\nvalue = 1\n"
                           "[stage.potential]\nkind = \"formula\"\nformula = \"k*(x1^2 + y^2)*cos(t)\"\n") ==
        "no error");
  CHECK(langevin_complaint("dimensions = 5\n[stage.potential]\nkind = \"formula\"\nformula = \"x1*x5\"\n") ==
        "no error");
  CHECK_THAT(langevin_complaint("dimensions = 5\n[stage.potential]\nkind = \"formula\"\nformula = \"x*x5\"\n"),
             Contains("unknown name 'x'"));
}
