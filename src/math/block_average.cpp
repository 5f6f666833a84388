#include "math/block_average.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"

namespace tessera::math {

namespace {

constexpr std::size_t numbers_per_level = 4, most_levels = 63;

}  // namespace

void BlockAverage::add(double value) {
  for (std::size_t k = 0;; ++k) {
    if (k == levels_.size()) levels_.emplace_back();
    auto& level = levels_[k];
    ++level.count;
    const double deviation = value - level.mean;
    level.mean += deviation / static_cast<double>(level.count);
    level.squares += deviation * (value - level.mean);
    if (level.count % 2 == 1) {
      level.waiting = value;
      return;
    }
    value = 0.5 * (level.waiting + value);
  }
}

double BlockAverage::squared_error(const Level& level) {
  if (level.count < 2) return 0.0;
  const auto count = static_cast<double>(level.count);
  return level.squares / (count * (count - 1.0));
}

BlockAverage::Uncertainty BlockAverage::uncertainty() const {
  if (count() < 2) return {};
  const double first = squared_error(levels_.front());
  if (!(first > 0.0)) return {.converged = true};  // a constant
  double largest = first;
  Uncertainty result{.error = std::sqrt(first)};
  double length = 1.0;
  for (const auto& level : levels_) {
    if (level.count < min_blocks) break;
    const double squared = squared_error(level), inefficiency = squared / first;
    const bool is_long = length * length * length > 2.0 * static_cast<double>(count()) * inefficiency * inefficiency;
    if (is_long || squared >= largest) {
      largest = squared;
      result = {std::sqrt(squared), inefficiency, static_cast<std::int64_t>(length), is_long};
      if (is_long) return result;
    }
    length *= 2.0;
  }
  return result;
}

std::vector<double> BlockAverage::state() const {
  std::vector<double> numbers;
  numbers.reserve(levels_.size() * numbers_per_level);
  for (const auto& level : levels_)
    numbers.insert(numbers.end(), {static_cast<double>(level.count), level.mean, level.squares, level.waiting});
  return numbers;
}

void BlockAverage::set_state(const std::vector<double>& numbers) {
  if (numbers.size() % numbers_per_level != 0 || numbers.size() > numbers_per_level * most_levels)
    throw Error::input(fmt::format("{} numbers are not the state of a block average", numbers.size()));
  levels_.assign(numbers.size() / numbers_per_level, Level{});
  for (std::size_t k = 0; k < levels_.size(); ++k) {
    const double* level = numbers.data() + numbers_per_level * k;
    levels_[k] = {static_cast<std::int64_t>(level[0]), level[1], level[2], level[3]};
  }
}

}  // namespace tessera::math
