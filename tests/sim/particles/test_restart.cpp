// An ensemble that is interrupted and goes on, on any number of ranks.
#include "data/io/checkpoint.hpp"
#include "pair_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

void write_ensemble(const Ensemble& ensemble, const std::string& folder) {
  data::CheckpointInfo info;
  info.step = ensemble.num_steps_done();
  data::write_checkpoint(comm(), folder, info, {{"run", [&](data::StateWriter& writer) { ensemble.save(writer); }}});
}

void read_ensemble(Ensemble& ensemble, const Comm& group, const std::string& folder) {
  const auto checkpoint = data::Checkpoint::open_newest(group, folder);
  ensemble.restore(*checkpoint->section("run"));
}

void goes_on(const std::string& keys) {
  const auto params = langevin_params("particles = 41\ndimensions = 2\ndt = 0.02\n" + keys);
  const auto whole = started(comm(), params);
  advance(*whole, 7);
  const std::string folder = scratch_folder();
  write_ensemble(*whole, folder);
  advance(*whole, 9);

  Ensemble again(comm(), params, 5);
  read_ensemble(again, comm(), folder);
  CHECK(again.num_steps_done() == 7);
  advance(again, 9);
  REQUIRE_ALL(numbers(again, "position", 0) == numbers(*whole, "position", 0));
  REQUIRE_ALL(numbers(again, "position", 1) == numbers(*whole, "position", 1));

  // One rank by itself, and all the others together.
  const Comm some = comm().split(comm().is_root() ? 0 : 1);
  Ensemble part(some, params, 5);
  read_ensemble(part, some, folder);
  advance(part, 9);
  const auto expected = whole->moments(), now = part.moments();
  REQUIRE_ALL(now.mean == expected.mean);
  REQUIRE_ALL(now.variance == expected.variance);
  REQUIRE_ALL(now.temperature == expected.temperature);
}

}  // namespace

TEST_CASE("an ensemble goes on to the last bit", "[particles]") {
  const std::string well = "[stage.potential]\nkind = \"double_well\"\n[stage.start]\nvariance = [0.5]\n";
  for (const char* scheme : {"baoab", "aboba", "bbk", "leimkuhler_matthews", "heun"}) {
    INFO(scheme);
    goes_on("scheme = \"" + std::string(scheme) + "\"\n" + well);
  }
  goes_on("growth = \"2*x\"\ngrowth_as = \"branching\"\n[stage.mean_field]\nstrength = 1.5\n");
  goes_on("growth = \"2*x\"\nscheme = \"heun\"\n");
  goes_on("flow = [\"sin(3*t)\", \"-x\"]\n[stage.box]\nlength = [0.3, 0.0]\n");
}

TEST_CASE("particles on tiles go on to the last bit on as many ranks, and up to rounding on others", "[particles]") {
  for (const char* form : {"kind = \"gaussian\"\nlength = 0.3\nskin = 0.3\n",
                           "kind = \"formula\"\nformula = \"exp(-3*r)\"\ncutoff = 1.0\nskin = 0.3\n"})
    for (const char* scheme : {"aboba", "heun"}) {
      INFO(scheme << ", " << form);
      const auto params =
          langevin_params("particles = 61\ndimensions = 2\ndt = 0.02\nscheme = \"" + std::string(scheme) +
                          "\"\n[stage.start]\nvariance = [2.0]\n[stage.pair]\n" + form);
      const auto whole = started(comm(), params);
      advance(*whole, 13);
      const std::string folder = scratch_folder();
      write_ensemble(*whole, folder);
      advance(*whole, 20);
      Ensemble again(comm(), params, 5);
      read_ensemble(again, comm(), folder);
      advance(again, 20);
      REQUIRE_ALL(numbers(again, "position", 0) == numbers(*whole, "position", 0));
      REQUIRE_ALL(numbers(again, "position", 1) == numbers(*whole, "position", 1));

      const Comm some = comm().split(comm().is_root() ? 0 : 1);
      Ensemble part(some, params, 5);
      read_ensemble(part, some, folder);
      advance(part, 20);
      const auto expected = by_id(*whole, "position"), now = by_id(part, "position");
      for (std::size_t k = 0; k < now.size(); ++k) REQUIRE_THAT(now[k], WithinAbs(expected[k], 1e-12));
    }
}

TEST_CASE("a checkpoint of another ensemble is refused", "[particles][bad]") {
  const auto ensemble = started(comm(), langevin_params("particles = 5\n"));
  const std::string folder = scratch_folder();
  write_ensemble(*ensemble, folder);
  Ensemble more(comm(), langevin_params("particles = 6\n"), 5);
  REQUIRE_THROWS_WITH(read_ensemble(more, comm(), folder), Contains("a checkpoint of 5 particles; expected 6"));
}
