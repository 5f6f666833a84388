// Decks of the stages that control and learn, on the integrator, through the loop and its files.
#pragma once

#include <cstdint>
#include <string>

#include "stage_run.hpp"

namespace tessera::test {

/// Collective. A deck of these stages, whose environment is [stage.integrator] (key `steps`), run by these ranks
/// without its talk in a folder that is made for it, or in this one, where a run that is there is gone on with. With
/// `stop_after` a request to stop comes in that step of the environment. Returns the folder of the run.
std::string run_control(const std::string& stages, const Comm& comm = test::comm(), const std::string& place = "",
                        std::int64_t stop_after = 0);

/// Collective. The same, run by the root alone.
std::string run_control_alone(const std::string& stages, const std::string& place = "");

}  // namespace tessera::test
