// Several runs of one deck in one job: groups of ranks, a folder a member, statistics over them.
#pragma once

#include "base/rank_groups.hpp"
#include "run/run.hpp"

namespace tessera::run {

/// "member_07", as wide as the last one's number.
std::string member_name(std::int64_t member, std::int64_t num_members);

/// Collective. Runs `plan.top.members` members with the seeds seed, seed + 1...; the folder gets a deck, a lock, a
/// summary.json with statistics over members, and one run folder for each. A member that fails, with a
/// message, does not stop the others. Returns the status of the first that failed, resumable if some were stopped.
ExitStatus run_ensemble(const Comm& comm, const Registry& registry, const RunOptions& options, const Plan& plan);

}  // namespace tessera::run
