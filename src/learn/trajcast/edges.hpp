// Edges of a graph of particles: all ordered pairs (receiver, sender, image) closer than a cutoff.
#pragma once

#include <cstdint>
#include <vector>

#include "base/kokkos.hpp"

namespace tessera::learn::trajcast {

/// By receiver, a row that this rank owns; within it by the id of the sender, then by its image, so that sums over the
/// edges of a receiver run in the same order on any number of ranks. Several edges may join the same two rows, and a
/// row to itself, by way of different images. Of a pair both directions have opposite vectors, bit by bit. Arrays may
/// be longer than needed.
struct Edges {
  int num_receivers = 0;
  int num_rows = 0;  ///< that senders lie among: receivers, then copies of other ranks' particles
  int num_edges = 0;
  Array1<int> begin;  ///< (receivers + 1): edges begin(i) to begin(i + 1) - 1 are those of receiver i
  Array1<int> receiver;
  Array1<int> sender;
  Array2<double> vector;  ///< (edges, 3): from the receiver to the sender's image

  // The same edges by sender: numbers of edges, within one sender by the id of the receiver.
  Array1<int> sender_begin;  ///< (rows + 1)
  Array1<int> by_sender;
};

/// Local. Makes room; the content of what grows is lost. Throws Error (input) for more than an int can count.
void make_room(Edges& edges, std::int64_t num_edges);

/// Local. Fills the lists by sender. `id` of rows, at least of receivers.
void sort_by_sender(Edges& edges, const Array1<std::int64_t>& id);

/// The same on the host, without the lists by sender.
struct HostEdges {
  std::vector<std::int64_t> first_edge{0};  ///< (receivers + 1)
  std::vector<int> sender;
  std::vector<double> vector;  ///< three an edge

  int num_receivers() const { return static_cast<int>(first_edge.size()) - 1; }
  std::int64_t num_edges() const { return first_edge.back(); }
};
HostEdges to_host(const Edges& edges);
/// Where all rows are receivers, whose ids rise.
Edges to_device(const HostEdges& edges);
/// Rows of `more`, which are all receivers, behind those that are there, which are too: the disjoint union.
void append(HostEdges& edges, const HostEdges& more);

}  // namespace tessera::learn::trajcast
