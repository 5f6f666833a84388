// From a system and the parameters of a deck to the model that is stepped, and that controllers are designed for.
#pragma once

#include <cstdint>
#include <string>

#include "sim/linear/params.hpp"
#include "sim/linear/system.hpp"
#include "sim/linear_model.hpp"

namespace tessera::sim::linear {

inline constexpr double default_sample_time = 0.1;   ///< of models in continuous time
inline constexpr double discrete_sample_time = 1.0;  ///< of the others: time counts steps
inline constexpr std::int64_t max_states = 4000;     ///< of dense matrices

/// Why so many are refused.
std::string too_large(std::int64_t states);

/// Of a model that was published so or not: the reference takes all of them for continuous.
inline bool is_discrete(bool was_published_so, Fidelity fidelity) {
  return was_published_so && fidelity == Fidelity::corrected;
}

/// Inputs are held over each sample. The cost is that of z without d11 w: q = c1'c1, s = c1'd12, and r = d12'd12 or its
/// largest eigenvalue on the diagonal. What a filter assumes (noise_cov = v):
/// corrected: process v b1 b1', correlation v b1 d21', measurement v (d21 d21' + 1e-6), so that some of it is left
/// where a measurement has none; with v = 0 their ratios are kept, by v = 1. reference: process b1 b1', no correlation,
/// measurement d21 d21', or v where that is not positive definite. Throws Error (input) for more than max_states
/// states, an init_state of another length, or a sample_time other than 1 for a discrete model.
DenseModel make_model(const LinearSystem& system, const LinearParams& params);

/// Of it what steps measure and cost: c1, d11, d12, c, d21, r and mean_start; errors as above of init_state.
DenseModel make_outputs(const LinearSystem& system, const LinearParams& params);

}  // namespace tessera::sim::linear
