// What is written into the run folder is a deck that says the same.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>

#include "base/error.hpp"
#include "catch.hpp"
#include "example.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("the text of an effective deck", "[deck]") {
  Everything all{{"Melt", 87287, {}}, {"melt", "cool"}, {{}, {}}};
  all.examples[0].bath = Bath{1.0, 0.5};
  all.examples[0].groups = {{"g", {1, 2}}, {"h", {}}};
  all.examples[0].masses = {1.0, 2.5};
  const std::string formulas = "width = 0.1\nprofile = \"x/width\"\nrates = []\n";
  const std::string pair = "\n[stage.pair]\nkind = \"lj\"\ncutoff = 2.5\nepsilon = 1.0\ntail = false\n";
  REQUIRE(effective(all) ==
          "title = \"Melt\"\nseed = 87287\n"
          "\n[[stage]]\nname = \"melt\"\ntype = \"example\"\ndt = 0.005\nsteps = 0\nthreads = 1\nfraction = 0.5\n"
          "data = \"\"\ncells = [1, 1, 1]\nmasses = [1.0, 2.5]\nnames = []\n" +
              formulas + pair +
              "\n[stage.bath]\ntemperature = 1.0\nfriction = 0.5\n"
              "\n[[stage.group]]\nname = \"g\"\nids = [1, 2]\n\n[[stage.group]]\nname = \"h\"\nids = []\n"
              "\n[[stage]]\nname = \"cool\"\ntype = \"example\"\ndt = 0.005\nsteps = 0\nthreads = 1\nfraction = 0.5\n"
              "data = \"\"\ncells = [1, 1, 1]\nmasses = []\nnames = []\n" +
              formulas + "group = []\n" + pair);
}

TEST_CASE("an effective deck reads back as the same values, to the last bit", "[deck]") {
  Everything all{{"a \"b\" \\ \n\t\x01\x7f \xc3\xa9\xe2\x82\xac", 4294967295, Bath{0.1, {}}}, {"a-1", "B_2"}, {{}, {}}};
  Example& first = all.examples[0];
  first.dt = 0.1 + 0.2;
  first.steps = std::int64_t{1} << 53;
  first.threads = 2147483647;
  first.fraction = std::numeric_limits<double>::denorm_min();
  first.data = "# not a comment = [x]";
  first.cells = {1, 2, 1 << 20};
  first.masses = {1e300, 1e-5, 1.0 / 3.0, 1e22, 123456789.0, 5e-324, 1e16, 100000.0};
  first.names = {"", "'", "\"\"\"", "two\nlines"};
  first.profile = " 2*sin( x ) -\n\tt ** 2 ";
  first.rates = {"x", "-x^3"};
  first.frame = -(std::int64_t{1} << 53);
  first.pair = {Kind::table, std::numeric_limits<double>::min(), 0.0, true};
  first.bath = Bath{};
  first.groups = {{"g", {0, 7}}, {"g", {}}};
  const std::string text = effective(all);
  INFO(text);
  const auto again = read(text);
  REQUIRE(again == all);
  REQUIRE(effective(again) == text);
}

TEST_CASE("an effective deck finds the files from any folder", "[deck]") {
  const std::string folder = scratch_folder();
  std::filesystem::create_directories(folder + "/run/here");
  std::ofstream(folder + "/a.data") << "x";
  const auto all = read(with_stage("file = 'a.data'"), {}, folder + "/x.toml");
  REQUIRE(read(effective(all), {}, folder + "/run/here/deck.toml") == all);

  Everything relative = all;
  relative.examples[0].file = "b.data";  // a default that does not come from a deck
  REQUIRE(effective(relative).find("file = \"" + (std::filesystem::current_path() / "b.data").string() + "\"") !=
          std::string::npos);
}

TEST_CASE("a list of fixed length that is empty counts as absent", "[deck]") {
  Everything all{{}, {"melt"}, {{}}};
  all.examples[0].cells.clear();
  REQUIRE(effective(all).find("cells") == std::string::npos);
}

TEST_CASE("what is not finite is never written", "[deck]") {
  Everything all{{}, {"melt"}, {{}}};
  all.examples[0].dt = std::numeric_limits<double>::quiet_NaN();
  REQUIRE_THROWS_AS(effective(all), Error);
}
