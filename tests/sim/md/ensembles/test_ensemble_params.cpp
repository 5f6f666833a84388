// Decks with thermostats and barostats, and stages of them.
#include <algorithm>

#include "base/agree.hpp"
#include "catch.hpp"
#include "coupled.hpp"
#include "deck/deck.hpp"
#include "math/line_search.hpp"
#include "sim/md/md_stage.hpp"
#include "sim/md/params.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::sim::md;

namespace {

MdParams read(const std::string& keys) { return test::read_stage<MdParams>(keys); }
std::string message_of(const std::string& keys) { return test::complaint_about<MdParams>(keys); }

const std::string lattice = "[stage.lattice]\ndensity = 0.8\ncells = [4, 4, 4]\n";

double column(MdStage& stage, const std::string& name) {
  const auto columns = stage.series_columns();
  const auto values = stage.series_values();
  REQUIRE(columns.size() == values.size());
  for (std::size_t n = 0; n < columns.size(); ++n)
    if (columns[n].name == name) return values[n];
  FAIL("no column " << name);
  return 0.0;
}

void step(MdStage& stage) {
  sim::Agreement mine;
  stage.step(mine);
  agree(test::comm(), Outcome{mine.error()});
  stage.agreed({});
}

}  // namespace

TEST_CASE("An effective deck holds what couples, and reads back", "[md]") {
  auto params = read(lattice +
                     "[stage.thermostat]\nkind = \"nose_hoover\"\ntemperature = 1\ntemperature_end = 2\ntime = 0.5\n"
                     "[stage.barostat]\nkind = \"stochastic_cell\"\npressure = 2\ntime = 1\ncompressibility = 0.1\n"
                     "coupling = \"triclinic\"\n");
  const auto write = [](MdParams& p) {
    deck::EffectiveDeck writer;
    writer.write_stage("a", "md", [&](deck::Binder& b) { bind(b, p); });
    return writer.text();
  };
  const std::string text = write(params);
  auto again = read(text.substr(text.find("type = \"md\"\n") + 12));
  CHECK(write(again) == text);
  CHECK(again.thermostat->chain == 3);
  CHECK(again.thermostat->temperature_end == 2.0);
  CHECK(again.barostat->every == 1);
  CHECK_FALSE(again.barostat->chain.has_value());
  CHECK(again.barostat->coupling == BoxCoupling::triclinic);
}

TEST_CASE("Couplings that make no sense are named", "[md][bad]") {
  using Case = std::pair<std::string, std::string>;
  const auto [text, expected] = GENERATE(
      Case{"[stage.thermostat]\ntime = 1\n", "temperature"},
      Case{"[stage.thermostat]\ntemperature = 1\n", "needs a time"},
      Case{"[stage.thermostat]\nkind = \"langevin\"\ntemperature = 1\n", "needs a friction"},
      Case{"[stage.thermostat]\nkind = \"langevin\"\ntemperature = 1\nfriction = 1\ntime = 1\n", "instead of a time"},
      Case{"[stage.thermostat]\ntemperature = 1\ntime = 1\nfriction = 1\n", "only langevin"},
      Case{"[stage.thermostat]\ntemperature = 1\ntime = 1\nchain = 2\n", "only nose_hoover"},
      Case{"[stage.thermostat]\ntemperature = 0\ntime = 1\n", "temperature 0"},
      Case{"[stage.thermostat]\ntemperature = -1\ntime = 1\n", "temperature"},
      Case{"[stage.thermostat]\nkind = \"nose_hoover\"\ntemperature = 1\ntime = 1\nparts = 2\n", "1, 3 or 5"},
      Case{"[stage.barostat]\nkind = \"mtk\"\npressure = 1\ntime = 1\n", "[stage.thermostat]"},
      Case{"[stage.barostat]\nkind = \"berendsen\"\npressure = 1\ntime = 1\n", "compressibility"},
      Case{"[stage.barostat]\nkind = \"berendsen\"\npressure = 1\ncompressibility = 1\n", "time"},
      Case{"[stage.thermostat]\ntemperature = 1\ntime = 1\n"
           "[stage.barostat]\nkind = \"mtk\"\npressure = 1\ntime = 1\nevery = 2\n",
           "every step"});
  CHECK_THAT(message_of(lattice + text), Contains(expected));
}

TEST_CASE("The series of a coupled stage says what is conserved, aimed at and changed", "[md]") {
  auto params = read("steps = 40\n" + lattice +
                     "[stage.thermostat]\nkind = \"csvr\"\ntemperature = 1\ntemperature_end = 2\ntime = 0.1\n"
                     "[stage.barostat]\nkind = \"mtk\"\npressure = 2\ntime = 1\ncoupling = \"triclinic\"\n"
                     "[stage.neighbours]\nskin = 0.3\ninner_skin = 0.1\n");
  MdStage stage({test::comm(), "warm", 7, {}}, params);
  stage.start();
  const double energy = column(stage, "conserved_energy"), volume = column(stage, "volume");
  CHECK_THAT(volume, WithinRel(256 / 0.8, 1e-12));
  for (int n = 0; n < 20; ++n) step(stage);
  CHECK_THAT(column(stage, "target_temperature"), WithinRel(1.5, 1e-12));
  CHECK_THAT(column(stage, "conserved_energy"), WithinRel(energy, 0.01));
  CHECK(column(stage, "volume") != volume);
  CHECK_THAT(column(stage, "density"), WithinRel(256 / column(stage, "volume"), 1e-12));
  CHECK_THAT(column(stage, "angle_gamma"), WithinAbs(90.0, 2.0));
  const double product = column(stage, "length_a") * column(stage, "length_b") * column(stage, "length_c");
  CHECK_THAT(column(stage, "volume"), WithinRel(product, 0.01));
  // What follows begins where this one ends.
  auto next_params = read("data = \"warm\"\n[stage.neighbours]\nskin = 0.3\ninner_skin = 0.1\n");
  MdStage next({test::comm(), "next", 8, [&](const std::string&) { return stage.system(); }}, next_params);
  next.start();
  CHECK_THAT(column(next, "density"), WithinRel(column(stage, "density"), 1e-13));
  CHECK_THAT(column(next, "potential_energy"), WithinRel(column(stage, "potential_energy"), 1e-11));
  CHECK_THAT(column(next, "kinetic_energy"), WithinRel(column(stage, "kinetic_energy"), 1e-12));
}

TEST_CASE("A deck says how the lowest energy is searched for, and the stage is finished when it is found", "[md]") {
  const std::string search = lattice + "[stage.minimise]\nforce = 1e-3\n";
  CHECK(read(search).minimise->method == MinimiseMethod::fire);
  CHECK_THAT(message_of(search + "method = \"newton\"\n"), Contains("newton") && Contains("lbfgs"));
  if (!math::can_search_lines()) {
    CHECK_THAT(message_of(search + "method = \"lbfgs\"\n"), Contains("TESSERA_PETSC=OFF"));
    return;
  }
  auto params = read(search + "method = \"lbfgs\"\n");
  CHECK(params.minimise->method == MinimiseMethod::lbfgs);
  MdStage stage({test::comm(), "a", 1, {}}, params);
  stage.start();
  CHECK(stage.is_finished());  // a crystal
}
