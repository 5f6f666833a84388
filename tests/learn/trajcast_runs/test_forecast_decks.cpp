// From a trajectory of molecular dynamics to a network and its forecast, in one deck.
#include <algorithm>

#include "trajcast_run.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// Argon-like crystal without thermostat, pairs of its snapshots, and a forecast from where it ended.
std::string whole_story(const std::string& forecast_keys = "") {
  return "[[stage]]\nname = \"melt\"\ntype = \"md\"\nunits = \"real\"\nsteps = 60\ndt = 2.0\noutput.snapshots = 5\n"
         "[stage.lattice]\nkind = \"fcc\"\nspacing = 5.4\ncells = [3, 3, 3]\ntypes = [\"Ar\"]\n"
         "[stage.velocity]\ntemperature = 60\n[stage.pair]\nepsilon = 0.238\nsigma = 3.4\ncutoff = 7.0\n"
         "[[stage]]\nname = \"train\"\ntype = \"trajcast\"\nepochs = 3\nbatch = 2\ninterval = 20.0\n"
         "[[stage.trajectory]]\ndata = \"melt\"\n[stage.network]\nl_max = 1\nchannels = 4\nlayers = 2\n"
         "cutoff = 5.0\nmlp = [8]\n"
         "[[stage]]\nname = \"future\"\ntype = \"forecast\"\nunits = \"real\"\nsteps = 12\ndt = 20.0\n"
         "model = \"train\"\ndata = \"melt\"\noutput.series = 1\n" +
         forecast_keys + "[stage.thermostat]\nkind = \"csvr\"\ntemperature = 60\ntime = 50\n[stage.rdf]\nrange = 5.0\n";
}

}  // namespace

TEST_CASE("one deck simulates, learns and forecasts, the same on any number of ranks", "[trajcast]") {
  const auto together = run_trajcast(whole_story()), alone = run_trajcast_alone(whole_story());
  const auto series = [](const std::string& folder) { return content_of(folder + "/future/series.csv"); };
  const auto text = series(together);
  REQUIRE_ALL(std::count(text.begin(), text.end(), '\n') == 14);
  // Twelve steps of a network that has seen little: rounding has not grown far.
  REQUIRE_ALL(result_of(together, "temperature (mean of second half)", "future") ==
              Approx(result_of(alone, "temperature (mean of second half)", "future")).epsilon(1e-8));
}

TEST_CASE("a forecast that was stopped goes on bit for bit", "[trajcast]") {
  const auto straight = run_trajcast(whole_story());
  const auto folder = run_trajcast(whole_story(), comm(), "", 19);
  REQUIRE_ALL(content_of(folder + "/future/series.csv") != content_of(straight + "/future/series.csv"));
  run_trajcast(whole_story(), comm(), folder);
  REQUIRE_ALL(content_of(folder + "/future/series.csv") == content_of(straight + "/future/series.csv"));
}

TEST_CASE("a forecast of copies begins as hot as the original", "[trajcast]") {
  const auto one = run_trajcast(whole_story()), four = run_trajcast(whole_story("replicate = [2, 1, 2]\n"));
  const auto first_row = [](const std::string& folder) {
    const auto text = content_of(folder + "/future/series.csv");
    const auto begin = text.find('\n') + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  const auto number = [](const std::string& row, int column) {
    std::size_t at = 0;
    for (int n = 0; n < column; ++n) at = row.find(',', at) + 1;
    return std::stod(row.substr(at));
  };
  // step, time, temperature (of 3 N - 3 degrees of freedom), potential, kinetic energy
  REQUIRE_ALL(number(first_row(four), 4) == Approx(4.0 * number(first_row(one), 4)).epsilon(1e-11));
  REQUIRE_ALL(number(first_row(four), 2) ==
              Approx(number(first_row(one), 2) * 4.0 * (3 * 108 - 3) / (3 * 432 - 3)).epsilon(1e-9));
}

TEST_CASE("decks of forecasts that cannot be are refused", "[trajcast]") {
  const auto complaint = [](const std::string& deck) {
    try {
      run_trajcast(deck);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  auto slow = whole_story();
  slow.replace(slow.find("dt = 20.0"), 9, "dt = 25.0");
  CHECK_THAT(complaint(slow), Contains("time step") && Contains("20") && Contains("25"));
  CHECK_THAT(complaint(whole_story("[stage.minimise]\n")), Contains("minimise"));
  auto nothing = whole_story();
  nothing.replace(nothing.find("model = \"train\""), 15, "");
  CHECK_THAT(complaint(nothing), Contains("model_file"));
  auto langevin = whole_story();
  langevin.replace(langevin.find("\"csvr\""), 6, "\"langevin\"");
  langevin.replace(langevin.find("time = 50"), 9, "friction = 0.01");
  CHECK_THAT(complaint(langevin), Contains("csvr"));
}
