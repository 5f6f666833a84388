#include "bench_trajcast_work.hpp"

#include "diff/equivariant/path_shapes.hpp"
#include "learn/trajcast/edge_chunks.hpp"

namespace tessera::bench {

namespace {

/// Operations forward, and in the reverse pass without those that repeat the forward pass.
struct Count {
  double forward = 0.0, back = 0.0;
};
Count operator+(const Count& a, const Count& b) { return {a.forward + b.forward, a.back + b.back}; }
Count operator*(double factor, const Count& a) { return {factor * a.forward, factor * a.back}; }

int coefficients_read(const diff::ProductPath& path) {
  const int n1 = 2 * path.l1 + 1, n3 = 2 * path.l3 + 1;
  int count = n1 * n3;
  diff::with_shape(path, [&](auto shape) {
    count = 0;
    for (int m1 = 0; m1 < n1; ++m1)
      for (int m3 = 0; m3 < n3; ++m3) count += shape.reads(m1, m3) ? 1 : 0;
  });
  return count;
}

/// Of an edge. Features times weights, then coefficients; back: coefficients, then what weights and features get.
Count count_of(const diff::ChannelProduct& product) {
  Count count;
  for (const auto& path : product.paths()) {
    const double channels = static_cast<double>(product.num_weights()) / static_cast<double>(product.paths().size());
    const double components = 2.0 * path.l1 + 1.0, reads = coefficients_read(path);
    count.forward += channels * (components + 2.0 * reads);
    count.back += channels * (4.0 * components + 2.0 * reads);
  }
  return count;
}

/// Of a row. Back there are as many operations for the input as for the weights.
Count count_of(const diff::LinearMap& map) {
  double products = 0.0;
  for (const auto& term : map.terms)
    products += static_cast<double>(term.components * term.in_channels * term.out_channels);
  return {2.0 * products, 4.0 * products};
}

Count count_of(const diff::ScalarMlp& mlp) {
  double products = 0.0;
  const auto& widths = mlp.widths();
  for (std::size_t n = 0; n + 1 < widths.size(); ++n)
    products += static_cast<double>(widths[n] * (n + 2 == widths.size() ? mlp.num_columns() : widths[n + 1]));
  return {2.0 * products, 4.0 * products};
}

}  // namespace

TrajcastWork count_work(const learn::trajcast::Architecture& architecture, const learn::trajcast::Graph& graph,
                        std::int64_t chunk_edges, int knots) {
  double edges = 0.0, lengths = 0.0;
  for (const auto& chunk : learn::trajcast::make_chunks(graph, architecture.parameters.cutoff, chunk_edges)) {
    edges += static_cast<double>(chunk.num_edges());
    lengths += static_cast<double>(chunk.num_lengths());
  }
  const auto atoms = static_cast<double>(graph.num_atoms),
             speeds = static_cast<double>(architecture.parameters.num_speed);
  const Count embedding{2.0 * speeds * speeds, 2.0 * speeds * speeds};  // its input is given: no cotangent
  const Count ends = atoms * (embedding + count_of(architecture.initial) + count_of(architecture.compression) +
                              count_of(architecture.readout));
  TrajcastWork work{.forward = ends.forward,
                    .tabulated = ends.forward,
                    .reverse = ends.back,
                    .learned_by_tables = ends.forward + ends.back};
  for (const auto& layer : architecture.layers) {
    const Count radial = lengths * count_of(layer.edge_mlp);
    const Count until_gate =
        edges * count_of(layer.edge_product) + atoms * (count_of(layer.contraction) + count_of(layer.speed_mlp) +
                                                        count_of(layer.velocity_product) + count_of(layer.update));
    const Count self = atoms * count_of(diff::LinearMap::between(layer.in, layer.out));
    const auto path_weights = static_cast<double>(layer.edge_product.num_weights());
    work.forward += radial.forward + until_gate.forward + self.forward;
    const double interpolated = lengths * 11.0 * path_weights + until_gate.forward,
                 returned = lengths * 12.0 * path_weights + until_gate.back + self.back +
                            edges * static_cast<double>(layer.in.size());
    work.tabulated += interpolated + self.forward;
    const Count at_knots = static_cast<double>(knots) * count_of(layer.edge_mlp);
    work.learned_by_tables += 2.0 * at_knots.forward + at_knots.back + 2.0 * interpolated + self.forward + returned;
    work.reverse += radial.forward + until_gate.forward + radial.back + until_gate.back + self.back +
                    edges * static_cast<double>(layer.in.size());
  }
  return work;
}

}  // namespace tessera::bench
