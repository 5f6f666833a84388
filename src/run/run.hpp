// `tessera run`: a deck from its first step to its last.
#pragma once

#include <string>
#include <vector>

#include "base/comm.hpp"
#include "base/error.hpp"
#include "run/registry.hpp"

namespace tessera::run {

struct RunOptions {
  std::string deck;
  std::vector<std::string> overrides;  ///< "seed=7", "melt.steps=100"
  std::string out;                     ///< run folder; empty: runs/<name of the deck>
  bool resume = false, force = false;
  bool accept_changes = false;  ///< go on although the deck now describes other physics
  bool strict = false;          ///< warnings are errors
};

/// Collective. Returns done or resumable; throws Error for all else, after summary.json has it.
ExitStatus run_deck(const Comm& comm, const Registry& registry, const RunOptions& options);

}  // namespace tessera::run
