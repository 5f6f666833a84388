// Decks of trainings that cannot be, and samples that nothing can be learned from.
#include "action_run.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string gaussian =
    "[stage.density]\nkind = \"mixture\"\ncomponent = [{mean = [\"t\"], variance = [\"1\"]}]\n";

std::string stage(const std::string& type, const std::string& keys) {
  return "[[stage]]\nname = \"train\"\ntype = \"" + type + "\"\niterations = 2\nbatch = 16\nnetwork.hidden = [4]\n" +
         keys;
}
std::string matching(const std::string& keys) { return stage("action_matching", keys); }
std::string samples(const std::string& keys, const std::string& density = gaussian) {
  return "[[stage]]\nname = \"data\"\ntype = \"samples\"\n" + keys + density;
}

}  // namespace

TEST_CASE("decks of trainings that cannot be say so", "[action]") {
  CHECK_THROWS_WITH(run_action(matching("")), Contains("0 sources of samples") && Contains("expected one of data"));
  CHECK_THROWS_WITH(run_action(matching("data = \"data\"\n" + gaussian)), Contains("2 sources of samples"));
  CHECK_THROWS_WITH(run_action(matching("data = \"data\"\n")), Contains("there is no stage \"data\" before this one"));
  CHECK_THROWS_WITH(run_action(matching("file = \"nowhere.h5\"\n")), Contains("nowhere.h5"));
  CHECK_THROWS_WITH(run_action(matching("path.kind = \"mixture\"\n" + gaussian)),
                    Contains("unknown table [stage.path]"));
  CHECK_THROWS_WITH(run_action(matching("estimator = \"difference\"\n" + gaussian)),
                    Contains("differences between neighbours are those of a path of kind \"mixture\""));
  CHECK_THROWS_WITH(run_action(matching("estimator = \"path_velocity\"\n" + gaussian)),
                    Contains("samples of this path have no velocity"));
  CHECK_THROWS_WITH(run_action(stage("flow_matching", gaussian)), Contains("a flow is matched to the velocity"));
  CHECK_THROWS_WITH(run_action(stage("flow_matching", "sigma = \"1\"\npath.kind = \"linear\"\n")), Contains("sigma"));
  CHECK_THROWS_WITH(run_action(stage("score_matching", "network.form = \"inner\"\n" + gaussian)), Contains("form"));
  CHECK_THROWS_WITH(run_action(matching("data = \"data\"\npath.kind = \"inpainting\"\n")),
                    Contains("expected image = [channels, height, width]"));
  CHECK_THROWS_WITH(run_action(matching("data = \"data\"\npath.kind = \"super_resolution\"\npath.image = [1, 3, 4]\n")),
                    Contains("expected an even height and width"));
  CHECK_THROWS_WITH(run_action(matching("data = \"data\"\npath.kind = \"torus\"\n")),
                    Contains("a torus is a periodic box; expected [stage.box]"));
  CHECK_THROWS_WITH(run_action(matching("data = \"data\"\npath.kind = \"torus\"\nbox.length = [1.0, 0.0]\n")),
                    Contains("periodic in all directions"));
  CHECK_THROWS_WITH(run_action(matching("data = \"data\"\npath.kind = \"linear\"\nbox.length = [1.0]\n")),
                    Contains("samples of this path leave a periodic box"));
  CHECK_THROWS_WITH(run_action(matching("network.form = \"inner\"\nbox.length = [1.0]\n" + gaussian)),
                    Contains("an action of this form is not periodic"));
  CHECK_THROWS_WITH(run_action(matching("box.length = [0.0]\n" + gaussian)), Contains("all directions are open"));
  CHECK_THROWS_WITH(run_action(matching("box.length = [1.0, 2.0]\n" + gaussian)),
                    Contains("box.length: 2 numbers, and samples have 1 coordinates"));
  CHECK_THROWS_WITH(run_action(matching("network.hidden = []\n" + gaussian)), Contains("hidden"));
  CHECK_THROWS_WITH(run_action(matching("network.embedding = \"sinusoidal\"\n" + gaussian)),
                    Contains("expected an even number, at least 4"));
  CHECK_THROWS_WITH(run_action(matching("network.architecture = \"timed\"\n" + gaussian)),
                    Contains("expected at least 3 widths"));
  CHECK_THROWS_WITH(run_action(matching("cost_exponent = 1.0\n" + gaussian)), Contains("cost_exponent"));
  CHECK_THROWS_WITH(run_action(matching("sigma = \"x\"\n" + gaussian)), Contains("sigma") && Contains("x"));
  CHECK_THROWS_WITH(run_action(matching("cost_exponent = 3.0\n" + gaussian + "[stage.exact]\naction = \"x\"\n")),
                    Contains("leave out [stage.exact]"));
  CHECK_THROWS_WITH(run_action(matching(gaussian + "[stage.exact]\naction = \"x*y\"\n")), Contains("y"));
}

TEST_CASE("formulas that go wrong at some time say where", "[action]") {
  CHECK_THROWS_WITH(run_action(matching("sigma = \"t - 0.5\"\n" + gaussian)),
                    Contains("sigma = t - 0.5 is -") && Contains("expected a number that is not negative"));
  CHECK_THROWS_WITH(run_action(matching("weight = \"0.5 - t\"\n" + gaussian)), Contains("weight = 0.5 - t is -"));
  CHECK_THROWS_WITH(run_action(matching("weight = \"1/t\"\n" + gaussian)), Contains("weight = 1/t is inf at t = 0"));
}

TEST_CASE("samples that nothing can be learned from say so", "[action]") {
  const std::string one = samples("times = [0.5]\nsamples = 20\n");
  CHECK_THROWS_WITH(run_action(one + matching("data = \"data\"\n")),
                    Contains("the samples are all of one time (t = 0.5)"));
  CHECK_NOTHROW(run_action(one + stage("flow_matching", "data = \"data\"\npath.kind = \"generation\"\n")));
  CHECK_THROWS_WITH(run_action(samples("times = [0.5]\nsamples = 1\n") +
                               stage("flow_matching", "data = \"data\"\npath.kind = \"generation\"\n")),
                    Contains("all samples are at one place"));
  // Where nothing grows densities are normalised.
  const std::string growing = samples("frames = 3\nsamples = 20\n", gaussian + "mass = \"1 + t\"\n"),
                    along = "data = \"data\"\npath.kind = \"linear\"\nestimator = \"path_velocity\"\n";
  CHECK_THROWS_WITH(run_action(growing + matching(along + "growth = 1.0\n")),
                    Contains("densities whose mass stays the same"));
  CHECK_NOTHROW(run_action(growing + matching(along)));
}

TEST_CASE("a training that runs away stops", "[action]") {
  CHECK_THROWS_WITH(run_action("[[stage]]\nname = \"train\"\ntype = \"action_matching\"\niterations = 50\nbatch = 16\n"
                               "network.hidden = [4]\nnetwork.form = \"quad\"\noptimiser.kind = \"sgd\"\n"
                               "optimiser.learning_rate = 1e6\n" +
                               gaussian),
                    Contains("the learning rate (1e+06) may be too large"));
}
