// Where training pairs come from: trajectories of earlier stages and files, or files of pairs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "learn/trajcast/pair_set.hpp"

namespace tessera::learn::trajcast {

enum class PairUse { automatic, training, validation };

/// One trajectory, or one file of pairs.
struct TrajectoryParams {
  std::string data = {};   ///< an earlier stage: its snapshots
  std::string file = {};   ///< or a file: see data::open_frames
  std::string group = {};  ///< of particles or pairs within it
  PairUse use = PairUse::automatic;
};
void bind(deck::Binder& binder, TrajectoryParams& params);

struct PairSourceParams {
  std::vector<TrajectoryParams> trajectories;
  std::optional<double> interval;                     ///< from a configuration to what it becomes, fs
  std::optional<double> frame_interval;               ///< between frames of files that have no times, fs
  bool is_metal = false;                              ///< units of files that do not say: ps instead of fs
  std::int64_t num_training = 0, num_validation = 0;  ///< drawn at random; 0: all
  double held_out = 0.2;                ///< where nothing is said: this part of trajectories, or of the one
  std::int64_t atoms_per_molecule = 0;  ///< that make a pair each; 0: all atoms of a frame make one
  std::vector<std::string> species;     ///< in the order of indices; empty: all, by atomic number
};
/// Keys of the stage's own table.
void bind(deck::Binder& binder, PairSourceParams& params);
/// Names of earlier stages that are needed.
std::vector<std::string> used_stages(const PairSourceParams& params);

struct TrainingPairs {
  PairSet training, validation;
};

/// Collective. Each rank reads its share of the pairs. Targets of trajectories are the frames an interval later; those
/// nearest by the box's images are taken, so that frames may be wrapped. Which pairs are drawn follows from the seed,
/// whatever the ranks. Frames that are later than the first one of the validation are no targets of training. A file of
/// pairs with groups for both has both; of several trajectories the last ones are for validation, of one its end, or
/// the last ones of its molecules. Molecules by themselves are put at rest. Warns where displacements, velocities and
/// the interval do not go together. Throws Error (input) for missing or foreign files, frames or species that do not
/// fit, and fewer pairs than are wanted. `folder` is that of an earlier stage.
TrainingPairs read_pairs(const Comm& comm, const PairSourceParams& params, std::uint32_t seed,
                         const std::function<std::string(const std::string& stage)>& folder);

/// Collective. Extended XYZ in the column order of the TrajCast library.
void write_pairs(const std::string& path, const PairSet& pairs);

}  // namespace tessera::learn::trajcast
