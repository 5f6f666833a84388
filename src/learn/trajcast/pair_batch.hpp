// Pairs as a network is trained on them: one graph of several configurations, and what it should answer.
#pragma once

#include <vector>

#include "learn/trajcast/graph.hpp"
#include "learn/trajcast/hyperparameters.hpp"
#include "learn/trajcast/pair_set.hpp"

namespace tessera::learn::trajcast {

struct PairBatch {
  Graph graph;                 ///< their disjoint union
  std::vector<double> target;  ///< six numbers an atom: displacement and new velocity, in units of their scales
};

/// Local. Masses by type, g/mol. Throws Error (input) for molecules that reach across half a periodic box, if angular
/// momentum is conserved.
PairBatch make_pair_batch(const std::vector<Pair>& pairs, const Hyperparameters& parameters,
                          const std::vector<double>& masses);

/// Local. Places of the atoms of one molecule, three behind one another, brought together by periodic images: each atom
/// beside the one before it. Throws Error (input) if it spans half the box, whose images would then be as near.
void make_whole(const data::Box& box, std::vector<double>& position);

}  // namespace tessera::learn::trajcast
