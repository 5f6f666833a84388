// A deck, read and validated, with everything that its run needs to know.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "run/registry.hpp"

namespace tessera::run {

struct CheckpointParams {
  std::int64_t every = 0;  ///< steps; 0: by time alone
  double minutes = 10.0;   ///< of wall time; 0: by steps alone
  bool is_enabled() const { return every > 0 || minutes > 0.0; }
};

/// The top level of a deck.
struct TopParams {
  std::string title;
  std::int64_t seed = 1;
  std::int64_t members = 1;          ///< runs of this deck side by side, member n with the seed `seed` + n
  std::optional<double> wall_limit;  ///< seconds
  CheckpointParams checkpoint;
};

/// What the loop writes about a stage.
struct OutputParams {
  std::int64_t series = 100;   ///< steps between rows of series.csv
  std::int64_t snapshots = 0;  ///< steps between snapshots; 0: the final state alone
};

/// What every stage has beside the parameters of its module.
struct StageCommon {
  std::int64_t stream = 0;  ///< stages of another stream draw other random numbers
  OutputParams output = {};
};

struct PlannedStage {
  std::string name, type;
  std::unique_ptr<sim::StageType::Params> params;
  StageCommon common = {};
};

struct Plan {
  std::string deck_path;
  TopParams top;
  std::vector<PlannedStage> stages;
  std::string effective_deck;
  std::vector<std::string> chosen;  ///< "melt.dt = 0.005": what differs from the defaults
};

/// Collective. Throws Error (input) that names all mistakes of the deck.
Plan read_plan(const Comm& comm, const Registry& registry, const std::string& path,
               const std::vector<std::string>& overrides);

/// Binds all keys of a stage: its module's and the loop's.
void bind_stage(deck::Binder& binder, sim::StageType::Params& params, StageCommon& common);
/// The seed of a stage: that of the deck for stream 0.
std::uint32_t seed_of(const TopParams& top, const StageCommon& common);
void bind(deck::Binder& binder, TopParams& top);

}  // namespace tessera::run
