#include "learn/trajcast/network.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "diff/equivariant/bases.hpp"
#include "diff/equivariant/spherical.hpp"

namespace tessera::learn::trajcast {

namespace {

template <class Real>
RankSum sum_of(Surroundings<Real>& surroundings) {
  return [&surroundings](ExactSum* sums, int count) { surroundings.sum(sums, count); };
}

}  // namespace

template <class Real>
Network<Real>::Network(const Hyperparameters& parameters)
    : architecture_(parameters), conservation_(parameters), pass_(architecture_) {}

template <class Real>
void Network<Real>::set_weights(const std::vector<double>& weights) {
  if (static_cast<std::int64_t>(weights.size()) != num_weights())
    throw Error::internal(fmt::format("{} weights of a network that has {}", weights.size(), num_weights()));
  weights_.assign(weights.begin(), weights.end());
  tables_.clear();
}

template <class Real>
typename RadialTable<Real>::Function Network<Real>::path_weights_of(const Layer& layer) {
  return [this, &layer](const std::vector<double>& lengths, Real* rows) {
    pass_.path_weights(layer, weights_.data(), lengths, rows);
  };
}

template <class Real>
void Network<Real>::tabulate(int num_knots, double shortest) {
  if (weights_.empty()) throw Error::internal("a network without weights");
  tables_.clear();
  for (const Layer& layer : architecture_.layers)
    tables_.emplace_back(shortest, architecture_.parameters.cutoff, num_knots, layer.edge_product.num_weights(),
                         path_weights_of(layer));
}

template <class Real>
double Network<Real>::table_error() {
  double error = 0.0;
  for (std::size_t n = 0; n < tables_.size(); ++n)
    error = std::max(error, tables_[n].largest_error(path_weights_of(layer(n))));
  return error;
}

template <class Real>
std::int64_t Network<Real>::table_bytes() const {
  std::int64_t bytes = 0;
  for (const auto& table : tables_) bytes += table.bytes();
  return bytes;
}

template <class Real>
std::int64_t Network<Real>::atom_bytes() const {
  std::int64_t most = 0;
  for (const Layer& layer : architecture_.layers) most = std::max(most, layer.in.size() + layer.out.size());
  return most * static_cast<std::int64_t>(sizeof(Real));
}

template <class Real>
std::int64_t Network<Real>::chunk_bytes() const {
  std::int64_t most = 0;
  for (const Layer& layer : architecture_.layers)
    most = std::max(most, layer.edge_product.num_weights() + layer.edge_product.num_coefficients());
  return most_edges_ * most * static_cast<std::int64_t>(sizeof(Real));
}

/// Speeds, directions of velocities, and the first features' input.
template <class Real>
void Network<Real>::embed(const Graph& graph) {
  const Hyperparameters& p = architecture_.parameters;
  const std::int64_t atoms = graph.num_atoms, speeds = p.num_speed, directions = diff::num_harmonics(p.l_max);
  harmonics_.resize(static_cast<std::size_t>(atoms * directions));
  speeds_.resize(static_cast<std::size_t>(atoms * speeds));
  std::vector<double> heights(static_cast<std::size_t>(speeds));
  for (std::int64_t n = 0; n < atoms; ++n) {
    const double* v = graph.velocities.data() + 3 * n;
    diff::spherical_harmonics(p.l_max, v, harmonics_.data() + n * directions);
    diff::gaussian_basis(p.num_speed, p.speed_max, std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), heights.data());
    std::copy(heights.begin(), heights.end(), speeds_.begin() + n * speeds);
  }
  embedding_.assign(speeds_.size(), Real(0));
  architecture_.embedding.forward(atoms, graph.species.data(), weights_.data() + architecture_.embedding_at,
                                  speeds_.data(), embedding_.data());
  const std::int64_t width = architecture_.initial_in.size(), scalars = p.num_species + speeds;
  initial_.assign(static_cast<std::size_t>(atoms * width), Real(0));
  for (std::int64_t n = 0; n < atoms; ++n) {
    Real* row = initial_.data() + n * width;
    row[graph.species[static_cast<std::size_t>(n)]] = Real(1);
    std::copy_n(embedding_.data() + n * speeds, speeds, row + p.num_species);
    std::copy_n(harmonics_.data() + n * directions + 1, directions - 1, row + scalars);
  }
}

template <class Real>
const std::vector<double>& Network<Real>::forward(const Graph& graph, Surroundings<Real>& surroundings,
                                                  bool keeps_features) {
  if (weights_.empty()) throw Error::internal("a network without weights");
  const std::size_t num_layers = architecture_.layers.size();
  chunks_ = make_chunks(graph, architecture_.parameters.cutoff, most_edges_);
  embed(graph);
  features_.resize(num_layers + 1);
  const auto rows = static_cast<std::size_t>(graph.num_rows());
  features_[0].resize(rows * static_cast<std::size_t>(architecture_.first.size()));
  architecture_.initial.forward(graph.num_atoms, weights_.data() + architecture_.initial_at, initial_.data(),
                                features_[0].data());
  for (std::size_t n = 0; n < num_layers; ++n) {
    surroundings.fill_ghosts(features_[n].data(), layer(n).in.size());
    const std::int64_t width = layer(n).out.size();
    features_[n + 1].resize(rows * static_cast<std::size_t>(width));
    for (const EdgeChunk& chunk : chunks_)
      pass_.forward(layer(n), weights_.data(), chunk, atom_inputs(graph), features_[n].data(),
                    features_[n + 1].data() + chunk.first_atom * width, tables_.empty() ? nullptr : &tables_[n]);
    if (!keeps_features) features_[n] = {};
  }
  const auto& last = features_[num_layers];
  compressed_.resize(static_cast<std::size_t>(graph.num_atoms * architecture_.compression.out_size));
  architecture_.compression.forward(graph.num_atoms, weights_.data() + architecture_.compression_at, last.data(),
                                    compressed_.data());
  std::vector<Real> raw(static_cast<std::size_t>(6 * graph.num_atoms));
  architecture_.readout.forward(graph.num_atoms, weights_.data() + architecture_.readout_at, compressed_.data(),
                                raw.data());
  // Components with displacement and velocity side by side, to displacement with its components and velocity with its.
  raw_.resize(raw.size());
  for (std::size_t n = 0; n < raw.size(); n += 6)
    for (std::size_t k = 0; k < 6; ++k) raw_[n + k] = static_cast<double>(raw[n + 2 * (k % 3) + k / 3]);
  target_ = raw_;
  conservation_.forward(graph, sum_of(surroundings), target_);
  return target_;
}

template <class Real>
void Network<Real>::reverse(const Graph& graph, Surroundings<Real>& surroundings,
                            const std::vector<double>& target_cotangent, std::vector<double>& gradient) {
  const std::size_t num_layers = architecture_.layers.size();
  if (features_.size() != num_layers + 1 || (graph.num_rows() > 0 && features_[0].empty()) ||
      target_cotangent.size() != target_.size())
    throw Error::internal("the reverse pass of a network that has not kept its features");
  const Hyperparameters& p = architecture_.parameters;
  const std::int64_t atoms = graph.num_atoms, speeds = p.num_speed;
  std::vector<double> cotangent = target_cotangent;
  conservation_.reverse(graph, sum_of(surroundings), cotangent);
  std::vector<Real> raw(cotangent.size());
  for (std::size_t n = 0; n < raw.size(); n += 6)
    for (std::size_t k = 0; k < 6; ++k) raw[n + 2 * (k % 3) + k / 3] = static_cast<Real>(cotangent[n + k]);

  std::vector<Real> by_weight(static_cast<std::size_t>(num_weights()), Real(0));
  std::vector<double> by_root(static_cast<std::size_t>(p.num_radial), 0.0);
  const Real* w = weights_.data();
  Real* g = by_weight.data();
  std::vector<Real> compressed(compressed_.size(), Real(0));
  architecture_.readout.reverse_weights(atoms, compressed_.data(), raw.data(), g + architecture_.readout_at);
  architecture_.readout.reverse_input(atoms, w + architecture_.readout_at, raw.data(), compressed.data());
  std::vector<Real> above(features_[num_layers].size(), Real(0)), below;
  architecture_.compression.reverse_weights(atoms, features_[num_layers].data(), compressed.data(),
                                            g + architecture_.compression_at);
  architecture_.compression.reverse_input(atoms, w + architecture_.compression_at, compressed.data(), above.data());

  std::vector<Real> by_embedding(embedding_.size(), Real(0)), by_knot;
  for (std::size_t n = num_layers; n-- > 0;) {
    below.assign(features_[n].size(), Real(0));
    const RadialTable<Real>* table = tables_.empty() ? nullptr : &tables_[n];
    if (table != nullptr) by_knot.assign(static_cast<std::size_t>(table->num_knots() * table->width()), Real(0));
    const typename LayerPass<Real>::Cotangents to{.features = below.data(),
                                                  .embedding = by_embedding.data(),
                                                  .weights = g,
                                                  .roots = by_root.data(),
                                                  .knots = by_knot.data()};
    for (const EdgeChunk& chunk : chunks_)
      pass_.reverse(layer(n), w, chunk, atom_inputs(graph), features_[n].data(),
                    above.data() + chunk.first_atom * layer(n).out.size(), to, table);
    if (table != nullptr) pass_.reverse_table(layer(n), w, *table, to);
    surroundings.return_ghosts(below.data(), layer(n).in.size());
    std::swap(above, below);
  }

  std::vector<Real> first(initial_.size(), Real(0));
  architecture_.initial.reverse_weights(atoms, initial_.data(), above.data(), g + architecture_.initial_at);
  architecture_.initial.reverse_input(atoms, w + architecture_.initial_at, above.data(), first.data());
  for (std::int64_t n = 0; n < atoms; ++n)
    for (std::int64_t k = 0; k < speeds; ++k)
      by_embedding[static_cast<std::size_t>(n * speeds + k)] +=
          first[static_cast<std::size_t>(n * architecture_.initial_in.size() + p.num_species + k)];
  architecture_.embedding.reverse<Real>(atoms, graph.species.data(), w + architecture_.embedding_at, speeds_.data(),
                                        by_embedding.data(), nullptr, g + architecture_.embedding_at);
  gradient.resize(by_weight.size(), 0.0);
  for (std::size_t n = 0; n < by_weight.size(); ++n) gradient[n] += static_cast<double>(by_weight[n]);
  for (std::size_t n = 0; n < by_root.size(); ++n)
    gradient[static_cast<std::size_t>(architecture_.roots_at) + n] += by_root[n];
}

template class Network<double>;
template class Network<float>;

}  // namespace tessera::learn::trajcast
