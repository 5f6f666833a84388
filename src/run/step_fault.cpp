#include "run/step_fault.hpp"

#include <cstdlib>
#include <limits>
#include <sstream>

#include "base/runtime.hpp"

namespace tessera::run {

namespace {

void poison(const data::Particles& particles) {
  if (particles.num_owned() == 0 || !particles.has_column("velocity")) return;
  const auto first = Kokkos::subview(particles.get<double>("velocity"), 0, 0);
  Kokkos::deep_copy(first, std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

StepFault::StepFault() {
  const char* fault = std::getenv("TESSERA_FAULT_STEP");
  const char* rank = std::getenv("TESSERA_FAULT_RANK");
  if (fault == nullptr || launcher_rank() != (rank == nullptr ? 0 : std::atoi(rank))) return;
  std::istringstream(fault) >> kind_ >> step_;
}

void StepFault::before(std::int64_t step, const sim::Stage& stage, sim::Agreement& agreement) {
  if (step != step_) return;
  const Error error = Error::internal("step " + std::to_string(step) + ": injected fault");
  if (kind_ == "throw") agreement.fail(error);
  if (kind_ == "alone") throw Error(error);
  if (kind_ == "nan" && stage.system() != nullptr) poison(stage.system()->particles);
}

}  // namespace tessera::run
