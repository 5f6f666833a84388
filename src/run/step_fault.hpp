// A fault in the middle of a run, for tests of how runs end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/stage.hpp"

namespace tessera::run {

/// TESSERA_FAULT_STEP="throw 50" or "nan 50": before step 50 the rank of the job in TESSERA_FAULT_RANK (default 0)
/// throws, or a velocity of its first particle becomes NaN. "alone 50" throws in a way that no other rank can learn of.
class StepFault {
 public:
  StepFault();
  void before(std::int64_t step, const sim::Stage& stage, sim::Agreement& agreement);

 private:
  std::string kind_;
  std::int64_t step_ = -1;
};

}  // namespace tessera::run
