// How the programs that tessera_bench starts measure: the best of several turns.
#pragma once

#include <limits>

#include "base/region.hpp"

namespace tessera::bench {

inline constexpr int turns = 15;
inline constexpr double never = std::numeric_limits<double>::max();

template <class Work>
double seconds_of(const Work& work) {
  const double begin = wall_time();
  work();
  return wall_time() - begin;
}

}  // namespace tessera::bench
