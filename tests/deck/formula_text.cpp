#include "formula_text.hpp"

#include <array>

#include "base/random.hpp"

namespace tessera::test {

double Draws::between(double low, double high) {
  const Random random(23, RandomPurpose::test);
  return low + (high - low) * random.uniform(id_, count_++).first;
}

std::string random_formula(Draws& draws, int depth, bool with_kinks) {
  const std::array leaves{"x", "y", "z", "k", "2", "0.5", "1.25e0", "pi"};
  if (depth == 0 || draws.below(8) == 0) return leaves[draws.below(leaves.size())];
  const auto inner = [&] { return random_formula(draws, depth - 1, with_kinks); };
  const std::array smooth{"sin", "cos",  "tanh", "atan", "erf",   "exp",  "sinh", "cosh",
                          "tan", "cbrt", "sqrt", "log",  "log10", "asin", "acos"};
  const std::array kinked{"abs", "sign", "step", "floor", "ceil"};
  switch (draws.below(with_kinks ? 13 : 10)) {
    case 0:
      return "(" + inner() + " + " + inner() + ")";
    case 1:
      return "(" + inner() + " - " + inner() + ")";
    case 2:
      return "(" + inner() + "*" + inner() + ")";
    case 3:
      return "(" + inner() + "/(" + inner() + "))";
    case 4:
      return "(-" + inner() + ")";
    case 5:
      return "(" + inner() + ")^" + std::to_string(draws.below(6));
    case 6:
      return "(1 + (" + inner() + ")^2)^(" + inner() + ")";
    case 7:
      return "atan2(" + inner() + ", " + inner() + ")";
    case 8:
    case 9:
      return std::string(smooth[draws.below(smooth.size())]) + "(" + inner() + ")";
    case 10:
      return std::string(kinked[draws.below(kinked.size())]) + "(" + inner() + ")";
    case 11:
      return std::string(draws.below(2) == 0 ? "min" : "mod") + "(" + inner() + ", " + inner() + ")";
    default:
      return draws.below(2) == 0 ? "max(" + inner() + ", " + inner() + ", " + inner() + ")"
                                 : "if(" + inner() + ", " + inner() + ", " + inner() + ")";
  }
}

}  // namespace tessera::test
