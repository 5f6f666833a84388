#include "learn/control/shifted_feedback.hpp"

#include "learn/control/parts.hpp"
#include "learn/control/row_map.hpp"

namespace tessera::learn::control {

using sim::Environment;

namespace {

/// (action, number of a state from `first` on)
struct ShiftedWeights {
  Array1<double> row;
  std::int64_t spacing, first;

  KOKKOS_INLINE_FUNCTION double operator()(std::int64_t action, std::int64_t j) const {
    const std::int64_t place = first + j - action * spacing;
    return row(place < 0 ? place + static_cast<std::int64_t>(row.extent(0)) : place);
  }
};

}  // namespace

ShiftedFeedback::ShiftedFeedback(const Environment& environment, const ShiftedRegulator& regulator)
    : spacing_(regulator.spacing), row_(to_array(regulator.row)), host_offset_(regulator.offset) {
  host_offset_.resize(static_cast<std::size_t>(environment.info().num_actions));
  offset_ = to_array(host_offset_);
}

void ShiftedFeedback::apply(const Environment& environment, const Rows& out) const {
  const ShiftedWeights weights{row_, spacing_, environment.state_spans().front().first};
  const auto& state = environment.state();
  if (environment.is_split()) {
    apply_parts(environment.comm(), weights, state, host_offset_, out);
    return;
  }
  const auto offset = offset_;
  const auto actions = static_cast<std::int64_t>(out.extent(1)), states = static_cast<std::int64_t>(state.extent(1));
  Kokkos::parallel_for(
      "control/apply_shifted", Range(0, static_cast<std::int64_t>(out.extent(0)) * actions),
      KOKKOS_LAMBDA(std::int64_t index) {
        const std::int64_t row = index / actions, action = index % actions;
        double sum = offset(action);
        for (std::int64_t j = 0; j < states; ++j) sum += weights(action, j) * state(row, j);
        out(row, action) = sum;
      });
}

}  // namespace tessera::learn::control
