// A network that forecasts displacements and new velocities of atoms, with its reverse pass.
#pragma once

#include <cstdint>
#include <vector>

#include "learn/trajcast/architecture.hpp"
#include "learn/trajcast/conservation.hpp"
#include "learn/trajcast/edge_chunks.hpp"
#include "learn/trajcast/graph.hpp"
#include "learn/trajcast/layer_pass.hpp"

namespace tessera::learn::trajcast {

/// Real is what features and path weights are held in. Geometry, the conservation layer and all sums over atoms are of
/// double precision.
template <class Real>
class Network {
 public:
  /// Throws Error (input) for parameters out of range.
  explicit Network(const Hyperparameters& parameters);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const Architecture& architecture() const { return architecture_; }
  std::int64_t num_weights() const { return architecture_.num_weights; }
  /// Throws Error (internal) for another number of them.
  void set_weights(const std::vector<double>& weights);

  /// Edges that are worked on at a time, 16384 unless set. Memory grows with it: at the published size (64 channels,
  /// order 2, double precision) by 10 to 20 kB an edge, in the reverse pass by 30 to 50 kB, the less the more edges
  /// share their length with others of the chunk. So does what directions of pairs share.
  void set_chunk_edges(std::int64_t most_edges) { most_edges_ = most_edges; }
  std::int64_t chunk_edges() const { return most_edges_; }

  /// From now on, until weights are set again, path weights of edges come from tables over lengths between `shortest`
  /// and the cutoff; those of edges shorter than that are worked out. The reverse pass is that of what was done.
  void tabulate(int num_knots, double shortest);
  /// Half-way between knots, relative to the largest weight.
  double table_error();
  std::int64_t table_bytes() const;
  /// What a forward pass holds for each atom, ghosts included: features before and behind the widest layer.
  std::int64_t atom_bytes() const;
  /// And for a chunk of edges: path weights and coefficients of the widest layer.
  std::int64_t chunk_bytes() const;

  /// Collective over ranks that share configurations. Six numbers an owned atom: displacement over displacement_scale
  /// and new velocity over velocity_scale. With keeps_features a reverse() may follow, and layer_features() are there.
  const std::vector<double>& forward(const Graph& graph, Surroundings<Real>& surroundings, bool keeps_features = false);

  /// Collective likewise. Of the last forward(), which kept features: adds to the gradient by weights what the
  /// cotangent of its result makes of it. With several ranks, each holds a part, to be summed by the caller.
  void reverse(const Graph& graph, Surroundings<Real>& surroundings, const std::vector<double>& target_cotangent,
               std::vector<double>& gradient);

  /// Rows before layer n (n = 0 ... number of layers), of owned atoms and ghosts.
  const std::vector<Real>& layer_features(std::size_t n) const { return features_[n]; }
  /// Raw targets, before the conservation layer.
  const std::vector<double>& raw_target() const { return raw_; }

 private:
  void embed(const Graph& graph);
  typename RadialTable<Real>::Function path_weights_of(const Layer& layer);
  const Layer& layer(std::size_t n) const { return architecture_.layers[n]; }
  AtomInputs<Real> atom_inputs(const Graph& graph) const {
    return {.species = graph.species.data(), .embedding = embedding_.data(), .harmonics = harmonics_.data()};
  }

  Architecture architecture_;
  ConservationLayer conservation_;
  LayerPass<Real> pass_;
  std::vector<Real> weights_;
  std::int64_t most_edges_ = 16384;
  std::vector<RadialTable<Real>> tables_;  ///< by layer; none if path weights are worked out

  std::vector<EdgeChunk> chunks_;
  std::vector<double> harmonics_;
  std::vector<Real> speeds_, embedding_, initial_, compressed_;
  std::vector<std::vector<Real>> features_;
  std::vector<double> raw_, target_;
};

}  // namespace tessera::learn::trajcast
