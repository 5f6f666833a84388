// Edges as sorted rows of whole numbers, whoever found them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "data/box.hpp"
#include "learn/trajcast/edges.hpp"

namespace tessera::test {

/// A configuration of tests/data/trajcast/graphs.h5 or one made for a test.
struct GraphCase {
  std::string name;
  data::Box box;
  std::vector<double> positions;
  double cutoff = 1.0;

  int size() const { return static_cast<int>(positions.size() / 3); }
};
GraphCase stored_graph(const std::string& name);
/// Random places, some outside the box; periodic along some directions.
GraphCase gas_graph(int count, const data::Box& box, double cutoff);

/// Receiver, sender (from 0) and image in cells between the positions of the case.
using EdgeRow = std::array<int, 5>;
std::vector<EdgeRow> stored_edges(const std::string& name);
/// By going through all images within reach.
std::vector<EdgeRow> brute_force_edges(const GraphCase& graph);
/// An edge by its vector; the image is that of the vector.
EdgeRow edge_row(const GraphCase& graph, int receiver, int sender, const double (&vector)[3]);

/// What is found for this rank's part of the domain; checks the lists by sender on the way. Collective.
struct DomainResult {
  std::vector<EdgeRow> edges;  ///< of all ranks, sorted
  // On this rank:
  bool is_consistent = false, ghosts_arrive = false, has_same_vectors = false;
  int num_rows = 0, num_owned = 0, num_copies = 0;
};
DomainResult domain_edges(const GraphCase& graph, double skin);

/// Whether the lists by sender hold the same edges, each once, in the order of the receivers' ids.
bool has_right_senders(const learn::trajcast::Edges& edges, const std::vector<std::int64_t>& id);

}  // namespace tessera::test
