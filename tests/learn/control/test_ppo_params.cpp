// What a deck may say about PPO.
#include "catch.hpp"
#include "learn/control/ppo_params.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::learn::control;

namespace {

PpoParams read(const std::string& keys) { return test::read_stage<PpoParams>(keys); }

}  // namespace

TEST_CASE("defaults are those of the library, and the corrected form", "[control]") {
  const auto params = read("");
  CHECK((params.iterations == 50 && params.episodes == 20 && params.episode_length == 20));
  CHECK((params.epochs == 4 && params.minibatch == 5 && params.hidden == 64));
  CHECK((params.clip == 0.2 && params.covariance == 0.05 && params.discount == 0.99 && params.learning_rate == 1e-4));
  REQUIRE(params.refinements.has_value());
  CHECK(params.refinements->bootstrap);
  CHECK_FALSE(params.refinements->final_learning_rate.has_value());
  CHECK_FALSE((params.refinements->critic_sees_state || params.keep_best.has_value()));
  CHECK_FALSE(read("fidelity = \"reference\"\n").refinements.has_value());
}

TEST_CASE("the effective deck reads back to the same", "[control]") {
  auto params = read(
      "minibatch = 64\n[stage.keep_best]\nevery = 3\n[stage.refinements]\ntrace_decay = 0.5\nfinal_learning_rate = 0\n"
      "critic_sees_state = true\n");
  deck::EffectiveDeck writer;
  std::string title = "t";
  writer.write_top([&](deck::Binder& b) { b.value("title", title, {"title"}); });
  writer.write_stage("a", "ppo", [&](deck::Binder& b) { bind(b, params); });
  const std::string once = writer.text();
  CHECK_THAT(once, Contains("trace_decay = 0.5") && Contains("minibatch = 64") && Contains("final_learning_rate = 0"));
  auto again = read(once.substr(once.find("iterations")));
  CHECK(again.refinements->trace_decay == 0.5);
  CHECK(again.minibatch == 64);
  CHECK(again.refinements->critic_sees_state);
  REQUIRE(again.keep_best.has_value());
  CHECK((again.keep_best->every == 3 && again.keep_best->episodes == 64));
}

TEST_CASE("values that make no sense are refused", "[control]") {
  CHECK_THROWS_WITH(read("minibatch = 0\n"), Contains("minibatch"));
  CHECK_THROWS_WITH(read("covariance = 0.0\n"), Contains("covariance"));
  CHECK_THROWS_WITH(read("discount = 1.5\n"), Contains("discount"));
  CHECK_THROWS_WITH(read("keep_best.every = 0\n"), Contains("every"));
  CHECK_THROWS_WITH(read("keep_best.episodes = 0\n"), Contains("episodes"));
  CHECK_THROWS_WITH(read("fidelity = \"exact\"\n"), Contains("fidelity"));
  CHECK_THROWS_WITH(read("fidelity = \"reference\"\n[stage.refinements]\nbootstrap = true\n"),
                    Contains("the reference form has none of these"));
}
