#include "deck/binder.hpp"

#include <limits>

namespace tessera::deck {

void Binder::value(std::string_view key, int& field, Limits limits, Doc doc) {
  constexpr double lowest = std::numeric_limits<int>::min(), highest = std::numeric_limits<int>::max();
  if (limits.low < lowest) limits = {lowest, limits.high, false, limits.open_high};
  if (limits.high > highest) limits = {limits.low, highest, limits.open_low, false};
  std::int64_t wide = field;
  value(key, wide, limits, doc);
  field = static_cast<int>(wide);
}

}  // namespace tessera::deck
