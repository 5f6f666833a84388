// Counter-based random numbers (Philox4x32-10 of Random123; Salmon et al., SC 2011), keyed by what is drawn and never
// by who draws it: results do not depend on ranks, threads or order, and a restart needs only seed and step.
#pragma once

#include <cstdint>

#include <Random123/philox.h>

#include "base/kokkos.hpp"

namespace tessera {

/// Every use of randomness has its own value, which is never reused.
enum class RandomPurpose : std::uint16_t {
  md_velocity = 1,
  test = 2,
  md_composition = 3,
  pde_start = 4,
  pde_process_noise = 5,
  pde_sensor_noise = 6,
  excitation = 40,
  linear_start = 50,
  linear_disturbance = 51,
  network_weights = 60,
  ppo_action = 61,
  ppo_minibatch = 62,
  langevin_start = 70,
  langevin_velocity = 71,
  langevin_noise = 72,
  langevin_branching = 73,
  langevin_batches = 74,
  langevin_subset = 75,
  density_sample = 80,
  density_shape = 81,
  action_batch = 90,
  action_probe = 91,
  transport_subset = 96,
  propagation_start = 92,
  propagation_noise = 93,
  propagation_branching = 94,
  baseline_noise = 95,
  comparison_subset = 100,
  comparison_direction = 101,
  stage_stream = 110,
  client_data_row = 125,
  client_data_shard = 126,
  client_data_truth = 127,
  client_data_pairs = 128,
};

/// A stream: key = (seed, purpose, replica), counter = (64-bit id, 40-bit step, 24-bit draw).
class Random {
 public:
  Random() = default;
  Random(std::uint32_t seed, RandomPurpose purpose, std::uint16_t replica = 0)
      : key_{{seed, (static_cast<std::uint32_t>(purpose) << 16) | replica}} {}

  /// Four words.
  KOKKOS_INLINE_FUNCTION r123::Philox4x32::ctr_type block(std::uint64_t id, std::uint64_t step,
                                                          std::uint32_t draw) const {
    r123::Philox4x32::ctr_type counter;
    counter.v[0] = static_cast<std::uint32_t>(id);
    counter.v[1] = static_cast<std::uint32_t>(id >> 32);
    counter.v[2] = static_cast<std::uint32_t>(step);
    counter.v[3] = (static_cast<std::uint32_t>(step >> 32) << 24) | (draw & 0xffffffU);
    return r123::Philox4x32()(counter, key_);
  }

  struct Pair {
    double first, second;
  };

  /// Two numbers in the open interval (0, 1), 52 bits each.
  KOKKOS_INLINE_FUNCTION Pair uniform(std::uint64_t id, std::uint64_t step, std::uint32_t draw = 0) const {
    const auto words = block(id, step, draw);
    return {open_unit(words.v[0], words.v[1]), open_unit(words.v[2], words.v[3])};
  }

  /// Two standard normal numbers (Box and Muller 1958).
  KOKKOS_INLINE_FUNCTION Pair normal(std::uint64_t id, std::uint64_t step, std::uint32_t draw = 0) const {
    const auto u = uniform(id, step, draw);
    const double radius = kmath::sqrt(-2.0 * kmath::log(u.first));
    const double angle = 6.283185307179586476925 * u.second;
    return {radius * kmath::cos(angle), radius * kmath::sin(angle)};
  }

  /// The middle of one of 2^52 equal parts of (0, 1), taken from the upper bits of 64.
  KOKKOS_INLINE_FUNCTION static double open_unit(std::uint32_t high, std::uint32_t low) {
    const std::uint64_t bits = ((static_cast<std::uint64_t>(high) << 32) | low) >> 12;
    return (static_cast<double>(bits) + 0.5) * (1.0 / 4503599627370496.0);
  }

 private:
  r123::Philox4x32::key_type key_{};
};

}  // namespace tessera
