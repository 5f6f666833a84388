// Each thing that can be wrong in a deck, and what the user is told.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "catch.hpp"
#include "example.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

struct Case {
  std::string what, text, message;
};

void check(const std::vector<Case>& cases) {
  for (const auto& one : cases) {
    INFO(one.what << "\n" << one.text);
    CHECK(complaint(one.text) == one.message);
  }
}

const std::string stage = with_stage("");

}  // namespace

TEST_CASE("a sound deck is read", "[deck]") {
  const auto all = read("title = 'x'\nseed = 7\n" +
                        with_stage("dt = 1\nsteps = 5\nthreads = 2\nfraction = 0\ndata = 'a'\ncells = [1, 2, 3]\n"
                                   "masses = [1, 2.5]\nnames = ['A', 'B']\nframe = -1\n[stage.pair]\nkind = 'table'\n"
                                   "cutoff = 3\ntail = true\n[stage.bath]\ntemperature = 0.5\n[[stage.group]]\n"
                                   "name = 'g'\nids = [4, 5]\n[[stage.group]]\nname = 'h'\n"));
  Example expected;
  expected.dt = 1.0;
  expected.steps = 5;
  expected.threads = 2;
  expected.fraction = 0.0;
  expected.data = "a";
  expected.cells = {1, 2, 3};
  expected.masses = {1.0, 2.5};
  expected.names = {"A", "B"};
  expected.frame = -1;
  expected.pair = {Kind::table, 3.0, 1.0, true};
  expected.bath = Bath{0.5, {}};
  expected.groups = {{"g", {4, 5}}, {"h", {}}};
  REQUIRE(all.top == Top{"x", 7, {}});
  REQUIRE(all.stages == std::vector<std::string>{"melt"});
  REQUIRE(all.examples.at(0) == expected);
}

TEST_CASE("what a deck leaves out keeps its default", "[deck]") {
  const auto all = read(stage);
  REQUIRE(all.top == Top{});
  REQUIRE(all.examples.at(0) == Example{});
}

TEST_CASE("what is not TOML is refused with its place", "[deck]") {
  // Columns and details are those of the TOML library.
  struct Syntax {
    std::string text, where, advice;
  };
  const std::vector<Syntax> cases{
      {"title = fast\n", "x.toml:1:", "\n    text stands in quotes: key = \"text\""},
      {"\ntitle = 'x", "x.toml:2:", ""},
      {"seed = 1\nseed = 2\n", "x.toml:2:", "\n    a key is given only once"},
      {"[stage]\n[stage]\n",
       "x.toml:2:1:", "\n    a table [x] stands only once; of a list of tables, each begins with [[x]]"},
      {"title = \"\xff\xfe\"\n", "x.toml:1:9:", "\n    save the deck as UTF-8"},
      {"seed = 99999999999999999999\n", "x.toml:1:", "not representable in 64 bits"},
  };
  for (const auto& one : cases) {
    INFO(one.text);
    const std::string message = complaint(one.text);
    CHECK_THAT(message, Catch::Matchers::StartsWith(one.where) && Contains(": TOML syntax error") &&
                            Catch::Matchers::EndsWith(one.advice));
  }
}

TEST_CASE("tables nested without end are refused", "[deck]") {
  std::string key = "a";
  for (int n = 0; n < 200000; ++n) key += ".a";
  REQUIRE(complaint(key + " = 1\n") == "x.toml:1:32: a key of more than 16 parts");
  REQUIRE(complaint("\n# a ' in a comment\n[" + key + "]\n") == "x.toml:3:33: a key of more than 16 parts");
  REQUIRE_THAT(complaint("x = {y = \"\"\"\n\"\"\"\"\", " + key + " = 1}"), Contains("a key of more than 16 parts"));
  REQUIRE_THAT(complaint("['=' . \".\" . '''" + key + "]"), !Contains("16 parts"));
  REQUIRE(complaint("a = " + std::string(100000, '[')) == "x.toml:1:37: values nested more than 32 deep");
  std::string mixed = "x = ";
  for (int n = 0; n < 1000; ++n) mixed += "[{a.a.a.a.a.a.a.a = ";
  REQUIRE_THAT(complaint(mixed), Contains(": values nested more than 32 deep"));
  REQUIRE(complaint("title = '" + std::string(1000, '.') + "' # " + key + "\n" + stage).empty());
}

TEST_CASE("stages that are missing, nameless, or of one name", "[deck]") {
  check(
      {{"empty deck", "", "x.toml:1:1: the deck has no stage\n    each begins with [[stage]], a name and a type"},
       {"empty list", "stage = []",
        "x.toml:1:1: expected stages, got an empty list\n    each begins with [[stage]], a name and a type"},
       {"stage is a number", "stage = 3",
        "x.toml:1:1: expected stages, got the integer 3\n    each begins with [[stage]], a name and a type"},
       {"stage among others", "stage = [{name = 'a', type = 'example'}, 3]",
        "x.toml:1:42: expected a [[stage]], got the integer 3"},
       {"single brackets", "[stage]\nname = 'a'\ntype = 'example'\nstep = 5\n",
        "x.toml:1:2: stages are a list of tables\n    write [[stage]] instead of [stage]\n"
        "x.toml:4:1: unknown key 'step' in stage \"a\"\n"
        "    known keys: bath, cells, data, dt, file, fraction, frame, group, masses, name,\n"
        "    names, pair, profile, rates, steps, threads, type, width. Did you mean 'steps'?"},
       {"no name", "[[stage]]\ntype = 'example'\n", "x.toml:1:1: stage number 1 has no name\n    write name = \"...\""},
       {"no type", "[[stage]]\nname = 'a'\n", "x.toml:1:1: stage \"a\" has no type\n    write type = \"...\""},
       {"empty type", "[[stage]]\nname = 'a'\ntype = ''\n", "x.toml:3:8: the type of stage \"a\" is empty"},
       {"name is a number", "[[stage]]\nname = 1\ntype = 'example'\n",
        "x.toml:2:8: key 'name' in stage number 1: expected a string, got the integer 1"},
       {"name is no folder", "[[stage]]\nname = '../a'\ntype = 'example'\n",
        "x.toml:2:8: stage name \"../a\" cannot be the name of a folder\n"
        "    expected up to 64 letters, digits, _ and -"},
       {"name is taken", "[[stage]]\nname = 'checkpoint'\ntype = 'example'\n",
        "x.toml:2:8: stage name \"checkpoint\" is taken: a run keeps a file of that name"},
       {"name twice", stage + stage,
        "x.toml:5:8: stage name \"melt\" is that of stage number 1 already\n"
        "    results of a stage lie in the folder of its name: find another"}});
}

TEST_CASE("values of the wrong type", "[deck]") {
  const auto in_stage = [](const std::string& body, const std::string& message) {
    return Case{body, with_stage(body), message};
  };
  check(
      {in_stage("dt = '1'", "x.toml:4:6: key 'dt' in stage \"melt\": expected a number > 0, got the string \"1\""),
       in_stage("steps = 1.0",
                "x.toml:4:9: key 'steps' in stage \"melt\": expected an integer >= 0, got the number 1.0"),
       in_stage("threads = true",
                "x.toml:4:11: key 'threads' in stage \"melt\": expected an integer from 1 to 2147483647, got the "
                "boolean true"),
       in_stage("data = 2020-01-01", "x.toml:4:8: key 'data' in stage \"melt\": expected a string, got a date or time"),
       in_stage("file = [1]", "x.toml:4:8: key 'file' in stage \"melt\": expected the name of a file, got a list"),
       in_stage("frame = 'last'",
                "x.toml:4:9: key 'frame' in stage \"melt\": expected an integer, got the string \"last\""),
       in_stage("cells = 3",
                "x.toml:4:9: key 'cells' in stage \"melt\": expected a list of 3 integers from 1 to 1048576, got the "
                "integer 3"),
       in_stage("masses = [1, '2']",
                "x.toml:4:14: key 'masses' in stage \"melt\": element 2: expected a number > 0, got the string "
                "\"2\""),
       in_stage("names = ['A', {}]",
                "x.toml:4:15: key 'names' in stage \"melt\": element 2: expected a string, got a table"),
       in_stage("pair.tail = 1",
                "x.toml:4:13: key 'tail' in [stage.pair] of stage \"melt\": expected true or false, got the "
                "integer 1"),
       in_stage("pair.kind = 1",
                "x.toml:4:13: key 'kind' in [stage.pair] of stage \"melt\": expected one of lj, morse, table, got "
                "the integer 1")});
}

TEST_CASE("numbers out of range", "[deck]") {
  const auto in_stage = [](const std::string& body, const std::string& message) {
    return Case{body, with_stage(body), message};
  };
  check(
      {in_stage("dt = 0.0", "x.toml:4:6: key 'dt' in stage \"melt\": 0 is out of range; expected a number > 0"),
       in_stage("dt = nan", "x.toml:4:6: key 'dt' in stage \"melt\": nan is not finite; expected a number > 0"),
       in_stage("dt = inf", "x.toml:4:6: key 'dt' in stage \"melt\": inf is not finite; expected a number > 0"),
       in_stage("dt = 9007199254740993",
                "x.toml:4:6: key 'dt' in stage \"melt\": 9007199254740993 is out of range; expected an integer from "
                "-9007199254740992 to 9007199254740992"),
       in_stage("fraction = 1",
                "x.toml:4:12: key 'fraction' in stage \"melt\": 1 is out of range; expected a number >= 0 and < 1"),
       in_stage("steps = -1",
                "x.toml:4:9: key 'steps' in stage \"melt\": -1 is out of range; expected an integer >= 0"),
       in_stage("threads = 3000000000",
                "x.toml:4:11: key 'threads' in stage \"melt\": 3000000000 is out of range; expected an integer from "
                "1 to 2147483647"),
       in_stage("frame = -9223372036854775808",
                "x.toml:4:9: key 'frame' in stage \"melt\": -9223372036854775808 is out of range; expected an "
                "integer from -9007199254740992 to 9007199254740992"),
       in_stage("cells = [1, 2]",
                "x.toml:4:9: key 'cells' in stage \"melt\": expected a list of 3 integers from 1 to 1048576, got 2 "
                "elements"),
       in_stage("cells = [1, 0, 2]",
                "x.toml:4:13: key 'cells' in stage \"melt\": element 2: 0 is out of range; expected an integer from 1 "
                "to 1048576"),
       in_stage("masses = [-inf]",
                "x.toml:4:11: key 'masses' in stage \"melt\": element 1: -inf is not finite; expected a number > "
                "0")});
  REQUIRE(read(with_stage("frame = 9007199254740992")).examples.at(0).frame == 9007199254740992);
}

TEST_CASE("keys that nobody knows", "[deck]") {
  check({{"at the top", "sed = 1\n" + stage,
          "x.toml:1:1: unknown key 'sed' at the top level\n"
          "    known keys: limits, seed, stage, title. Did you mean 'seed'?"},
         {"in a table", with_stage("[stage.pair]\n  cutof = 3\n"),
          "x.toml:5:3: unknown key 'cutof' in [stage.pair] of stage \"melt\"\n"
          "    known keys: cutoff, epsilon, kind, tail. Did you mean 'cutoff'?"},
         {"unlike any", with_stage("[stage.pair]\nxyz = 3\n"),
          "x.toml:5:1: unknown key 'xyz' in [stage.pair] of stage \"melt\"\n"
          "    known keys: cutoff, epsilon, kind, tail"},
         {"a table", with_stage("[stage.bath]\ntemperature = 1\n[stage.bath.heat]\n"),
          "x.toml:6:13: unknown table [stage.bath.heat] of stage \"melt\"\n    known keys: friction, temperature"},
         {"in an element", with_stage("[[stage.group]]\nname = 'a'\n[[stage.group]]\nname = 'b'\nid = [1]\n"),
          "x.toml:8:1: unknown key 'id' in [[stage.group]] number 2 of stage \"melt\"\n"
          "    known keys: ids, name. Did you mean 'ids'?"},
         {"below the wrong header", with_stage("[stage.pair]\nsteps = 3\n"),
          "x.toml:5:1: unknown key 'steps' in [stage.pair] of stage \"melt\"\n"
          "    'steps' belongs to stage \"melt\": write it above [stage.pair]"},
         {"of the top level in a stage", with_stage("seed = 3\n"),
          "x.toml:4:1: unknown key 'seed' in stage \"melt\"\n"
          "    'seed' belongs to the top level: write it above [[stage]]"},
         {"with control characters", with_stage("[stage.pair]\n\"a\\u001b[1m\\n\" = 3\n"),
          "x.toml:5:1: unknown key 'a\\u001B[1m\\n' in [stage.pair] of stage \"melt\"\n"
          "    known keys: cutoff, epsilon, kind, tail"}});
}

TEST_CASE("values that are not among the choices", "[deck]") {
  check({{"misspelt", with_stage("pair.kind = 'mores'"),
          "x.toml:4:13: key 'kind' in [stage.pair] of stage \"melt\": unknown value 'mores'\n"
          "    allowed: lj, morse, table. Did you mean 'morse'?"},
         {"unlike any", with_stage("pair.kind = 'eam'"),
          "x.toml:4:13: key 'kind' in [stage.pair] of stage \"melt\": unknown value 'eam'\n"
          "    allowed: lj, morse, table"}});
}

TEST_CASE("keys that must be given", "[deck]") {
  check({{"in a table", with_stage("  [stage.bath]\n"),
          "x.toml:4:3: missing key 'temperature' in [stage.bath] of stage \"melt\"\n"
          "    expected a number >= 0: that the bath holds (temperature)"},
         {"in an element", with_stage("[[stage.group]]\n"),
          "x.toml:4:1: missing key 'name' in [[stage.group]] number 1 of stage \"melt\"\n"
          "    expected a string: name of the group"}});
}

TEST_CASE("tables that are something else", "[deck]") {
  check({{"number for a table", with_stage("pair = 3"),
          "x.toml:4:8: key 'pair' in stage \"melt\": expected a table, got the integer 3\n"
          "    write [stage.pair] and its keys below"},
         {"list for a table", with_stage("[[stage.bath]]"),
          "x.toml:4:1: key 'bath' in stage \"melt\": expected a table, got a list\n"
          "    write [stage.bath], only once"},
         {"table for a list", with_stage("[stage.group]"),
          "x.toml:4:1: key 'group' in stage \"melt\": expected a list of tables, got a table\n"
          "    write [[stage.group]] before the keys of each"},
         {"list of numbers", with_stage("group = [1]"),
          "x.toml:4:9: key 'group' in stage \"melt\": expected a list of tables, got a list of something else\n"
          "    write [[stage.group]] before the keys of each"}});
}

TEST_CASE("files that cannot be read", "[deck]") {
  const std::string folder = scratch_folder(), deck = folder + "/x.toml";
  std::filesystem::create_directory(folder + "/inner");
  std::ofstream(folder + "/inner/there.data") << "x";
  REQUIRE(read(with_stage("file = 'inner/../inner/there.data'"), {}, deck).examples.at(0).file ==
          folder + "/inner/there.data");
  REQUIRE(complaint(with_stage("file = 'ther.data'"), {}, deck) ==
          deck + ":4:8: key 'file' in stage \"melt\": there is no file 'ther.data'\n    looked for " + folder +
              "/ther.data\n    relative names begin in the deck's folder");
  REQUIRE_THAT(complaint(with_stage("file = 'inner'"), {}, deck), Contains(": 'inner' is a folder; expected a file"));
  REQUIRE_THAT(complaint(with_stage("file = ''"), {}, deck), Contains(": '' is not the name of a file"));
  REQUIRE_THAT(complaint(with_stage("file = \"inner/there.data\\u0000\""), {}, deck),
               Contains(": 'inner/there.data\\u0000' is not the name of a file"));
  REQUIRE_THAT(complaint(with_stage("file = 'inner/there.data/x'"), {}, deck), Contains(": there is no file '"));
  std::filesystem::permissions(folder + "/inner/there.data", std::filesystem::perms::none);
  if (!std::ifstream(folder + "/inner/there.data"))  // root reads everything
    REQUIRE_THAT(complaint(with_stage("file = 'inner/there.data'"), {}, deck),
                 Contains(": file 'inner/there.data' cannot be read: Permission denied"));
}

TEST_CASE("formulas that are wrong", "[deck]") {
  check(
      {{"unknown name", with_stage("profile = 'sin(x) + y'"),
        "x.toml:4:11: key 'profile' in stage \"melt\": column 10 of the formula, at 'y': unknown name 'y'\n"
        "    known names: e, pi, t, width, x"},
       {"misspelt name", with_stage("profile = \"x/widht\""),
        "x.toml:4:11: key 'profile' in stage \"melt\": column 3 of the formula, at 'widht': unknown name 'widht'\n"
        "    known names: e, pi, t, width, x. Did you mean 'width'?"},
       {"empty", with_stage("profile = ''"), "x.toml:4:11: key 'profile' in stage \"melt\": the formula is empty"},
       {"no text", with_stage("profile = true"),
        "x.toml:4:11: key 'profile' in stage \"melt\": expected a formula of x, t, width, got the boolean true"},
       {"one of a list", with_stage("rates = ['x', '(x', 'x']"),
        "x.toml:4:15: key 'rates' in stage \"melt\": element 2: column 3 of the formula, at its end: expected ')' for "
        "the '(' in column 1"},
       {"no list", with_stage("rates = 'x'"),
        "x.toml:4:9: key 'rates' in stage \"melt\": expected a list of formulas of x, got the string \"x\""}});
  const auto all = read(with_stage("width = 2\nprofile = 'x**2/width - t'\nrates = ['-x']"), {"melt.profile=0"});
  REQUIRE(all.examples.at(0).profile == "0");  // from the command line without quotes
  REQUIRE(all.examples.at(0).rates == std::vector<std::string>{"-x"});
  const auto numbers = read(with_stage("profile = 3\nrates = [0.5, 'x']"));
  REQUIRE(numbers.examples.at(0).profile == "3.0");
  REQUIRE(numbers.examples.at(0).rates == std::vector<std::string>{"0.5", "x"});
}

TEST_CASE("rules between fields", "[deck]") {
  REQUIRE(complaint(with_stage("[stage.pair]\ncutoff = 200")) ==
          "x.toml:5:1: key 'cutoff' in [stage.pair] of stage \"melt\": a cutoff of 200.000000 is longer than the box");
  // Not while something in that table could not be read.
  REQUIRE_THAT(complaint(with_stage("[stage.pair]\ncutoff = 200\ntail = 1")), !Contains("longer than the box"));
}

TEST_CASE("what a module reports about its stage", "[deck]") {
  const auto report = [](const std::string& text, const std::string& key) {
    auto deck = deck::Deck::parse(text, "x.toml");
    deck.report_stage(0, key, "not that\nbut this");
    try {
      deck.finish();
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  REQUIRE(report(stage, "type") == "x.toml:3:8: key 'type' in stage \"melt\": not that\n    but this");
  REQUIRE(report(stage, "data") == "x.toml:1:1: key 'data' in stage \"melt\": not that\n    but this");
  REQUIRE_THAT(report("[[stage]]\nname = 'melt'\n", "type"), !Contains("not that"));
  // In a table: the one that has the value.
  auto deck = deck::Deck::parse(stage + "a = [{data = 'one'}, {b.data = 'two'}]\n", "x.toml");
  deck.report_stage(0, "data", "not that", "two");
  REQUIRE_THROWS_WITH(deck.finish(), Contains("x.toml:4:32: key 'data' in stage \"melt\": not that"));
}

TEST_CASE("all mistakes of a deck are reported at once, in order", "[deck]") {
  const std::string message = complaint("titel = 'x'\nseed = -1\n" +
                                        with_stage("dt = '1'\n[stage.pair]\ncutof = 3\nkind = 'l'\n[stage.bath]\n") +
                                        "[[stage]]\nname = 'melt'\n");
  std::vector<std::string> places;
  for (std::size_t at = 0; (at = message.find("x.toml:", at)) != std::string::npos; ++at)
    places.push_back(message.substr(at + 7, message.find(':', at + 7) - at - 7));
  REQUIRE(places == std::vector<std::string>{"1", "2", "6", "8", "9", "10", "11", "12"});
}

TEST_CASE("very many mistakes are counted, not listed", "[deck]") {
  std::string text;
  for (int n = 0; n < 5000; ++n) text += "k" + std::to_string(n) + " = 1\n";
  const std::string message = complaint(text + stage);
  REQUIRE(message.size() < 10000);
  REQUIRE_THAT(message, Contains("\nx.toml: and 4960 more errors"));
}
