// Propagation as a stage: its files, whatever the ranks and stops, and decks that it refuses.
#include "action_run.hpp"
#include "data/io/table_file.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string moving_gaussian =
    "kind = \"mixture\"\ncomponent = [{mean = [\"t\", \"0\"], variance = [\"1\", \"0.5 + t\"]}]\n";
const std::string three_times =
    "[[stage]]\nname = \"data\"\ntype = \"samples\"\ntimes = [0.0, 0.5, 1.0]\nsizes = [41, 50, 37]\nheld_out = 9\n"
    "[stage.density]\n" +
    moving_gaussian;

std::string learned_from_samples(const std::string& keys, const std::string& type = "action_matching") {
  return "[[stage]]\nname = \"train\"\ntype = \"" + type +
         "\"\ndata = \"data\"\niterations = 2\nbatch = 64\nnetwork.hidden = [6, 5]\noptimiser.learning_rate = 0.1\n" +
         keys;
}

std::string propagated(const std::string& keys) {
  return "[[stage]]\nname = \"moved\"\ntype = \"propagate\"\nmodel = \"train\"\nsteps = 6\nframes = 4\n"
         "output.series = 1\n" +
         keys;
}

struct PropagationCase {
  std::string name, deck;
};

const std::vector<PropagationCase>& propagation_cases() {
  const std::string from_data = "data = \"data\"\n", drawn = "particles = 33\n[stage.density]\n" + moving_gaussian;
  static const std::vector<PropagationCase> cases{
      {"heun, from all samples", three_times + learned_from_samples("") + propagated(from_data)},
      {"dp5, log density, from a density",
       three_times + learned_from_samples("") + propagated("integrator = \"dp5\"\nlog_density = true\n" + drawn)},
      {"noise, growth, weights that are resampled", three_times +
                                                        learned_from_samples("sigma = \"0.5\"\ngrowth = 1.0\n") +
                                                        propagated("resample_below = 1.0\n" + drawn)},
      {"branches of held-out samples",
       three_times + learned_from_samples("growth = 4.0\n") +
           propagated("part = \"held_out\"\ngrowth_as = \"branching\"\nbegin = 0.5\n" + from_data)},
      {"annealed Langevin dynamics",
       three_times + learned_from_samples("", "score_matching") + propagated("particles = 20\n" + from_data)},
      {"a flow, single precision, part of the way",
       three_times + learned_from_samples("path.kind = \"transport\"\n", "flow_matching") +
           propagated("precision = \"single\"\nintegrator = \"rk4\"\nend = 0.25\n" + from_data)},
      {"through a box that is periodic along one direction",
       three_times + learned_from_samples("path.kind = \"mixture\"\nbox.length = [2.5, 0.0]\n") +
           propagated(from_data)},
      {"images from every other pixel",
       "[[stage]]\nname = \"data\"\ntype = \"samples\"\ntimes = [1.0]\nsamples = 70\n"
       "[stage.density]\nkind = \"gaussian_field\"\npoints = 4\n" +
           learned_from_samples("path.kind = \"super_resolution\"\npath.image = [1, 4, 4]\n") +
           propagated("particles = 30\n" + from_data)},
  };
  return cases;
}

/// Collective. Whether all positions but the first ones are in [0, 2.5) along the first direction.
bool are_inside(const std::string& folder) {
  const auto table = data::read_table(comm(), folder + "/moved/table.h5");
  const auto steps = whole_column<std::int64_t>(table, "step");
  const auto positions = whole_column<double>(table, "position");
  bool all = true, any_moved = false;
  for (std::size_t n = 0; n < steps.size(); ++n) {
    if (steps[n] == 0) continue;
    any_moved = true;
    all = all && positions[2 * n] >= 0.0 && positions[2 * n] < 2.5;
  }
  return all && any_moved;
}

std::string files_of(const std::string& folder) {
  return content_of(folder + "/moved/series.csv") + table_text(folder + "/moved/table.h5");
}

}  // namespace

TEST_CASE("particles go the same ways on any number of ranks, bit for bit", "[action]") {
  for (const auto& [name, deck] : propagation_cases()) {
    INFO(name);
    const auto together = run_action(deck), alone = run_action_alone(deck);
    REQUIRE_ALL(files_of(together) == files_of(alone));
    const auto table = data::read_table(comm(), together + "/moved/table.h5");
    const auto times = whole_column<double>(table, "time");
    REQUIRE_ALL(times.front() < times.back());
    REQUIRE_ALL(table.num_global() > 9);
    if (name.find("a box") != std::string::npos) REQUIRE_ALL(are_inside(together));
  }
}

TEST_CASE("a propagation that was stopped goes on bit for bit, on any number of ranks", "[action]") {
  for (const std::size_t n : {1U, 2U, 3U}) {
    const auto& [name, deck] = propagation_cases()[n];
    INFO(name);
    const auto straight = files_of(run_action(deck));
    for (const bool same_ranks : {true, false}) {
      const auto folder = run_action(deck, comm(), "", 2 + 3);  // in the third step
      REQUIRE_ALL(files_of(folder) != straight);
      same_ranks ? run_action(deck, comm(), folder) : run_action_alone(deck, folder);
      REQUIRE_ALL(files_of(folder) == straight);
    }
  }
}

TEST_CASE("decks of propagations that cannot be say so", "[action]") {
  const auto refused = [](const std::string& deck, const std::string& message) {
    CHECK_THROWS_WITH(run_action(deck), Contains(message));
  };
  const std::string before = three_times + learned_from_samples("");
  refused(before + propagated("particles = 42\ndata = \"data\"\n"), "has 41 samples; expected no more than that");
  std::string odd = before + propagated("data = \"data\"\n");
  odd.replace(odd.find("steps = 6"), 9, "steps = 7");
  refused(odd, "expected a divisor of the number of steps, plus 1");
  refused(before + propagated("begin = 0.6\nend = 0.2\ndata = \"data\"\n"), "is to go from 0.6 to 0.2");
  refused(before + propagated("end = 1.5\ndata = \"data\"\n"),
          "was trained from t = 0 to 1, and is to go from 0 to 1.5");
  refused(before + propagated("[stage.density]\n" + moving_gaussian), "as many as are asked for; expected a number");
  refused(before + propagated("model_file = \"deck.toml\"\ndata = \"data\"\n"),
          "expected the model of a stage (model) or of");
  const std::string line = "kind = \"mixture\"\ncomponent = [{mean = [\"t\"], variance = [1]}]\n";
  refused(before + propagated("particles = 5\n[stage.density]\n" + line),
          "about 2 coordinates, and samples to begin with have 1");
}
