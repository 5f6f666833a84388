// Decks of the stages that learn from samples, through the loop and its files.
#pragma once

#include <cstdint>
#include <string>

#include "stage_run.hpp"

namespace tessera::test {

/// Collective. A deck of these stages, of any type, run as by run_stages(). With `stop_after` a request to stop comes
/// in that step of all trainings and propagations together.
std::string run_action(const std::string& stages, const Comm& comm = test::comm(), const std::string& place = "",
                       std::int64_t stop_after = 0);

/// Collective. The same, run by the root alone.
std::string run_action_alone(const std::string& stages, const std::string& place = "");

}  // namespace tessera::test
