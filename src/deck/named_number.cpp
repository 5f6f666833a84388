#include "deck/named_number.hpp"

namespace tessera::deck {

void bind(Binder& b, NamedNumber& p) {
  b.required("name");
  b.value("name", p.name, {"as formulas call it"});
  b.required("value");
  b.value("value", p.value, any, {"its value"});
}

std::vector<std::pair<std::string, double>> to_pairs(const std::vector<NamedNumber>& numbers) {
  std::vector<std::pair<std::string, double>> pairs;
  for (const auto& number : numbers) pairs.emplace_back(number.name, number.value);
  return pairs;
}

}  // namespace tessera::deck
