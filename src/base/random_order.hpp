// A random order of the numbers below n, of which each place is known by itself, without the others.
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace tessera {

/// Numbers are pairs of a left half below a and a right half below b, a b >= n as narrowly as a near sqrt(n) allows. A
/// Feistel network adds to each half in turn what it makes of the other one, again where the result is not below n
/// (J. Black and P. Rogaway, Ciphers with arbitrary finite domains, CT-RSA 2002). Copied by value into kernels.
class RandomOrder {
 public:
  static constexpr int max_rounds = 24;

  /// Of 1 to 2^60 numbers. Orders of different `number` are independent.
  RandomOrder(const Random& random, std::uint64_t number, std::int64_t count);

  KOKKOS_INLINE_FUNCTION std::int64_t count() const { return count_; }

  /// The number at a place.
  KOKKOS_INLINE_FUNCTION std::int64_t operator[](std::int64_t place) const {
    std::int64_t number = place;
    do {
      Halves<1> halves = split<1>(number);
      scramble(halves);
      number = joined(halves, 0);
    } while (number >= count());
    return number;
  }

  /// The place of a number.
  KOKKOS_INLINE_FUNCTION std::int64_t place_of(std::int64_t number) const {
    std::int64_t place = number;
    do {
      Halves<1> halves = split<1>(place);
      unscramble(halves);
      place = joined(halves, 0);
    } while (place >= count());
    return place;
  }

  /// Those of `size` numbers from `first` on, a multiple of a vector's length being several times as fast; of numbers
  /// behind the last one, anything.
  template <int size>
  KOKKOS_INLINE_FUNCTION void places_of(std::int64_t first, std::int64_t (&place)[size]) const {
    Halves<size> halves = split<size>(first);
    unscramble(halves);
    for (int n = 0; n < size; ++n) place[n] = joined(halves, n);
    for (int n = 0; n < size; ++n)
      if (place[n] >= count() && first + n < count()) place[n] = place_of(place[n]);
  }

 private:
  template <int size>
  struct Halves {
    std::uint32_t left[size], right[size];
  };

  /// Of numbers one behind the other.
  template <int size>
  KOKKOS_INLINE_FUNCTION Halves<size> split(std::int64_t first) const {
    Halves<size> halves;
    halves.left[0] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(first) / right_size_);
    halves.right[0] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(first) % right_size_);
    for (int n = 1; n < size; ++n) {
      const bool is_next = halves.right[n - 1] + 1 == right_size_;
      halves.left[n] = halves.left[n - 1] + (is_next ? 1U : 0U);
      halves.right[n] = is_next ? 0U : halves.right[n - 1] + 1;
    }
    return halves;
  }

  template <int size>
  KOKKOS_INLINE_FUNCTION std::int64_t joined(const Halves<size>& halves, int n) const {
    return static_cast<std::int64_t>(std::uint64_t{halves.left[n]} * right_size_ + halves.right[n]);
  }

  template <int size>
  KOKKOS_INLINE_FUNCTION void scramble(Halves<size>& h) const {
    for (int round = 0; round < num_rounds_; round += 2) {
      for (int n = 0; n < size; ++n)
        h.left[n] = wrapped(h.left[n] + draw(h.right[n], keys_[round], left_size_), left_size_);
      for (int n = 0; n < size; ++n)
        h.right[n] = wrapped(h.right[n] + draw(h.left[n], keys_[round + 1], right_size_), right_size_);
    }
  }

  template <int size>
  KOKKOS_INLINE_FUNCTION void unscramble(Halves<size>& h) const {
    for (int round = num_rounds_ - 2; round >= 0; round -= 2) {
      for (int n = 0; n < size; ++n)
        h.right[n] = wrapped(h.right[n] + right_size_ - draw(h.left[n], keys_[round + 1], right_size_), right_size_);
      for (int n = 0; n < size; ++n)
        h.left[n] = wrapped(h.left[n] + left_size_ - draw(h.right[n], keys_[round], left_size_), left_size_);
    }
  }

  /// Of a sum below twice the size.
  KOKKOS_INLINE_FUNCTION static std::uint32_t wrapped(std::uint32_t sum, std::uint32_t size) {
    return sum >= size ? sum - size : sum;
  }

  /// Below `size`: the finaliser of MurmurHash3 (A. Appleby, public domain), scaled down.
  KOKKOS_INLINE_FUNCTION static std::uint32_t draw(std::uint32_t half, std::uint32_t key, std::uint32_t size) {
    std::uint32_t x = half + key;
    x = (x ^ (x >> 16)) * 0x85ebca6bU;
    x = (x ^ (x >> 13)) * 0xc2b2ae35U;
    return static_cast<std::uint32_t>((std::uint64_t{x ^ (x >> 16)} * size) >> 32);
  }

  std::int64_t count_;
  std::uint32_t left_size_ = 1, right_size_ = 1;
  int num_rounds_ = 6;
  std::uint32_t keys_[max_rounds] = {};
};

}  // namespace tessera
