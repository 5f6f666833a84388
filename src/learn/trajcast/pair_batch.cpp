#include "learn/trajcast/pair_batch.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.hpp"
#include "learn/trajcast/box_edges.hpp"

namespace tessera::learn::trajcast {

void make_whole(const data::Box& box, std::vector<double>& position) {
  const std::size_t atoms = position.size() / 3;
  if (atoms < 2 || !(box.is_periodic[0] || box.is_periodic[1] || box.is_periodic[2])) return;
  for (std::size_t n = 1; n < atoms; ++n) {
    data::Vec3 step;
    for (int c = 0; c < 3; ++c) step[c] = position[3 * n + c] - position[3 * (n - 1) + c];
    step = box.minimum_image(step);
    for (int c = 0; c < 3; ++c) position[3 * n + c] = position[3 * (n - 1) + c] + step[c];
  }
  data::Vec3 low, high;
  for (int d = 0; d < 3; ++d) low[d] = 1e300, high[d] = -1e300;
  for (std::size_t n = 0; n < atoms; ++n) {
    const data::Vec3 s = box.to_fractional({position[3 * n], position[3 * n + 1], position[3 * n + 2]});
    for (int d = 0; d < 3; ++d) {
      low[d] = std::min(low[d], s[d]);
      high[d] = std::max(high[d], s[d]);
    }
  }
  for (int d = 0; d < 3; ++d)
    if (box.is_periodic[d] && high[d] - low[d] > 0.5)
      throw Error::input(fmt::format(
          "angular momentum is conserved of molecules by themselves, but the atoms span {:.0f} % of the periodic box "
          "along direction {}; use conserve = \"linear\", or a larger box",
          100.0 * (high[d] - low[d]), "abc"[d]));
}

PairBatch make_pair_batch(const std::vector<Pair>& pairs, const Hyperparameters& parameters,
                          const std::vector<double>& masses) {
  PairBatch batch;
  Graph& graph = batch.graph;
  graph.num_configurations = std::max(1, static_cast<int>(pairs.size()));
  HostEdges edges;
  for (std::size_t n = 0; n < pairs.size(); ++n) {
    const Pair& pair = pairs[n];
    append(edges, find_edges(pair.box, pair.position.data(), pair.num_atoms(), parameters.cutoff));
    std::vector<double> position = pair.position;
    if (parameters.conservation == Conservation::angular) make_whole(pair.box, position);
    graph.positions.insert(graph.positions.end(), position.begin(), position.end());
    graph.velocities.insert(graph.velocities.end(), pair.velocity.begin(), pair.velocity.end());
    for (std::size_t i = 0; i < pair.type.size(); ++i) {
      graph.species.push_back(pair.type[i]);
      graph.masses.push_back(masses.at(static_cast<std::size_t>(pair.type[i])));
      graph.configuration.push_back(static_cast<int>(n));
      for (std::size_t c = 0; c < 3; ++c)
        batch.target.push_back(pair.displacement[3 * i + c] / parameters.displacement_scale);
      for (std::size_t c = 0; c < 3; ++c)
        batch.target.push_back(pair.new_velocity[3 * i + c] / parameters.velocity_scale);
    }
  }
  graph.num_atoms = static_cast<std::int64_t>(graph.species.size());
  graph.first_edge = std::move(edges.first_edge);
  graph.sender = std::move(edges.sender);
  graph.edge_vectors = std::move(edges.vector);
  return batch;
}

}  // namespace tessera::learn::trajcast
