// A number that formulas of a deck may use by a name: [[stage.parameter]].
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "deck/binder.hpp"

namespace tessera::deck {

struct NamedNumber {
  std::string name;
  double value = 0.0;
};
void bind(Binder& binder, NamedNumber& number);

/// As FormulaNames has them.
std::vector<std::pair<std::string, double>> to_pairs(const std::vector<NamedNumber>& numbers);

}  // namespace tessera::deck
