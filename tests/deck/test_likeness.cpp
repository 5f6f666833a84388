// Stages that are like earlier ones.
#include <string>
#include <vector>

#include "catch.hpp"
#include "example.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string first = with_stage("steps = 5\ncells = [2, 3, 4]\npair.kind = 'morse'\nbath.temperature = 0.5\n");

std::string second(const std::string& keys) { return "[[stage]]\nname = 'cool'\n" + keys; }

}  // namespace

TEST_CASE("a stage takes over what an earlier one says, and its own keys count more", "[deck]") {
  const auto all = read(first + second("like = 'melt'\nsteps = 7\n"), {"melt.dt=0.25"});
  Example cool = all.examples.at(0);
  CHECK(cool.pair.kind == Kind::morse);
  CHECK(cool.dt == 0.25);
  cool.steps = 7;
  REQUIRE(all.examples.at(1) == cool);
}

TEST_CASE("tables are merged key by key, lists are not, and some keys stay behind", "[deck]") {
  const auto all =
      read(first + second("like = 'melt'\nwithout = ['steps', 'bath']\ncells = [9, 9, 9]\npair.epsilon = 2.0\n"));
  const Example& cool = all.examples.at(1);
  CHECK(cool.steps == Example{}.steps);
  CHECK(cool.bath == Example{}.bath);
  CHECK(cool.cells == std::vector<std::int64_t>{9, 9, 9});
  CHECK(cool.pair.kind == Kind::morse);
  CHECK(cool.pair.epsilon == 2.0);
}

TEST_CASE("likeness goes on from stage to stage", "[deck]") {
  const auto all = read(first + second("like = 'melt'\nsteps = 7\n") +
                        "[[stage]]\nname = 'cold'\nlike = 'cool'\nwithout = ['cells']\n");
  Example cold = all.examples.at(1);
  cold.cells = Example{}.cells;
  REQUIRE(all.examples.at(2) == cold);
}

TEST_CASE("likenesses that cannot be", "[deck]") {
  struct Case {
    std::string keys, message;
  };
  const std::vector<Case> cases{
      {"type = 'example'\nlike = 'mlt'\n",
       "there is no stage \"mlt\" before this one\n    earlier stages: melt. Did you mean 'melt'?"},
      {"type = 'example'\nlike = 'cool'\n", "there is no stage \"cool\" before this one"},
      {"type = 'example'\nlike = 3\n", "key 'like': expected the name of an earlier stage, got the integer 3"},
      {"like = 'melt'\nwithout = 'steps'\n", "key 'without': expected a list of keys, got the string \"steps\""},
      {"like = 'melt'\nwithout = ['stepps']\n", "the stage that this one is like has no key 'stepps'"},
      {"like = 'melt'\nwithout = [1]\n", "key 'without': expected the name of a key, got the integer 1"},
      {"type = 'example'\nwithout = ['steps']\n", "key 'without' means nothing without 'like'"},
  };
  for (const auto& [keys, message] : cases) {
    INFO(keys);
    CHECK_THAT(complaint(first + second(keys)), Contains(message));
  }
}
