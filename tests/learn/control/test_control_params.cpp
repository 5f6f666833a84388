// What a deck may say about linear controllers.
#include <string>

#include "base/error.hpp"
#include "catch.hpp"
#include "deck/deck.hpp"
#include "learn/control/params.hpp"

using namespace tessera;
using namespace tessera::learn::control;

namespace {

template <class Params>
Params read(const std::string& text) {
  auto deck = deck::Deck::parse("title = \"t\"\n[[stage]]\nname = \"a\"\ntype = \"control\"\n" + text, "a.toml");
  Params params;
  std::string title;
  deck.read_top([&](deck::Binder& b) { b.value("title", title, {"title"}); });
  deck.read_stage(0, [&](deck::Binder& b) { bind(b, params); });
  deck.finish();
  return params;
}

}  // namespace

TEST_CASE("linear controllers are bound to decks", "[control]") {
  CHECK(read<LqrParams>("").unseen == math::UnseenModes::refuse);
  CHECK(read<LqrParams>("unseen = \"leave\"\n").unseen == math::UnseenModes::leave);
  CHECK(read<LqgParams>("").start == FilterStart::mean);
  CHECK(read<LqgParams>("start = \"state\"\n").start == FilterStart::state);
  CHECK_FALSE(read<RobustParams>("").gamma.has_value());
  const auto robust = read<RobustParams>("gamma = 2\nworst_disturbance = true\nfidelity = \"reference\"\n");
  CHECK(robust.gamma == 2.0);
  CHECK(robust.plays_disturbance);
  CHECK(robust.fidelity == sim::Fidelity::reference);
}

TEST_CASE("options without effect are refused", "[control]") {
  CHECK_THROWS_WITH(read<RobustParams>("worst_disturbance = true\n"), Contains("only at a finite gamma"));
  CHECK_THROWS_WITH(read<RobustParams>("gamma = 2\nfidelity = \"reference\"\n"), Contains("about the worst"));
  CHECK_THROWS_WITH(read<RobustParams>("gamma = 0\n"), Contains("gamma"));
}
