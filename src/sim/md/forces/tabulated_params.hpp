// What a deck says about pair potentials that files tabulate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"
#include "sim/pair_table.hpp"

namespace tessera::sim::md {

/// One pair of types; pairs that are not named do not interact.
struct TabulatedBetween {
  std::vector<std::string> types;
  std::string file, keyword;
  std::optional<double> cutoff;  ///< instead of that of all pairs
};

struct TabulatedParams {
  std::optional<double> cutoff;  ///< left out: each table reaches to its last distance
  Truncation truncation = Truncation::none;
  std::optional<double> smoothing;  ///< of Truncation::smooth
  std::int64_t intervals = 4000;    ///< of the splines over r^2
  std::vector<TabulatedBetween> between;
};
void bind(deck::Binder& binder, TabulatedParams& params);

/// The longest that the deck names; 0 where the files say it.
double longest_cutoff(const TabulatedParams& params);

}  // namespace tessera::sim::md
