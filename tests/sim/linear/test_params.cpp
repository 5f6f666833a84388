#include "deck/deck.hpp"
#include "samples.hpp"
#include "stage_deck.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

LinearParams read(const std::string& keys) { return read_stage<LinearParams>(keys); }
std::string message_of(const std::string& keys) { return complaint_about<LinearParams>(keys); }

std::string written(LinearParams params) {
  deck::EffectiveDeck writer;
  writer.write_stage("a", "linear", [&](deck::Binder& b) { bind(b, params); });
  return writer.text();
}

}  // namespace

TEST_CASE("A short deck gets the defaults", "[linear]") {
  const auto params = read("id = \"he1\"\n");
  CHECK(params.fidelity == sim::Fidelity::corrected);
  CHECK(params.steps == 1000);
  CHECK(params.sample_time == 0.1);
  CHECK(params.noise_cov == 0.1);
  CHECK(params.random_init_state_cov == 0.1);
  CHECK(params.init_state.empty());
  CHECK_FALSE(params.action_limit.has_value());
  CHECK_FALSE(params.reward_limit.has_value());
  CHECK(params.observe == sim::Observe::before);
  CHECK(read("id = \"rea\"\n").sample_time == 1.0);
  CHECK(read("id = \"rea\"\nfidelity = \"reference\"\n").sample_time == 0.1);
}

TEST_CASE("The effective deck reads back to the same parameters", "[linear]") {
  const auto first = written(
      read("id = \"cm\"\nelements = 2\nfidelity = \"reference\"\nsteps = 7\nsample_time = 0.2\nnoise_cov = 0.5\n"
           "random_init_state_cov = 0\ninit_state = [1, 2, 3, 4]\naction_limit = 3\nclip_actions = true\n"
           "reward_limit = 9\nobserve = \"after\"\n"));
  const auto stage = first.substr(first.find("type = "));
  CHECK(written(read(stage.substr(stage.find('\n') + 1))) == first);
  CHECK(first.find("observe = \"after\"") != std::string::npos);
  const auto rea = written(read("id = \"rea\"\n"));
  CHECK(written(read(rea.substr(rea.find("id = ")))) == rea);
}

TEST_CASE("Parameters become the environment's", "[linear]") {
  const auto params = read("id = \"ac1\"\nsteps = 3\naction_limit = 2\nclip_actions = true\nreward_limit = 5\n");
  const auto environment = make_environment(comm(), params, 1, 2);
  const auto& info = environment->info();
  CHECK(info.id == "ac1");
  CHECK(info.num_steps == 3);
  CHECK(info.num_states == 5);
  CHECK(info.num_actions == 3);
  CHECK(info.num_observations == 3);
  CHECK(info.num_disturbances == 3);
  CHECK(info.action_limit == 2.0);
  CHECK(info.reward_limit == 5.0);
  CHECK(info.clips_actions);
}

TEST_CASE("What is wrong in a deck is said", "[linear][bad]") {
  CHECK_THAT(message_of("steps = 3\n"), Contains("id"));
  CHECK_THAT(message_of("id = \"he7\"\n"), Contains("a.toml:5:1") && Contains("no linear system 'he7'; there are ac1"));
  CHECK_THAT(message_of("id = \"he1\"\nelements = 5\n"),
             Contains("a.toml:6") && Contains("elements are for the cable"));
  CHECK_THAT(message_of("id = \"cm\"\n"), Contains("needs a number of elements"));
  CHECK_THAT(message_of("id = \"cm\"\nelements = 0\n"), Contains("elements"));
  CHECK_THAT(message_of("id = \"cm\"\nelements = 200000000\n"), Contains("elements") && Contains("100000000"));
  CHECK_THAT(message_of("id = \"he1\"\ninit_state = [1, 2, 3]\n"), Contains("3 numbers; 'he1' has 4 states"));
  CHECK_THAT(message_of("id = \"rea\"\nsample_time = 0.1\n"), Contains("'rea' is a model in discrete time"));
  CHECK_THAT(message_of("id = \"he1\"\nclip_actions = true\n"), Contains("clipping needs an action_limit"));
  CHECK_THAT(message_of("id = \"he1\"\nnoise_cov = -1\n"), Contains("noise_cov"));
  CHECK_THAT(message_of("id = \"he1\"\nsample_time = 0\n"), Contains("sample_time"));
  CHECK_THAT(message_of("id = \"he1\"\nobserve = \"later\"\n"), Contains("before") && Contains("after"));
  CHECK_THAT(message_of("id = \"he1\"\nn_steps = 4\n"), Contains("n_steps"));
}
