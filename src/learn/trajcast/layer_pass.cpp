#include "learn/trajcast/layer_pass.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "diff/equivariant/bases.hpp"
#include "diff/equivariant/host_loop.hpp"
#include "diff/equivariant/spherical.hpp"

namespace tessera::learn::trajcast {

namespace {

const double root_half = std::sqrt(0.5);

template <class Real>
Real* sized(std::vector<Real>& numbers, std::int64_t count) {
  numbers.resize(static_cast<std::size_t>(count));
  return numbers.data();
}
template <class Real>
Real* zeros(std::vector<Real>& numbers, std::int64_t count) {
  numbers.assign(static_cast<std::size_t>(count), Real(0));
  return numbers.data();
}

/// The shortest lengths of a chunk, in ascending order: those that are below a limit.
std::vector<double> lengths_below(const EdgeChunk& chunk, double limit) {
  std::vector<double> shorter;
  for (const int row : chunk.by_length) {
    const double length = chunk.lengths[static_cast<std::size_t>(row)];
    if (length >= limit) break;
    shorter.push_back(length);
  }
  return shorter;
}
/// Rows of all others.
std::vector<int> rows_behind(const EdgeChunk& chunk, const std::vector<double>& shorter) {
  return {chunk.by_length.begin() + static_cast<std::ptrdiff_t>(shorter.size()), chunk.by_length.end()};
}

}  // namespace

template <class Real>
diff::ProductInput<Real> LayerPass<Real>::edge_input(const EdgeChunk& chunk, const Real* features) const {
  return {.num_receivers = chunk.num_atoms,
          .first_edge = chunk.first_edge.data(),
          .sender = chunk.sender.data(),
          .weight_row = chunk.length_row.data(),
          .features = features,
          .weights = edge_weights_.data(),
          .coefficients = edge_coefficients_.data()};
}

/// Every atom is its own receiver, sender and row of weights.
template <class Real>
diff::ProductInput<Real> LayerPass<Real>::velocity_input(const EdgeChunk& chunk) const {
  return {.num_receivers = chunk.num_atoms,
          .first_edge = counting_.data(),
          .sender = same_.data(),
          .weight_row = same_.data(),
          .features = contracted_.data(),
          .weights = speed_weights_.data(),
          .coefficients = speed_coefficients_.data()};
}

template <class Real>
void LayerPass<Real>::path_weights(const Layer& layer, const Real* weights, const std::vector<double>& lengths,
                                   Real* rows) {
  const Hyperparameters& p = architecture_->parameters;
  const auto count = static_cast<std::int64_t>(lengths.size());
  const std::int64_t radial = p.num_radial;
  const Real* roots = weights + architecture_->roots_at;
  roots_.assign(roots, roots + radial);
  Real* basis = sized(radial_, count * radial);
  diff::host_for("trajcast/radial", count, [&](std::int64_t n) {
    std::array<double, 64> values;
    for (int first = 0; first < p.num_radial; first += 64) {
      const int part = std::min(64, p.num_radial - first);
      diff::bessel_basis(part, p.cutoff, p.envelope_power, roots_.data() + first, lengths[static_cast<std::size_t>(n)],
                         values.data());
      std::copy_n(values.data(), part, basis + n * radial + first);
    }
  });
  layer.edge_mlp.forward(count, weights + layer.edge_mlp_at, basis, rows, edge_memory_);
}

template <class Real>
void LayerPass<Real>::tabulated_weights(const Layer& layer, const Real* weights, const EdgeChunk& chunk,
                                        const RadialTable<Real>& table) {
  const std::int64_t width = layer.edge_product.num_weights();
  const std::vector<double> shorter = lengths_below(chunk, table.shortest());
  if (!shorter.empty()) {
    std::vector<Real> rows(shorter.size() * static_cast<std::size_t>(width));
    path_weights(layer, weights, shorter, rows.data());
    for (std::size_t n = 0; n < shorter.size(); ++n)
      std::copy_n(rows.data() + static_cast<std::int64_t>(n) * width, width,
                  edge_weights_.data() + chunk.by_length[n] * width);
  }
  table.interpolate(chunk.lengths, rows_behind(chunk, shorter), edge_weights_.data());
}

template <class Real>
void LayerPass<Real>::tabulated_weights_reverse(const Layer& layer, const Real* weights, const EdgeChunk& chunk,
                                                const RadialTable<Real>& table, const Real* cotangent,
                                                const Cotangents& to) {
  const std::int64_t width = layer.edge_product.num_weights();
  const std::vector<double> shorter = lengths_below(chunk, table.shortest());
  if (!shorter.empty()) {
    std::vector<Real> rows(shorter.size() * static_cast<std::size_t>(width));
    path_weights(layer, weights, shorter, rows.data());
    for (std::size_t n = 0; n < shorter.size(); ++n)
      std::copy_n(cotangent + chunk.by_length[n] * width, width, rows.data() + static_cast<std::int64_t>(n) * width);
    path_weights_reverse(layer, weights, shorter, rows.data(), to);
  }
  table.interpolate_reverse(chunk.lengths, rows_behind(chunk, shorter), cotangent, to.knots);
}

template <class Real>
void LayerPass<Real>::until_gate(const Layer& layer, const Real* weights, const EdgeChunk& chunk,
                                 const AtomInputs<Real>& atoms, const Real* features, const RadialTable<Real>* table) {
  const Hyperparameters& p = architecture_->parameters;
  const std::int64_t atoms_here = chunk.num_atoms;
  Real* edge_weights = sized(edge_weights_, chunk.num_lengths() * layer.edge_product.num_weights());
  if (table == nullptr)
    path_weights(layer, weights, chunk.lengths, edge_weights);
  else
    tabulated_weights(layer, weights, chunk, *table);
  Real* coefficients = sized(edge_coefficients_, chunk.num_edges() * layer.edge_product.num_coefficients());
  diff::host_for("trajcast/edge_coefficients", chunk.num_edges(), [&](std::int64_t e) {
    std::array<double, diff::num_harmonics(diff::max_rotation_order)> harmonics;
    diff::spherical_harmonics(p.l_max, chunk.vectors[static_cast<std::size_t>(e)], harmonics.data());
    layer.edge_product.coefficients(harmonics.data(), 1.0 / p.mean_neighbours,
                                    coefficients + e * layer.edge_product.num_coefficients());
  });
  layer.edge_product.forward(edge_input(chunk, features), sized(pooled_, atoms_here * layer.edge_product.out().size()));
  layer.contraction.forward(atoms_here, weights + layer.contraction_at, pooled_.data(),
                            sized(contracted_, atoms_here * layer.contraction.out_size));

  layer.speed_mlp.forward(atoms_here, weights + layer.speed_mlp_at, atoms.embedding + chunk.first_atom * p.num_speed,
                          sized(speed_weights_, atoms_here * layer.velocity_product.num_weights()), speed_memory_);
  const std::int64_t numbers = layer.velocity_product.num_coefficients();
  coefficients = sized(speed_coefficients_, atoms_here * numbers);
  for (std::int64_t n = 0; n < atoms_here; ++n)
    layer.velocity_product.coefficients(atoms.harmonics + (chunk.first_atom + n) * diff::num_harmonics(p.l_max), 1.0,
                                        coefficients + n * numbers);
  for (auto n = static_cast<std::int64_t>(counting_.size()); n <= atoms_here; ++n) {
    counting_.push_back(n);
    same_.push_back(static_cast<int>(n));
  }
  layer.velocity_product.forward(velocity_input(chunk),
                                 sized(turned_, atoms_here * layer.velocity_product.out().size()));
  layer.update.forward(atoms_here, weights + layer.update_at, turned_.data(),
                       sized(updated_, atoms_here * layer.update.out_size));
}

template <class Real>
void LayerPass<Real>::forward(const Layer& layer, const Real* weights, const EdgeChunk& chunk,
                              const AtomInputs<Real>& atoms, const Real* features, Real* out,
                              const RadialTable<Real>* table) {
  until_gate(layer, weights, chunk, atoms, features, table);
  layer.gate.forward(chunk.num_atoms, updated_.data(), out);
  layer.self.forward(chunk.num_atoms, atoms.species + chunk.first_atom, weights + layer.self_at,
                     features + chunk.first_atom * layer.in.size(), out);
  for (std::int64_t n = 0; n < chunk.num_atoms * layer.out.size(); ++n) out[n] *= static_cast<Real>(root_half);
}

template <class Real>
void LayerPass<Real>::reverse(const Layer& layer, const Real* weights, const EdgeChunk& chunk,
                              const AtomInputs<Real>& atoms, const Real* features, const Real* out_cotangent,
                              const Cotangents& to, const RadialTable<Real>* table) {
  const Hyperparameters& p = architecture_->parameters;
  const std::int64_t atoms_here = chunk.num_atoms, lengths = chunk.num_lengths();
  until_gate(layer, weights, chunk, atoms, features, table);

  Real* own = sized(own_, atoms_here * layer.out.size());
  for (std::int64_t n = 0; n < atoms_here * layer.out.size(); ++n)
    own[n] = static_cast<Real>(root_half) * out_cotangent[n];
  layer.self.reverse(atoms_here, atoms.species + chunk.first_atom, weights + layer.self_at,
                     features + chunk.first_atom * layer.in.size(), own,
                     to.features + chunk.first_atom * layer.in.size(), to.weights + layer.self_at);
  Real* updated = sized(updated_back_, atoms_here * layer.update.out_size);
  layer.gate.reverse(atoms_here, updated_.data(), own, updated);
  layer.update.reverse_weights(atoms_here, turned_.data(), updated, to.weights + layer.update_at);
  Real* turned = zeros(turned_back_, atoms_here * layer.update.in_size);
  layer.update.reverse_input(atoms_here, weights + layer.update_at, updated, turned);

  Real* contracted = sized(contracted_back_, atoms_here * layer.contraction.out_size);
  Real* speed = sized(speed_back_, atoms_here * layer.velocity_product.num_weights());
  layer.velocity_product.reverse(
      velocity_input(chunk),
      {.num_rows = atoms_here, .first = counting_.data(), .edges = counting_.data(), .receiver = same_.data()}, turned,
      contracted, speed);
  layer.speed_mlp.reverse(atoms_here, weights + layer.speed_mlp_at, atoms.embedding + chunk.first_atom * p.num_speed,
                          speed_memory_, speed, to.embedding + chunk.first_atom * p.num_speed,
                          to.weights + layer.speed_mlp_at);
  layer.contraction.reverse_weights(atoms_here, pooled_.data(), contracted, to.weights + layer.contraction_at);
  Real* pooled = zeros(pooled_back_, atoms_here * layer.contraction.in_size);
  layer.contraction.reverse_input(atoms_here, weights + layer.contraction_at, contracted, pooled);

  Real* edges = sized(edge_back_, chunk.num_edges() * layer.in.size());
  Real* edge_weights = sized(edge_weights_back_, lengths * layer.edge_product.num_weights());
  layer.edge_product.reverse(edge_input(chunk, features), chunk.weight_readers(), pooled, edges, edge_weights);
  // Columns by columns, edges in their order: the same sum on any number of threads.
  constexpr std::int64_t side = 64;
  const std::int64_t width = layer.in.size();
  diff::host_for("trajcast/return_to_senders", (width + side - 1) / side, [&](std::int64_t block) {
    const std::int64_t first = block * side, end = std::min(first + side, width);
    for (std::int64_t e = 0; e < chunk.num_edges(); ++e) {
      Real* row = to.features + chunk.sender[static_cast<std::size_t>(e)] * width;
      for (std::int64_t k = first; k < end; ++k) row[k] += edges[e * width + k];
    }
  });
  if (table == nullptr)
    path_weights_reverse(layer, weights, chunk.lengths, edge_weights, to);
  else
    tabulated_weights_reverse(layer, weights, chunk, *table, edge_weights, to);
}

template <class Real>
void LayerPass<Real>::reverse_table(const Layer& layer, const Real* weights, const RadialTable<Real>& table,
                                    const Cotangents& to) {
  const std::vector<double> knots = table.knots();
  path_weights(layer, weights, knots, sized(edge_weights_, table.num_knots() * table.width()));
  path_weights_reverse(layer, weights, knots, to.knots, to);
}

template <class Real>
void LayerPass<Real>::path_weights_reverse(const Layer& layer, const Real* weights, const std::vector<double>& lengths,
                                           const Real* cotangent, const Cotangents& to) {
  const Hyperparameters& p = architecture_->parameters;
  const auto count = static_cast<std::int64_t>(lengths.size());
  Real* basis = zeros(radial_back_, count * p.num_radial);
  layer.edge_mlp.reverse(count, weights + layer.edge_mlp_at, radial_.data(), edge_memory_, cotangent, basis,
                         to.weights + layer.edge_mlp_at);
  std::vector<double> row(static_cast<std::size_t>(p.num_radial));
  for (std::int64_t n = 0; n < count; ++n) {
    std::copy_n(basis + n * p.num_radial, p.num_radial, row.begin());
    diff::bessel_basis_reverse(p.num_radial, p.cutoff, p.envelope_power, roots_.data(),
                               lengths[static_cast<std::size_t>(n)], row.data(), to.roots);
  }
}

template class LayerPass<double>;
template class LayerPass<float>;

}  // namespace tessera::learn::trajcast
