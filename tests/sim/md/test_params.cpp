#include <cmath>

#include "catch.hpp"
#include "deck/deck.hpp"
#include "sim/md/forces/pair_setup.hpp"
#include "sim/md/params.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::sim::md;

namespace {

MdParams read(const std::string& keys) { return test::read_stage<MdParams>(keys); }
std::string message_of(const std::string& keys) { return test::complaint_about<MdParams>(keys); }

const std::string lattice = "[stage.lattice]\ndensity = 0.8\n";

}  // namespace

TEST_CASE("a short deck gets what follows from it", "[md]") {
  const auto params = read(lattice);
  CHECK(params.pair->epsilon == 1.0);
  CHECK(params.pair->sigma == 1.0);
  CHECK(params.pair->cutoff_over_sigma == 2.5);
  CHECK_FALSE(params.pair->cutoff.has_value());
  CHECK(params.neighbours.skin == Approx(1.0));
  CHECK(params.neighbours.inner_skin == Approx(0.25));
  REQUIRE(params.velocity.has_value());
  CHECK(params.velocity->temperature == 1.44);
}

TEST_CASE("the effective deck of a stage reads back to the same parameters", "[md]") {
  auto params = read(
      "units = \"real\"\ndt = 1.0\ngrid = [1, 2, 3]\n"
      "[stage.lattice]\nkind = \"bcc\"\nspacing = 5.0\ncells = [3, 4, 5]\ntypes = [\"Ar\", \"Kr\"]\n"
      "composition = [3, 1]\n[stage.lattice.sphere]\ncentre = [7, 8, 9]\nradius = 6\n[stage.velocity]\ntemperature = "
      "90\n"
      "[stage.pair]\ncutoff = 9\ntruncation = \"force\"\nmixing = \"lorentz_berthelot\"\n"
      "[[stage.pair.type]]\nname = \"Ar\"\nepsilon = 0.24\nsigma = 3.4\n"
      "[[stage.pair.type]]\nname = \"Kr\"\nepsilon = 0.33\nsigma = 3.6\n"
      "[[stage.pair.between]]\ntypes = [\"Ar\", \"Kr\"]\nepsilon = 0.27\ncutoff_over_sigma = 2.5\n"
      "[stage.balance]\nby = \"time\"\nevery = 3\nthreshold = 1.5\n[stage.rdf]\nrange = 12\n[stage.msd]\n");
  const auto write = [](MdParams& p) {
    deck::EffectiveDeck writer;
    writer.write_stage("a", "md", [&](deck::Binder& b) { bind(b, p); });
    return writer.text();
  };
  const std::string text = write(params);
  auto again = read(text.substr(text.find("type = \"md\"\n") + 12));
  CHECK(write(again) == text);
  CHECK(again.pair->between.at(0).cutoff_over_sigma == 2.5);
  CHECK(again.grid == std::vector<std::int64_t>{1, 2, 3});
  CHECK_FALSE(again.vacf.has_value());
  CHECK(again.lattice->sphere->centre == std::vector<double>{7, 8, 9});
  CHECK(again.balance.by == BalanceBy::time);
  CHECK(again.balance.every == 3);
  CHECK(again.balance.threshold == 1.5);
}

TEST_CASE("the repulsion of Weeks, Chandler and Andersen ends where Lennard-Jones's potential is lowest", "[md]") {
  const auto params = read(lattice + "[stage.pair]\ntruncation = \"wca\"\n[[stage.pair.between]]\n" +
                           "types = [\"A\", \"A\"]\nsigma = 2\nepsilon = 3\n");
  CHECK(params.pair->cutoff_over_sigma == wca_cutoff_over_sigma);
  CHECK(params.neighbours.skin == Approx(0.4 * 2.5 * 2.0));
  const auto table = make_pair_table(*params.pair, {{"A", 1.0}});
  CHECK(table.truncation == Truncation::energy);
  CHECK_THAT(table(0, 0).cutoff, WithinRel(2.0 * std::pow(2.0, 1.0 / 6.0), 1e-15));
  CHECK(message_of(lattice + "[stage.pair]\ntruncation = \"wca\"\ncutoff_over_sigma = 1.122462048309373\n") ==
        "no error");
}

TEST_CASE("contradictions in a deck are named", "[md]") {
  using Case = std::pair<std::string, std::string>;
  const auto [text, expected] = GENERATE_COPY(
      Case{"", "exactly one of [stage.lattice], file and data; the deck gives none"},
      Case{"data = \"b\"\n" + lattice, "gives more than one"}, Case{"[stage.lattice]\n", "either density or spacing"},
      Case{lattice + "spacing = 1\n", "either density or spacing"},
      Case{lattice + "types = [\"A\", \"B\"]\n", "2 types need as many amounts"},
      Case{lattice + "types = [\"A\", \"A\"]\ncomposition = [1, 1]\n", "named twice"},
      Case{lattice + "masses = [1, 2]\n", "1 types need as many masses"},
      Case{lattice + "cells = [1048576, 1048576, 1048576]\n", "more than can be numbered"},
      Case{lattice + "[stage.reading]\nframe = 1\n", "there is none"},
      Case{lattice + "[stage.velocity]\n", "missing key 'temperature'"},
      Case{lattice + "[stage.pair]\ncutoff = 2\ncutoff_over_sigma = 2\n", "not both"},
      Case{lattice + "[stage.pair]\ntail = true\ntruncation = \"energy\"\n", "use truncation = \"none\""},
      Case{lattice + "[stage.pair]\ntruncation = \"wca\"\ncutoff = 2.5\n", "leave cutoff and cutoff_over_sigma out"},
      Case{lattice + "[stage.thermal_conductivity]\n[stage.charges]\nmethod = \"pppm\"\ncutoff = 3\n",
           "but the deck has [stage.charges] with waves or a mesh"},
      Case{lattice + "[stage.thermal_conductivity]\n[stage.charges]\nmethod = \"wolf\"\nalpha = 1\ncutoff = 3\n",
           "but the deck has [stage.charges] with self-energies"},
      Case{lattice + "[stage.table]\n", "add [[stage.table.between]] with two types, file and keyword"},
      Case{lattice + "[stage.neighbours]\nskin = 0.1\ninner_skin = 0.2\n", "must not be larger"},
      Case{"grid = [1, 2]\n" + lattice, "three numbers"}, Case{"units = \"metal\"\n" + lattice, "missing key 'dt'"},
      Case{"units = \"metal\"\ndt = 0.001\n" + lattice, "needs [stage.velocity] with a temperature"},
      Case{"units = \"metal\"\ndt = 0.001\n" + lattice + "[stage.velocity]\ntemperature = 9\n", "need masses"},
      Case{"units = \"metal\"\ndt = 0.001\n" + lattice + "types = [\"Ar\"]\n[stage.velocity]\ntemperature = 9\n",
           "must say what acts between particles"},
      Case{"units = \"metal\"\ndt = 0.001\n" + lattice +
               "types = [\"Ar\"]\n[stage.velocity]\ntemperature = 9\n[stage.pair]\n",
           "needs epsilon and sigma in metal units"},
      Case{"data = \"b\"\n[stage.reading]\nperiodic = \"xw\"\n", "letters other than"});
  CAPTURE(text);
  CHECK_THAT(message_of(text), Contains(expected));
}

TEST_CASE("the description of the stage names its keys and tables", "[md]") {
  MdParams params;
  const auto text = deck::describe("md", "", [&](deck::Binder& b) { bind(b, params); });
  for (const char* key : {"steps", "lattice", "density", "temperature", "cutoff_over_sigma", "between", "inner_skin",
                          "rdf", "msd", "vacf", "lammps2021", "lorentz_berthelot"})
    CHECK_THAT(text, Contains(key));
}
