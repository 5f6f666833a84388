// The graph of a configuration that one rank holds whole: what a network is trained on.
#pragma once

#include <cmath>

#include "data/box.hpp"
#include "learn/trajcast/edges.hpp"

namespace tessera::learn::trajcast {

/// Local. All edges shorter than `cutoff` of `count` particles, whose positions (three behind one another) may lie
/// outside the box; by receiver, then sender, then image in cells along a, b, c between positions as they are given.
/// All rows are receivers. The work grows with the number of edges. Throws Error (input) for too many of them, and for
/// positions or a cutoff that are absurd.
HostEdges find_edges(const data::Box& box, const double* position, int count, double cutoff);

/// Local. What these edges are like, without room for them.
struct EdgeSummary {
  std::int64_t num_edges = 0, most_neighbours = 0;
  double least_distance = HUGE_VAL;  ///< infinite without edges
};
EdgeSummary summarise_edges(const data::Box& box, const double* position, int count, double cutoff);

}  // namespace tessera::learn::trajcast
