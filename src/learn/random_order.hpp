// A random order of which every rank knows each place without the others.
#pragma once

#include <cstdint>

#include "base/random.hpp"

namespace tessera::learn {

/// Each of 0, 1 ... count - 1 once: eight rounds of a Feistel network over the next larger power of 4, gone through
/// until a number is below count (J. Black and P. Rogaway, CT-RSA 2002).
class RandomOrder {
 public:
  /// `number`: orders of different numbers are independent.
  RandomOrder(const Random& random, std::uint64_t number, std::int64_t count);
  std::int64_t count() const { return count_; }
  std::int64_t operator[](std::int64_t place) const;

 private:
  std::uint64_t scramble(std::uint64_t value) const;

  Random random_;
  std::uint64_t number_;
  std::int64_t count_;
  int half_ = 1;  // bits
};

}  // namespace tessera::learn
