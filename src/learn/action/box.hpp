// Space that repeats: which directions the samples are periodic in.
#pragma once

#include <cmath>
#include <vector>

#include "deck/binder.hpp"

namespace tessera::learn::action {

/// Of each coordinate; empty: open space.
struct Box {
  std::vector<double> low, length;  ///< a length of 0: that direction is open

  bool is_open() const { return length.empty(); }
  bool is_periodic(std::size_t coordinate) const { return !length.empty() && length[coordinate] > 0.0; }
  /// x, at most rounding away from [low, low + length).
  double wrapped(std::size_t coordinate, double x) const {
    if (!is_periodic(coordinate)) return x;
    return x - length[coordinate] * std::floor((x - low[coordinate]) / length[coordinate]);
  }
};
void bind(deck::Binder& binder, Box& box);

/// For samples of so many coordinates, where one number stands for all. Throws Error (input) for other numbers of them.
Box completed(const Box& box, int dimensions);
/// In units of `length`.
Box scaled(const Box& box, double length);

}  // namespace tessera::learn::action
