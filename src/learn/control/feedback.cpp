#include "learn/control/feedback.hpp"

#include <cstdint>

#include "learn/control/parts.hpp"

namespace tessera::learn::control {

using sim::Environment;

Feedback::Feedback(const Environment& environment, const math::Matrix& gain, const std::vector<double>& offset) {
  if (!environment.is_split()) {
    map_ = RowMap(gain, offset);
    return;
  }
  offset_ = offset;
  const auto count = static_cast<int>(environment.state().extent(1));
  part_ = Rows("control/gain", static_cast<std::size_t>(gain.rows()), static_cast<std::size_t>(count));
  const auto host = Kokkos::create_mirror_view(part_);
  for (int i = 0; i < gain.rows(); ++i)
    for (int j = 0; j < count; ++j) host(i, j) = gain(i, static_cast<int>(environment.state_number(j)));
  Kokkos::deep_copy(part_, host);
}

void Feedback::apply(const Environment& environment, const Rows& out) const {
  if (environment.is_split())
    apply_parts(environment.comm(), part_, environment.state(), offset_, out);
  else
    map_.apply(environment.state(), out);
}

}  // namespace tessera::learn::control
