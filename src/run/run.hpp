// `tessera run`: a deck from its first step to its last.
#pragma once

#include <string>
#include <vector>

#include "base/comm.hpp"
#include "base/error.hpp"
#include "run/plan.hpp"
#include "run/registry.hpp"
#include "run/run_folder.hpp"

namespace tessera::run {

struct RunOptions {
  std::string deck;
  std::vector<std::string> overrides;  ///< "seed=7", "melt.steps=100"
  std::string out;                     ///< run folder; empty: runs/<name of the deck>
  bool resume = false, force = false;
  bool accept_changes = false;  ///< go on although the deck now describes other physics
  bool strict = false;          ///< warnings are errors
};

std::string run_folder_path(const RunOptions& options);
FolderMode folder_mode(const RunOptions& options);
/// Collective. Throws Error (input) if the folder's deck describes other physics, unless the options accept that.
void refuse_other_physics(const Comm& comm, const RunFolder& folder, const Plan& plan, const RunOptions& options);

/// What a run shares with the others of its ensemble.
struct Ensemble {
  std::string folder;  ///< a file named stop in it stops them all
  double start = 0.0;  ///< wall_time() that the wall-clock limit counts from
};

/// Collective. One run of a plan (whose `members` are not looked at). Returns and throws as run_deck.
ExitStatus run_plan(const Comm& comm, const RunOptions& options, Plan plan, const Ensemble* ensemble = nullptr);

/// Collective. A deck: one run, or an ensemble of them. Returns done or resumable (an ensemble: see there); throws
/// Error for all else, after summary.json has it.
ExitStatus run_deck(const Comm& comm, const Registry& registry, const RunOptions& options);

}  // namespace tessera::run
