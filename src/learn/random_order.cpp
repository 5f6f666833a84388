#include "learn/random_order.hpp"

namespace tessera::learn {

namespace {

constexpr std::uint32_t rounds = 8;  // fewer are enough for many numbers, not for a handful

}  // namespace

RandomOrder::RandomOrder(const Random& random, std::uint64_t number, std::int64_t count)
    : random_(random), number_(number), count_(count) {
  while ((std::int64_t{1} << 2 * half_) < count) ++half_;
}

std::uint64_t RandomOrder::scramble(std::uint64_t value) const {
  const std::uint64_t mask = (std::uint64_t{1} << half_) - 1;
  std::uint64_t left = value >> half_, right = value & mask;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    const std::uint64_t next = left ^ (random_.block(right, number_, round).v[0] & mask);
    left = right;
    right = next;
  }
  return left << half_ | right;
}

std::int64_t RandomOrder::operator[](std::int64_t place) const {
  auto value = scramble(static_cast<std::uint64_t>(place));
  while (value >= static_cast<std::uint64_t>(count_)) value = scramble(value);
  return static_cast<std::int64_t>(value);
}

}  // namespace tessera::learn
