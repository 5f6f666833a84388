// Edges in pieces of bounded size: what is worked out for an edge is held for the edges of one piece at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "diff/equivariant/channel_product.hpp"
#include "learn/trajcast/graph.hpp"

namespace tessera::learn::trajcast {

/// The edges of receivers first_atom ... first_atom + num_atoms - 1 that are shorter than the cutoff. Edges of equal
/// length share what depends on the length alone: both directions of a pair, and neighbours in a perfect crystal.
struct EdgeChunk {
  std::int64_t first_atom = 0, num_atoms = 0;
  std::vector<std::int64_t> first_edge{0};  ///< by receiver
  std::vector<int> sender;
  std::vector<const double*> vectors;
  std::vector<double> lengths;                      ///< different ones, in the order in which edges have them first
  std::vector<int> by_length;                       ///< rows of lengths, the shortest first
  std::vector<int> length_row;                      ///< by edge
  std::vector<int> receiver;                        ///< by edge, from 0
  std::vector<std::int64_t> first_reader, readers;  ///< edges of each length

  std::int64_t num_edges() const { return static_cast<std::int64_t>(sender.size()); }
  std::int64_t num_lengths() const { return static_cast<std::int64_t>(lengths.size()); }
  diff::WeightReaders weight_readers() const {
    return {
        .num_rows = num_lengths(), .first = first_reader.data(), .edges = readers.data(), .receiver = receiver.data()};
  }
};

/// All atoms, in pieces of at most `most_edges` edges or one atom. Vectors point into the graph.
std::vector<EdgeChunk> make_chunks(const Graph& graph, double cutoff, std::int64_t most_edges);

}  // namespace tessera::learn::trajcast
