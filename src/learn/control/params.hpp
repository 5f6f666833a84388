// What a deck says about linear controllers.
#pragma once

#include <optional>

#include "deck/binder.hpp"
#include "math/riccati.hpp"
#include "sim/environment.hpp"

namespace tessera::learn::control {

/// Feedback of the state that minimises the expected cost.
struct LqrParams {
  math::UnseenModes unseen = math::UnseenModes::refuse;
};

/// Where the filter's estimate begins.
enum class FilterStart {
  mean,   ///< at the mean of the states that episodes begin in: what a filter can know
  state,  ///< at the very state that the episode begins in, as controlgym 1.0.0 has it
};

/// The same regulator on what a Kalman filter makes of the measurements.
struct LqgParams {
  math::UnseenModes unseen = math::UnseenModes::refuse;
  FilterStart start = FilterStart::mean;
};

/// Feedback of the state against disturbances.
struct RobustParams {
  /// Absent: the limit of infinity, that is the least H2 norm from disturbance to output.
  std::optional<double> gamma;
  /// Plays the disturbance too.
  bool plays_disturbance = false;
  /// reference: the disturbance has the wrong sign of controlgym 1.0.0, with which it helps.
  sim::Fidelity fidelity = sim::Fidelity::corrected;
  math::UnseenModes unseen = math::UnseenModes::refuse;
};

void bind(deck::Binder& binder, LqrParams& params);
void bind(deck::Binder& binder, LqgParams& params);
void bind(deck::Binder& binder, RobustParams& params);

}  // namespace tessera::learn::control
