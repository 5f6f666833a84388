#include <string>

#include "catch.hpp"
#include "run/deck_values.hpp"

using namespace tessera;
using Lines = std::vector<std::string>;

namespace {

/// As effective decks are written.
const std::string deck = R"(title = "Two = one"
seed = 7

[checkpoint]
every = 10
minutes = 5.0

[[stage]]
name = "melt"
type = "md"
steps = 100
dt = 0.005

[stage.pair]
cutoff = 2.5

[[stage.pair.between]]
types = ["A", "A"]
epsilon = 1.0

[[stage.pair.between]]
types = ["A", "B"]
epsilon = 1.5

[stage.output]
series = 10

[[stage]]
name = "second"
type = "md"
steps = 50
data = "melt"

[[stage.pair.between]]
types = ["B", "B"]
)";

std::string with(std::string from, const std::string& to) {
  std::string text = deck;
  text.replace(text.find(from), from.size(), to);
  return text;
}

}  // namespace

TEST_CASE("every value of an effective deck has a name of its own", "[run]") {
  const auto values = run::deck_values(deck);
  REQUIRE(values.at("title") == "\"Two = one\"");
  REQUIRE(values.at("seed") == "7");
  REQUIRE(values.at("checkpoint.minutes") == "5.0");
  REQUIRE(values.at("melt.type") == "\"md\"");
  REQUIRE(values.at("melt.pair.cutoff") == "2.5");
  REQUIRE(values.at("melt.pair.between.epsilon") == "1.0");
  REQUIRE(values.at("melt.pair.between[2].epsilon") == "1.5");
  REQUIRE(values.at("melt.pair.between[2].types") == "[\"A\", \"B\"]");
  REQUIRE(values.at("second.data") == "\"melt\"");
  REQUIRE(values.at("second.pair.between.types") == "[\"B\", \"B\"]");
  REQUIRE(values.size() == 19);
}

TEST_CASE("what was chosen is what differs, with its new value", "[run]") {
  REQUIRE(run::changed_values(deck, deck).empty());
  REQUIRE(run::changed_values(deck, with("cutoff = 2.5", "cutoff = 3.0")) == Lines{"melt.pair.cutoff = 3.0"});
  REQUIRE(run::changed_values("", "seed = 3\n") == Lines{"seed = 3"});
  REQUIRE(run::changed_values("", "file = \"\"\n[grid]\nmasses = []\n").empty());
  REQUIRE(run::changed_values("types = [\"A\"]\n", "types = []\n") == Lines{"types = []"});
}

TEST_CASE("lengths, limits, titles and cadences do not change the physics", "[run]") {
  REQUIRE(run::physics_changes(deck, with("steps = 100", "steps = 900")).empty());
  REQUIRE(run::physics_changes(deck, with("series = 10", "series = 1")).empty());
  REQUIRE(run::physics_changes(deck, with("every = 10", "every = 0")).empty());
  REQUIRE(run::physics_changes(deck, with("minutes = 5.0", "minutes = 1.0")).empty());
  REQUIRE(run::physics_changes(deck, with("Two = one", "Three")).empty());
  REQUIRE(run::physics_changes(deck, "wall_limit = 60.0\n" + deck).empty());
  REQUIRE(
      run::physics_changes(deck, with("[stage.pair]\n", "[stage.balance]\nby = \"time\"\n\n[stage.pair]\n")).empty());
}

TEST_CASE("everything else does, and is named with both values", "[run]") {
  REQUIRE(run::physics_changes(deck, with("cutoff = 2.5", "cutoff = 3.0")) ==
          Lines{"melt.pair.cutoff was 2.5 and would be 3.0"});
  REQUIRE(run::physics_changes(deck, with("seed = 7", "seed = 8")) == Lines{"seed was 7 and would be 8"});
  REQUIRE(run::physics_changes(deck, with("epsilon = 1.5", "epsilon = 1.6")) ==
          Lines{"melt.pair.between[2].epsilon was 1.5 and would be 1.6"});
  REQUIRE(run::physics_changes(deck, with("dt = 0.005\n", "")) == Lines{"melt.dt was 0.005 and would be absent"});
  REQUIRE(run::physics_changes(with("dt = 0.005\n", ""), deck) == Lines{"melt.dt was absent and would be 0.005"});
  REQUIRE(run::physics_changes(deck, with("name = \"second\"", "name = \"last\"")).size() == 8);
}
