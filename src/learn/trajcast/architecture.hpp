// The parts of a network, and where the weights of each lie in one flat array.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diff/equivariant/channel_product.hpp"
#include "diff/equivariant/gate.hpp"
#include "diff/equivariant/irreps.hpp"
#include "diff/equivariant/linear_map.hpp"
#include "diff/equivariant/scalar_mlp.hpp"
#include "learn/trajcast/hyperparameters.hpp"

namespace tessera::learn::trajcast {

/// Numbers of the flat array, row by row.
struct WeightTensor {
  std::string name;
  std::int64_t rows = 0, cols = 0, first = 0;
  std::int64_t size() const { return rows * cols; }
};

/// Messages pooled over edges, contracted to `channels` of each irrep, multiplied with harmonics of the velocity,
/// mixed, gated, and added to the atom's own features. Numbers ending in _at are places in the flat array of weights.
struct Layer {
  diff::Irreps in, out;
  diff::ScalarMlp edge_mlp, speed_mlp;
  diff::ChannelProduct edge_product, velocity_product;
  diff::LinearMap contraction, update;
  diff::Gate gate;
  diff::SpeciesMap self;
  std::int64_t edge_mlp_at = 0, contraction_at = 0, speed_mlp_at = 0, update_at = 0, self_at = 0;
};

struct Architecture {
  explicit Architecture(const Hyperparameters& parameters);

  Hyperparameters parameters;
  std::vector<WeightTensor> tensors;  ///< in the order of the flat array
  std::int64_t num_weights = 0;

  diff::Irreps initial_in, first;  ///< of atoms: species, speed and velocity; the features they become
  diff::SpeciesMap embedding;
  diff::LinearMap initial, compression, readout;
  std::vector<Layer> layers;
  std::int64_t roots_at = 0, embedding_at = 0, initial_at = 0, compression_at = 0, readout_at = 0;

 private:
  std::int64_t add_tensor(const std::string& name, std::int64_t rows, std::int64_t cols);
  std::int64_t add_mlp(const std::string& name, const std::vector<std::int64_t>& widths);
  Layer make_layer(const std::string& name, const diff::Irreps& in, bool is_pruned);
};

/// Standard normal weights, which the scales of all maps expect, and roots n pi: the same for a seed everywhere.
std::vector<double> initial_weights(const Architecture& architecture, std::uint32_t seed);

}  // namespace tessera::learn::trajcast
