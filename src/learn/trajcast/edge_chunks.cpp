#include "learn/trajcast/edge_chunks.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace tessera::learn::trajcast {

namespace {

void share_lengths(EdgeChunk& chunk) {
  const std::size_t count = chunk.sender.size();
  std::vector<double> all(count);
  for (std::size_t e = 0; e < count; ++e) {
    const double* r = chunk.vectors[e];
    all[e] = std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]);
  }
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  const auto length = [&all](int e) { return all[static_cast<std::size_t>(e)]; };
  std::sort(order.begin(), order.end(),
            [&length](int a, int b) { return length(a) != length(b) ? length(a) < length(b) : a < b; });
  // The first edge of each length stands for it.
  std::vector<int> leader(count);
  for (std::size_t n = 0; n < count; ++n)
    leader[static_cast<std::size_t>(order[n])] =
        n > 0 && length(order[n]) == length(order[n - 1]) ? leader[static_cast<std::size_t>(order[n - 1])] : order[n];
  chunk.length_row.resize(count);
  for (std::size_t e = 0; e < count; ++e) {
    const auto first = static_cast<std::size_t>(leader[e]);
    if (first == e) {
      chunk.length_row[e] = static_cast<int>(chunk.lengths.size());
      chunk.lengths.push_back(all[e]);
    } else {
      chunk.length_row[e] = chunk.length_row[first];
    }
  }
  for (const int e : order)
    if (leader[static_cast<std::size_t>(e)] == e)
      chunk.by_length.push_back(chunk.length_row[static_cast<std::size_t>(e)]);
  chunk.first_reader.assign(chunk.lengths.size() + 1, 0);
  for (const int row : chunk.length_row) ++chunk.first_reader[static_cast<std::size_t>(row) + 1];
  std::partial_sum(chunk.first_reader.begin(), chunk.first_reader.end(), chunk.first_reader.begin());
  std::vector<std::int64_t> next(chunk.first_reader.begin(), chunk.first_reader.end());
  chunk.readers.resize(count);
  for (std::size_t e = 0; e < count; ++e)
    chunk.readers[static_cast<std::size_t>(next[static_cast<std::size_t>(chunk.length_row[e])]++)] =
        static_cast<std::int64_t>(e);
}

}  // namespace

std::vector<EdgeChunk> make_chunks(const Graph& graph, double cutoff, std::int64_t most_edges) {
  std::vector<EdgeChunk> chunks;
  EdgeChunk chunk;
  const auto close = [&chunks, &chunk](std::int64_t next_atom) {
    if (chunk.num_atoms == 0) return;
    share_lengths(chunk);
    chunks.push_back(std::move(chunk));
    chunk = EdgeChunk{};
    chunk.first_atom = next_atom;
  };
  for (std::int64_t atom = 0; atom < graph.num_atoms; ++atom) {
    const auto n = static_cast<std::size_t>(atom);
    if (chunk.num_edges() + graph.first_edge[n + 1] - graph.first_edge[n] > most_edges) close(atom);
    for (std::int64_t edge = graph.first_edge[n]; edge < graph.first_edge[n + 1]; ++edge) {
      const double* r = graph.edge_vectors.data() + 3 * edge;
      if (std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]) >= cutoff) continue;
      chunk.sender.push_back(graph.sender[static_cast<std::size_t>(edge)]);
      chunk.vectors.push_back(r);
      chunk.receiver.push_back(static_cast<int>(chunk.num_atoms));
    }
    chunk.first_edge.push_back(chunk.num_edges());
    ++chunk.num_atoms;
  }
  close(graph.num_atoms);
  return chunks;
}

}  // namespace tessera::learn::trajcast
