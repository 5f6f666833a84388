// A batch that is interrupted and goes on, on any number of ranks.
#include "data/io/checkpoint.hpp"
#include "samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

void write(const LinearEnvironment& environment, const std::string& folder) {
  data::CheckpointInfo info;
  info.step = environment.num_steps_done();
  data::write_checkpoint(comm(), folder, info, {{"run", [&](data::StateWriter& writer) { environment.save(writer); }}});
}

void read(LinearEnvironment& environment, const std::string& folder) {
  const auto checkpoint = data::Checkpoint::open_newest(environment.comm(), folder);
  environment.restore(*checkpoint->section("run"));
}

}  // namespace

TEST_CASE("A batch goes on to the last bit", "[linear]") {
  for (const auto observe : {sim::Observe::before, sim::Observe::after}) {
    LinearParams params;
    params.id = "he6";
    params.observe = observe;
    params.reward_limit = 20.0;  // some rows end on the way
    const auto whole = make_environment(comm(), params, 3, 13, 2);
    whole->reset({.first = 4, .per_start = 2});
    for (int n = 0; n < 4; ++n) step_by_wave(*whole);
    const std::string folder = scratch_folder();
    write(*whole, folder);
    const auto running = whole->num_running();
    const auto middle = numbers(whole->observation());
    for (int n = 0; n < 4; ++n) step_by_wave(*whole);
    CHECK(running > 0);
    CHECK(running < 13);

    const auto again = make_environment(comm(), params, 3, 13, 2);
    read(*again, folder);
    CHECK(again->num_steps_done() == 4);
    CHECK(again->num_running() == running);
    REQUIRE_ALL(numbers(again->observation()) == middle);
    for (int n = 0; n < 4; ++n) step_by_wave(*again);
    REQUIRE_ALL(numbers(again->state()) == numbers(whole->state()));
    REQUIRE_ALL(numbers(again->observation()) == numbers(whole->observation()));
    REQUIRE_ALL(endings(*again) == endings(*whole));

    // One rank by itself, and all the others together.
    const Comm some = comm().split(comm().is_root() ? 0 : 1);
    const auto part = make_environment(some, params, 3, 13);
    read(*part, folder);
    for (int n = 0; n < 4; ++n) step_by_wave(*part);
    const Comm self = comm().split(comm().rank());
    const auto alone = make_environment(self, params, 3, 13);
    alone->reset({.first = 4, .per_start = 2});
    for (int n = 0; n < 8; ++n) step_by_wave(*alone);
    const auto all = numbers(alone->state());
    const auto first = part->rows().first * 20, count = part->rows().count * 20;
    REQUIRE_ALL(numbers(part->state()) == std::vector<double>(all.begin() + first, all.begin() + first + count));
  }
}

TEST_CASE("A checkpoint of another batch is refused", "[linear][bad]") {
  LinearParams params;
  params.id = "he1";
  const auto environment = make_environment(comm(), params, 3, 5);
  environment->reset({});
  const std::string folder = scratch_folder();
  write(*environment, folder);
  const auto more = make_environment(comm(), params, 3, 6);
  REQUIRE_THROWS_WITH(read(*more, folder), Contains("a checkpoint of 5 rows of 'he1'; expected 6"));
}
