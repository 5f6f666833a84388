// Stages that are asked to stop, as by a scheduler, in a step that a test has chosen.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/stage.hpp"

namespace tessera::test {

/// The type as it is, but that its stages count their steps.
std::unique_ptr<sim::StageType> stoppable(std::unique_ptr<sim::StageType> type);

/// A request to stop comes in that step of all such stages together; none if it is not positive.
void stop_after(std::int64_t steps);

}  // namespace tessera::test
