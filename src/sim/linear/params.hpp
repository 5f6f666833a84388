// What a deck says about a linear system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "sim/limits.hpp"

namespace tessera::sim::linear {

/// Variances are not scaled with the sample time.
struct LinearParams : LimitParams {
  std::string id;
  Fidelity fidelity = Fidelity::corrected;
  std::optional<std::int64_t> elements;  ///< of the cable "cm"
  std::int64_t steps = 1000;             ///< of an episode
  std::optional<double> sample_time;     ///< 0.1, or 1 where a model comes in discrete time
  double noise_cov = 0.1;                ///< variance of each disturbance, which acts on state and measurement
  double random_init_state_cov = 0.1;
  std::vector<double> init_state;  ///< mean of the first state; empty: 0
};

/// Fills in what was left out and follows from the rest.
void bind(deck::Binder& b, LinearParams& p);

}  // namespace tessera::sim::linear
