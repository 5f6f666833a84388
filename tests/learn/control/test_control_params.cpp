// What a deck may say about linear controllers.
#include "catch.hpp"
#include "learn/control/params.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::learn::control;
using test::read_stage;

TEST_CASE("linear controllers are bound to decks", "[control]") {
  CHECK(read_stage<LqrParams>("").unseen == math::UnseenModes::refuse);
  CHECK(read_stage<LqrParams>("unseen = \"leave\"\n").unseen == math::UnseenModes::leave);
  CHECK(read_stage<LqgParams>("").start == FilterStart::mean);
  CHECK(read_stage<LqgParams>("start = \"state\"\n").start == FilterStart::state);
  CHECK_FALSE(read_stage<RobustParams>("").gamma.has_value());
  const auto robust = read_stage<RobustParams>("gamma = 2\nworst_disturbance = true\nfidelity = \"reference\"\n");
  CHECK(robust.gamma == 2.0);
  CHECK(robust.plays_disturbance);
  CHECK(robust.fidelity == sim::Fidelity::reference);
}

TEST_CASE("options without effect are refused", "[control]") {
  CHECK_THROWS_WITH(read_stage<RobustParams>("worst_disturbance = true\n"), Contains("only at a finite gamma"));
  CHECK_THROWS_WITH(read_stage<RobustParams>("gamma = 2\nfidelity = \"reference\"\n"), Contains("about the worst"));
  CHECK_THROWS_WITH(read_stage<RobustParams>("gamma = 0\n"), Contains("gamma"));
}
