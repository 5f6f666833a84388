// Formulas made at random.
#pragma once

#include <cstdint>
#include <string>

#include "deck/formula.hpp"

namespace tessera::test {

/// What these formulas are made of.
inline const deck::FormulaNames names{{"x", "y", "z"}, {{"k", 1.5}}, {}};

/// Numbers of one test, one after the other.
class Draws {
 public:
  explicit Draws(std::uint64_t id) : id_(id) {}
  double between(double low, double high);
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(between(0.0, static_cast<double>(limit))); }

 private:
  std::uint64_t id_;
  std::uint64_t count_ = 0;
};

/// Of x, y and z and the parameter k, with every function; smooth unless `with_kinks`.
std::string random_formula(Draws& draws, int depth, bool with_kinks);

}  // namespace tessera::test
