#include "learn/trajcast/architecture.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/random.hpp"

namespace tessera::learn::trajcast {

namespace {

using diff::Block;
using diff::Irrep;
using diff::Irreps;

const Irrep even_scalar{.l = 0, .parity = 1}, vector{.l = 1, .parity = -1};

/// The irreps of `from`, with so many channels each.
Irreps with_channels(const Irreps& from, std::int64_t channels) {
  std::vector<Block> blocks = from.blocks();
  for (Block& block : blocks) block.channels = channels;
  return Irreps(blocks);
}

std::vector<std::int64_t> widths_of(std::int64_t in, const std::vector<std::int64_t>& hidden, std::int64_t out) {
  std::vector<std::int64_t> widths{in};
  widths.insert(widths.end(), hidden.begin(), hidden.end());
  widths.push_back(out);
  return widths;
}

/// Blocks of the input that some path begins in.
Irreps read_blocks(const diff::ChannelProduct& product) {
  std::vector<Block> blocks;
  for (const Block& block : product.in().blocks())
    if (std::any_of(product.paths().begin(), product.paths().end(),
                    [&block](const diff::ProductPath& path) { return path.in_offset == block.offset; }))
      blocks.push_back(block);
  return Irreps(blocks);
}

std::vector<Irrep> irreps_of(const Irreps& irreps) {
  std::vector<Irrep> list;
  for (const Block& block : irreps.blocks()) list.push_back(block.irrep);
  return list;
}

}  // namespace

std::int64_t Architecture::add_tensor(const std::string& name, std::int64_t rows, std::int64_t cols) {
  tensors.push_back({.name = name, .rows = rows, .cols = cols, .first = num_weights});
  num_weights += rows * cols;
  return tensors.back().first;
}

std::int64_t Architecture::add_mlp(const std::string& name, const std::vector<std::int64_t>& widths) {
  const std::int64_t first = num_weights;
  for (std::size_t n = 0; n + 1 < widths.size(); ++n)
    add_tensor(fmt::format("{}_{}", name, n), widths[n], widths[n + 1]);
  return first;
}

Layer Architecture::make_layer(const std::string& name, const Irreps& in, bool is_pruned) {
  const int l_max = parameters.l_max;
  const std::int64_t c = parameters.channels;
  const diff::ChannelProduct all_edge(in, l_max, l_max);
  const Irreps all_contracted = with_channels(all_edge.out(), c);
  const diff::ChannelProduct all_velocity(all_contracted, l_max, l_max);
  const Irreps all_out = with_channels(all_velocity.out(), c);
  const diff::Gate all_gate(all_out);

  // Of the last layer the vectors alone are read, so that a good part of all maps before them need not be worked out.
  Layer layer;
  layer.in = in;
  layer.out = is_pruned ? Irreps({{.irrep = vector, .channels = c}}) : all_out;
  layer.gate = diff::Gate(layer.out);
  const auto ends = irreps_of(layer.gate.in());
  const Irreps contracted = read_blocks(all_velocity.part(all_contracted, ends));
  layer.velocity_product = all_velocity.part(contracted, ends);
  layer.edge_product = all_edge.part(in, irreps_of(contracted));
  layer.contraction = diff::LinearMap::part(all_edge.out(), all_contracted, layer.edge_product.out(), contracted);
  layer.update =
      diff::LinearMap::part(all_velocity.out(), all_gate.in(), layer.velocity_product.out(), layer.gate.in());
  if (is_pruned) {
    // Columns of its gates: behind the features, and vectors come first among what is gated.
    const std::int64_t gates = layer.gate.in().find(even_scalar)->offset;
    for (diff::LinearTerm& term : layer.update.terms)
      if (term.out_offset == gates) term.weight_offset += c;
  }
  layer.self = diff::SpeciesMap(in, all_out, layer.out, parameters.num_species);

  const auto edge_widths = widths_of(parameters.num_radial, parameters.hidden, all_edge.num_all_weights());
  const auto speed_widths = widths_of(parameters.num_speed, parameters.hidden, all_velocity.num_all_weights());
  layer.edge_mlp = diff::ScalarMlp(edge_widths, layer.edge_product.first_weight(), layer.edge_product.num_weights());
  layer.speed_mlp =
      diff::ScalarMlp(speed_widths, layer.velocity_product.first_weight(), layer.velocity_product.num_weights());
  layer.edge_mlp_at = add_mlp(name + "/edge_mlp", edge_widths);
  layer.contraction_at = add_tensor(name + "/contraction", 1, layer.contraction.num_weights);
  layer.speed_mlp_at = add_mlp(name + "/velocity_mlp", speed_widths);
  layer.update_at = add_tensor(name + "/update", 1, layer.update.num_weights);
  layer.self_at = add_tensor(name + "/self_connection", 1, layer.self.num_weights());
  return layer;
}

Architecture::Architecture(const Hyperparameters& given) : parameters(given) {
  parameters.check();
  const int l_max = parameters.l_max;
  const std::int64_t c = parameters.channels, speeds = parameters.num_speed;
  const Irreps speed_block({{.irrep = even_scalar, .channels = speeds}});
  embedding = diff::SpeciesMap(speed_block, speed_block, speed_block, parameters.num_species);
  std::vector<Block> blocks = diff::natural_irreps(l_max, 1).blocks();
  blocks[0].channels = parameters.num_species + speeds;
  initial_in = Irreps(blocks);
  first = diff::natural_irreps(l_max, c);
  initial = diff::LinearMap::between(initial_in, first);

  roots_at = add_tensor("bessel_roots", 1, parameters.num_radial);
  embedding_at = add_tensor("velocity_embedding", 1, embedding.num_weights());
  initial_at = add_tensor("initial_linear", 1, initial.num_weights);
  const Irreps* in = &first;
  layers.reserve(static_cast<std::size_t>(parameters.num_layers));
  for (int n = 0; n < parameters.num_layers; ++n) {
    const bool is_last = n + 1 == parameters.num_layers;
    layers.push_back(make_layer(fmt::format("layer{}", n), *in, is_last && parameters.prunes_last_layer));
    in = &layers.back().out;
  }
  const Irreps fewer({{.irrep = vector, .channels = c / 4}}), two({{.irrep = vector, .channels = 2}});
  compression = diff::LinearMap::between(*in, fewer);
  readout = diff::LinearMap::between(fewer, two);
  compression_at = add_tensor("compression", c, c / 4);
  readout_at = add_tensor("readout", c / 4, 2);
}

std::vector<double> initial_weights(const Architecture& architecture, std::uint32_t seed) {
  std::vector<double> weights(static_cast<std::size_t>(architecture.num_weights));
  const Random random(seed, RandomPurpose::trajcast_weights);
  for (std::size_t tensor = 0; tensor < architecture.tensors.size(); ++tensor) {
    const WeightTensor& t = architecture.tensors[tensor];
    for (std::int64_t n = 0; n < t.size(); ++n) {
      const auto pair = random.normal(static_cast<std::uint64_t>(n / 2), tensor);
      weights[static_cast<std::size_t>(t.first + n)] = n % 2 == 0 ? pair.first : pair.second;
    }
  }
  constexpr double pi = 3.14159265358979323846;
  for (int n = 0; n < architecture.parameters.num_radial; ++n)
    weights[static_cast<std::size_t>(architecture.roots_at + n)] = (n + 1) * pi;
  return weights;
}

}  // namespace tessera::learn::trajcast
