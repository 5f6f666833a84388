// A random order of the numbers below n, of which each place is known by itself, without the others.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/random.hpp"

namespace tessera::sim::particles {

/// A Feistel network on the next larger even number of bits, applied again to what falls outside (J. Black and
/// P. Rogaway, Ciphers with arbitrary finite domains, CT-RSA 2002): a bijection, another one for each key. Copied by
/// value into kernels.
class Shuffle {
 public:
  static constexpr int max_rounds = 24;

  Shuffle(std::int64_t count, const Random& random, std::uint64_t key) : count_(static_cast<std::uint64_t>(count)) {
    while ((std::uint64_t{1} << (2 * half_bits_)) < count_) ++half_bits_;
    // What is left of the order that went in falls by a factor of 2^half_bits in two rounds.
    num_rounds_ = std::max(6, max_rounds / half_bits_);
    for (int round = 0; round < num_rounds_; ++round)
      keys_[round] = random.block(0, key, static_cast<std::uint32_t>(round / 4)).v[round % 4];
  }

  /// The place of number n.
  KOKKOS_INLINE_FUNCTION std::int64_t operator()(std::int64_t n) const {
    auto value = static_cast<std::uint64_t>(n);
    do value = exchange(value);
    while (value >= count_);
    return static_cast<std::int64_t>(value);
  }

 private:
  KOKKOS_INLINE_FUNCTION std::uint64_t exchange(std::uint64_t value) const {
    const auto mask = static_cast<std::uint32_t>((std::uint64_t{1} << half_bits_) - 1);
    auto left = static_cast<std::uint32_t>(value >> half_bits_), right = static_cast<std::uint32_t>(value) & mask;
    for (int round = 0; round < num_rounds_; ++round) {
      const std::uint32_t next = left ^ (mix(right + keys_[round]) & mask);
      left = right;
      right = next;
    }
    return (static_cast<std::uint64_t>(left) << half_bits_) | right;
  }

  /// The finaliser of MurmurHash3 (A. Appleby, public domain).
  KOKKOS_INLINE_FUNCTION static std::uint32_t mix(std::uint32_t x) {
    x = (x ^ (x >> 16)) * 0x85ebca6bU;
    x = (x ^ (x >> 13)) * 0xc2b2ae35U;
    return x ^ (x >> 16);
  }

  std::uint64_t count_;
  int half_bits_ = 1, num_rounds_ = 6;
  std::uint32_t keys_[max_rounds] = {};
};

}  // namespace tessera::sim::particles
