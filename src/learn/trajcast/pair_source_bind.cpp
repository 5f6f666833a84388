#include <fmt/format.h>

#include "learn/trajcast/pair_source.hpp"

namespace tessera::learn::trajcast {

void bind(deck::Binder& b, TrajectoryParams& p) {
  b.value("data", p.data, {"the earlier stage of this name: its snapshots"});
  b.file("file", p.file,
         {"or a file: extended XYZ with velocities (and perhaps displacements and update_velocities), H5MD, "
          "particles.h5 of another run, or HDF5 with groups of pairs"});
  b.value("group", p.group, {"of particles or pairs within the file, where there are several"});
  b.choice("use", p.use,
           {{"automatic", PairUse::automatic}, {"training", PairUse::training}, {"validation", PairUse::validation}},
           {"what its pairs are for; automatic: what the file says, or the last trajectories for validation"});
  b.check(b.is_describing() || p.data.empty() != p.file.empty(), "data",
          "expected one of data = \"<stage>\" and file = \"<trajectory>\"");
}

void bind(deck::Binder& b, PairSourceParams& p) {
  b.tables("trajectory", p.trajectories, {"trajectories without thermostat, or pairs; independent ones"});
  b.check(b.is_describing() || !p.trajectories.empty(), "trajectory", "there is no [[stage.trajectory]] to learn from");
  b.value("interval", p.interval, deck::positive,
          {"from a configuration to what it becomes; left out: what files of pairs say", "fs"});
  b.value("frame_interval", p.frame_interval, deck::positive, {"between frames of files that have no times", "fs"});
  b.choice("units", p.is_metal, {{"real", false}, {"metal", true}},
           {"of files that do not say: A and fs, or A and ps"});
  b.value("training_pairs", p.num_training, {.low = 0, .high = 0x1p40}, {"drawn at random; 0: all"});
  b.value("validation_pairs", p.num_validation, {.low = 0, .high = 0x1p40}, {"likewise"});
  b.value("held_out", p.held_out, {.low = 0.0, .high = 1.0, .open_low = true, .open_high = true},
          {"where no trajectory is said to be for validation: this part of them or, of one, of its end (of molecules: "
           "the last ones of them)"});
  b.value("atoms_per_molecule", p.atoms_per_molecule, {.low = 0, .high = 1 << 24},
          {"in the order of ids so many atoms make a pair by themselves, at rest: of a frame with copies of a molecule "
           "that never meet; 0: all atoms of a frame make one"});
  b.list("species", p.species, 0, {"in the order of their indices; left out: all there are, by atomic number"});
}

std::vector<std::string> used_stages(const PairSourceParams& params) {
  std::vector<std::string> stages;
  for (const auto& trajectory : params.trajectories)
    if (!trajectory.data.empty()) stages.push_back(trajectory.data);
  return stages;
}

}  // namespace tessera::learn::trajcast
