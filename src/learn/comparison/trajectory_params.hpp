// Which trajectories are put side by side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"

namespace tessera::learn::comparison {

/// A stage, or series.csv of one of an earlier run.
struct TrajectorySource {
  std::string stage, file;
};
void bind(deck::Binder& b, TrajectorySource& params);

/// A trajectory that is judged, under the name that it has in tables.
struct TrajectoryData {
  std::string name;
  TrajectorySource source;
};
void bind(deck::Binder& b, TrajectoryData& params);

struct TrajectoriesParams {
  std::vector<TrajectoryData> data;
  TrajectorySource reference;
  std::optional<TrajectorySource> reference_again;
  double discard = 0.1;  ///< of each series, from its beginning
  std::int64_t bins = 40;
};
void bind(deck::Binder& b, TrajectoriesParams& params);
/// The keys that a comparison of samples has not.
void bind_own_keys(deck::Binder& b, TrajectoriesParams& params);

/// Earlier stages that it needs.
std::vector<std::string> stages_used_by(const TrajectoriesParams& params);

}  // namespace tessera::learn::comparison
