// A training pair whose atoms are spread over all ranks, each on the one that owns its place.
#pragma once

#include <cstdint>
#include <vector>

#include "learn/trajcast/domain_edges.hpp"
#include "learn/trajcast/pair_batch.hpp"

namespace tessera::learn::trajcast {

/// One configuration at a time, on tiles of its box. Of features, edges and messages a rank has those of its own atoms
/// and of what is within the cutoff of them; it may have none. The pair itself is whole on the rank that has read it.
class DomainBatch {
 public:
  /// Masses by type, g/mol.
  DomainBatch(const Hyperparameters& parameters, std::vector<double> masses)
      : parameters_(parameters), masses_(std::move(masses)) {}

  /// Collective. The pair of this number, of which only its owner knows more; see PairSet::gather. Throws Error (input)
  /// where the box is too thin for its tiles and the cutoff, and as make_pair_batch.
  void spread(const PairSet& pairs, std::int64_t number);

  /// This rank's part: receivers are its own atoms, rows behind them are ghosts.
  const PairBatch& batch() const { return batch_; }
  const GhostExchange& ghosts() const { return edges_.ghosts(); }
  /// Place within the pair, from 0, of each of this rank's atoms.
  const std::vector<std::int64_t>& places() const { return places_; }

 private:
  void fill(const data::Particles& particles, const data::Box& box);

  Hyperparameters parameters_;
  std::vector<double> masses_;
  DomainEdges edges_;
  PairBatch batch_;
  std::vector<std::int64_t> places_;
};

/// Local. The same periodic directions; open sides are moved to where the outermost particles are (at least `least`
/// apart), so that tiles share them out.
data::Box fit_open_sides(const data::Box& box, const std::vector<double>& position, double least);

}  // namespace tessera::learn::trajcast
