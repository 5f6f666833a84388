#include "run/agreement_round.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "base/agree.hpp"
#include "base/region.hpp"

namespace tessera::run {

Requests AgreementRound::run(const Comm& comm, sim::Agreement& agreement, Requests mine) {
  const Region region("run/agree");
  constexpr int slots = sim::Agreement::num_slots;
  // What MPI makes of NaN in a maximum is open: NaNs travel as marks of their own.
  std::array<double, 2 * slots + 3> values{};
  for (int n = 0; n < slots; ++n) {
    const bool is_nan = std::isnan(agreement.maximum_[n]);
    values[n] = is_nan ? 0.0 : agreement.maximum_[n];
    values[slots + n] = is_nan ? 1.0 : 0.0;
  }
  values[2 * slots] = static_cast<double>(mine.stop);
  values[2 * slots + 1] = mine.checkpoint ? 1.0 : 0.0;
  values[2 * slots + 2] = agreement.error_ ? 1.0 : 0.0;
  comm.all_reduce(values.data(), static_cast<int>(values.size()), Op::max);

  if (values[2 * slots + 2] > 0.0) agree(comm, Outcome{agreement.error_});
  for (int n = 0; n < slots; ++n)
    agreement.maximum_[n] = values[slots + n] > 0.0 ? std::numeric_limits<double>::quiet_NaN() : values[n];
  return {static_cast<StopReason>(static_cast<int>(values[2 * slots])), values[2 * slots + 1] > 0.0};
}

}  // namespace tessera::run
