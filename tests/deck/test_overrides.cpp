// Values from the command line.
#include <string>
#include <vector>

#include "catch.hpp"
#include "example.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string stages =
    with_stage("steps = 5\n[[stage.group]]\nname = 'g'\n") + "[[stage]]\nname = 'cool'\ntype = 'example'\n";

}  // namespace

TEST_CASE("overrides replace what the deck says and add what it does not", "[deck]") {
  const auto all = read(stages, {"seed=7", " title = two words ", "melt.steps=10", "melt.pair.kind=morse",
                                 "melt.cells=[2, 3, 4]", "melt.names=['a', 'b']", "cool.dt=2", "cool.data=melt",
                                 "cool.bath.temperature=0.5", "limits.temperature=3", "melt.group=[{name = 'h'}]"});
  REQUIRE(all.top == Top{"two words", 7, Bath{3.0, {}}});
  Example melt;
  melt.steps = 10;
  melt.pair.kind = Kind::morse;
  melt.cells = {2, 3, 4};
  melt.names = {"a", "b"};
  melt.groups = {{"h", {}}};
  REQUIRE(all.examples.at(0) == melt);
  Example cool;
  cool.dt = 2.0;
  cool.data = "melt";
  cool.bath = Bath{0.5, {}};
  REQUIRE(all.examples.at(1) == cool);
}

TEST_CASE("the last override of a key counts", "[deck]") {
  REQUIRE(read(stages, {"melt.steps=10", "melt.steps=20"}).examples.at(0).steps == 20);
}

TEST_CASE("shells take quotes away: a string may look like something else", "[deck]") {
  const auto all = read(stages, {"title=2024", "melt.data=1e5", "cool.data=\"7\""});
  REQUIRE(all.top.title == "2024");
  REQUIRE(all.examples.at(0).data == "1e5");
  REQUIRE(all.examples.at(1).data == "7");
  REQUIRE(read(stages, {"title=a=b"}).top.title == "a=b");
}

TEST_CASE("overrides that cannot be", "[deck]") {
  struct Case {
    std::string given, message;
  };
  const std::vector<Case> cases{
      {"seed=x", "key 'seed' at the top level: expected an integer from 0 to 4294967295, got the string \"x\""},
      {"seed=1e3", "key 'seed' at the top level: expected an integer from 0 to 4294967295, got the number 1000.0"},
      {"seed=", "key 'seed' at the top level: expected an integer from 0 to 4294967295, got the string \"\""},
      {"melt.dt=-1", "key 'dt' in stage \"melt\": -1 is out of range; expected a number > 0"},
      {"melt.pair.kind=mrse",
       "key 'kind' in [stage.pair] of stage \"melt\": unknown value 'mrse'\n"
       "    allowed: lj, morse, table. Did you mean 'morse'?"},
      {"melt.pair.cutof=3",
       "unknown key 'cutof' in [stage.pair] of stage \"melt\"\n"
       "    known keys: cutoff, epsilon, kind, tail. Did you mean 'cutoff'?"},
      {"mlt.steps=3",
       "no stage or table of the top level is called 'mlt'\n"
       "    known: melt, cool, limits, seed, title. Did you mean 'melt'?"},
      {"limit.temperature=3",
       "no stage or table of the top level is called 'limit'\n"
       "    known: melt, cool, limits, seed, title. Did you mean 'limits'?"},
      {"sed=3", "unknown key 'sed' at the top level\n    known keys: limits, seed, stage, title. Did you mean 'seed'?"},
      {"melt=3", "'melt' is a stage; expected melt.<key>=<value>"},
      {"stage.melt.steps=3", "stages go by their names here: expected <stage name>.<key>=<value>"},
      {"stage=[]", "stages go by their names here: expected <stage name>.<key>=<value>"},
      {"steps", "expected <key>=<value> or <stage>.<key>=<value>"},
      {"=3", "'' is not a key; expected <key>=<value> or <stage>.<key>=<value>"},
      {"melt..dt=3", "'melt..dt' is not a key; expected <key>=<value> or <stage>.<key>=<value>"},
      {"a b=3", "'a b' is not a key; expected <key>=<value> or <stage>.<key>=<value>"},
      {"melt.group.0.name=x",
       "'group' is a list, and the command line does not reach its elements\n"
       "    change the deck, or give the whole list at once"},
      {"melt.steps.x=1", "'steps' is not a table"},
      {"melt.pair=3",
       "key 'pair' in stage \"melt\": expected a table, got the integer 3\n"
       "    write [stage.pair] and its keys below"},
      {"cool.bath.friction=1",
       "missing key 'temperature' in [stage.bath] of stage \"cool\"\n"
       "    expected a number >= 0: that the bath holds (temperature)"},
      {"melt.cells=[1, 2", "TOML syntax error in array: encountered end-of-file"},
      {"cool.name=melt",
       "stage name \"melt\" is that of stage number 1 already\n"
       "    results of a stage lie in the folder of its name: find another"},
  };
  for (const auto& one : cases) {
    INFO(one.given);
    CHECK(complaint(stages, {"seed=1", one.given}) == "command line: " + one.given + ": " + one.message);
  }
  std::string key = "a";
  for (int n = 0; n < 16; ++n) key += ".a";
  CHECK_THAT(complaint(stages, {key + "=1"}), Contains("' is not a key; expected"));
  CHECK(complaint(stages, {"title=\xff"}) == "command line: title=\\xFF: the value is not valid UTF-8");
  CHECK(complaint(stages, {"seed=1\ntitle='x'"}) == "command line: seed=1\\ntitle='x': expected one value");
}

TEST_CASE("mistakes of the command line follow those of the deck", "[deck]") {
  REQUIRE(complaint("sed = 1\n" + stages, {"melt.x=1", "cool.y=2"}).find("command line: melt.x=1") >
          complaint("sed = 1\n" + stages, {"melt.x=1", "cool.y=2"}).find("x.toml:1:1"));
}
