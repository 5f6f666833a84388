// The one reduction at a step's end.
#pragma once

#include "base/comm.hpp"
#include "run/stop.hpp"
#include "sim/stage.hpp"

namespace tessera::run {

/// What a rank asks of all after a step.
struct Requests {
  StopReason stop = StopReason::none;
  bool checkpoint = false;
};

class AgreementRound {
 public:
  /// Collective. Afterwards `agreement` holds what all ranks raised. Throws the error of the lowest failing rank on all
  /// of them, if any failed. Returns the union of all requests.
  static Requests run(const Comm& comm, sim::Agreement& agreement, Requests mine);
};

}  // namespace tessera::run
