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
  md_csvr = 111,
  md_langevin = 112,
  md_cell = 113,
  md_replica = 116,
  md_exchange = 117,
  fsgld_batch = 120,
  fsgld_noise = 121,
  fsgld_visit = 122,
  fsgld_availability = 123,
  fsgld_start = 124,
  fsgld_privacy = 129,
  client_data_row = 125,
  client_data_shard = 126,
  client_data_truth = 127,
  client_data_pairs = 128,
  trajcast_weights = 140,
  trajcast_pairs = 141,
  trajcast_batch = 142,
  dsmc_start = 150,
  dsmc_collision = 151,
  dsmc_wall = 152,
  dsmc_inflow = 153,
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

  /// block() of `size` ids, steps and draws, word by word: words[w][n]. The same numbers, in loops that vectorise.
  template <int size>
  KOKKOS_INLINE_FUNCTION void blocks(const std::uint64_t (&id)[size], const std::uint64_t (&step)[size],
                                     const std::uint32_t (&draw)[size], std::uint32_t (&words)[4][size]) const {
    for (int n = 0; n < size; ++n) {
      words[0][n] = static_cast<std::uint32_t>(id[n]);
      words[1][n] = static_cast<std::uint32_t>(id[n] >> 32);
      words[2][n] = static_cast<std::uint32_t>(step[n]);
      words[3][n] = (static_cast<std::uint32_t>(step[n] >> 32) << 24) | (draw[n] & 0xffffffU);
    }
    std::uint32_t key0 = key_.v[0], key1 = key_.v[1];
    for (int round = 0; round < 10; ++round) {
      for (int n = 0; n < size; ++n) {
        const std::uint64_t a = std::uint64_t{0xD2511F53U} * words[0][n], b = std::uint64_t{0xCD9E8D57U} * words[2][n];
        words[0][n] = static_cast<std::uint32_t>(b >> 32) ^ words[1][n] ^ key0;
        words[2][n] = static_cast<std::uint32_t>(a >> 32) ^ words[3][n] ^ key1;
        words[1][n] = static_cast<std::uint32_t>(b);
        words[3][n] = static_cast<std::uint32_t>(a);
      }
      key0 += 0x9E3779B9U;
      key1 += 0xBB67AE85U;
    }
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
    return (bit_cast<double>(bits | 0x3ff0000000000000ULL) - 1.0) + 0x1p-53;
  }

 private:
  r123::Philox4x32::key_type key_{};
};

}  // namespace tessera
