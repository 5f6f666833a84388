// The same bits on any number of ranks, and after a checkpoint.
#include "data/io/checkpoint.hpp"
#include "space_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string diffuse = "kind = \"diffuse\"\ntemperature = 1.1\n";

std::vector<std::string> decks() {
  const std::string planar =
      "[stage.velocity]\ndimensions = 1\npoints = 12\nhalf_width = [6.0]\nreduction = \"planar\"\n";
  const std::string plane = "[stage.velocity]\ndimensions = 2\npoints = 10\nhalf_width = [6.5]\n";
  const std::string solid = "[stage.velocity]\ndimensions = 3\npoints = 8\nhalf_width = [6.5]\n";
  const std::string hump = "[[stage.initial]]\ndensity = \"1 + 0.5*exp(-20*(x - 0.3)^2)\"\n";
  const auto all_sides = [](int dimensions, const std::string& what) {
    std::string text;
    for (int n = 0; n < 2 * dimensions; ++n)
      text += "[stage." + std::string(sim::boltzmann::side_names[static_cast<std::size_t>(n)]) + "]\n" + what;
    return text;
  };
  return {
      "cells = [23]\nsteps = 6\nviscosity = 0.01\nacceleration = [0, 0.1, 0]\n" + planar + hump + all_sides(1, diffuse),
      "cells = [9]\nsteps = 6\nviscosity = 0.01\nscheme = \"weno\"\nintegrator = \"rk3\"\nmodel = \"es_bgk\"\n" +
          plane + hump + all_sides(1, diffuse),
      "cells = [9, 7]\nsteps = 6\nviscosity = 0.02\nscheme = \"mc\"\nmodel = \"es_bgk\"\n" + plane + hump +
          all_sides(2, diffuse + "accommodation = 0.5\n"),
      "cells = [5, 6, 4]\nsteps = 4\nviscosity = 0.02\nscheme = \"third\"\nmodel = \"shakhov\"\n" + solid + hump +
          all_sides(3, "kind = \"specular\"\n"),
      "cells = [12]\nsteps = 4\nmodel = \"boltzmann\"\ncollisions.rate = 5.0\n" + solid + hump +
          "[[stage.species]]\nname = \"gas\"\ndiameter = 1.0\n",
      "cells = [11]\nsteps = 5\nmodel = \"mixture\"\n"
      "[[stage.species]]\nname = \"a\"\ndiameter = 0.5\n[[stage.species]]\nname = \"b\"\nmass = 2.0\ndiameter = 0.7\n" +
          plane +
          "[[stage.initial]]\nspecies = \"a\"\ndensity = \"1 + 0.5*x\"\n"
          "[[stage.initial]]\nspecies = \"b\"\ntemperature = \"1 + 0.2*x\"\n" +
          all_sides(1, diffuse)};
}

void write(BoltzmannStage& stage, const std::string& folder) {
  data::CheckpointInfo info;
  data::write_checkpoint(comm(), folder, info, {{"run", [&](data::StateWriter& writer) { stage.save(writer); }}});
}

}  // namespace

TEST_CASE("ranks do not matter, to the last bit", "[boltzmann]") {
  for (const auto& deck : decks()) {
    INFO(deck);
    const auto shared = started_stage(comm(), deck), alone = started_stage(comm().split(comm().rank()), deck);
    const auto steps = static_cast<int>(shared->num_steps());
    advance_stage(*shared, steps);
    advance_stage(*alone, steps);
    REQUIRE_ALL(shared->series_values() == alone->series_values());
    const auto mine = shared->reports(), expected = alone->reports();
    REQUIRE_ALL(mine.size() == expected.size());
    if (!mine.empty()) REQUIRE_ALL(mine[0].rows == expected[0].rows);
  }
}

TEST_CASE("a stage goes on to the last bit, on any number of ranks", "[boltzmann]") {
  for (const auto& deck : decks()) {
    INFO(deck);
    const auto whole = started_stage(comm(), deck);
    advance_stage(*whole, 2);
    const std::string folder = scratch_folder();
    write(*whole, folder);
    advance_stage(*whole, 2);
    for (const Comm& group : {comm(), comm().split(comm().is_root() ? 0 : 1)}) {
      BoltzmannStage again(sim::StageContext{group, "a", 5, {}}, boltzmann_params(deck));
      const auto checkpoint = data::Checkpoint::open_newest(group, folder);
      again.restore(*checkpoint->section("run"));
      advance_stage(again, 2);
      REQUIRE_ALL(again.time() == whole->time());
      if (group.size() == comm().size()) REQUIRE_ALL(distribution_of(again) == distribution_of(*whole));
      const auto values = again.series_values();
      REQUIRE_ALL(values.size() == whole->series_columns().size());
    }
    const auto alone = started_stage(comm().split(comm().rank()), deck);
    advance_stage(*alone, 4);
    REQUIRE_ALL(alone->series_values() == whole->series_values());
  }
}
