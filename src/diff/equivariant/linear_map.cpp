#include "diff/equivariant/linear_map.hpp"

#include <algorithm>
#include <cmath>

#include "diff/equivariant/matrix_product.hpp"

namespace tessera::diff {

LinearMap LinearMap::between(const Irreps& in, const Irreps& out) { return part(in, out, in, out); }

LinearMap LinearMap::part(const Irreps& all_in, const Irreps& all_out, const Irreps& in, const Irreps& out) {
  LinearMap map;
  map.in_size = in.size();
  map.out_size = out.size();
  for (const Block& block : all_in.blocks()) {
    const Block* target = all_out.find(block.irrep);
    if (target == nullptr) continue;
    const Block *from = in.find(block.irrep), *to = out.find(block.irrep);
    if (from != nullptr && to != nullptr)
      map.terms.push_back({.components = block.irrep.components(),
                           .in_offset = from->offset,
                           .in_channels = from->channels,
                           .out_offset = to->offset,
                           .out_channels = to->channels,
                           .weight_offset = map.num_weights,
                           .weight_stride = target->channels,
                           .scale = 1.0 / std::sqrt(static_cast<double>(block.channels))});
    map.num_weights += block.channels * target->channels;
  }
  return map;
}

template <class Real>
void LinearMap::forward(std::int64_t rows, const Real* weights, const Real* x, Real* y, bool is_added) const {
  std::int64_t covered = 0;
  for (const LinearTerm& term : terms) covered += term.components * term.out_channels;
  if (!is_added && covered < out_size) std::fill_n(y, rows * out_size, Real(0));
  for (const LinearTerm& term : terms)
    for (int m = 0; m < term.components; ++m)
      matrix_product<Real>(rows, term.out_channels, term.in_channels, static_cast<Real>(term.scale), Op::none,
                           {x + term.in_offset + m * term.in_channels, in_size}, Op::none,
                           {weights + term.weight_offset, term.weight_stride}, is_added ? Real(1) : Real(0),
                           {y + term.out_offset + m * term.out_channels, out_size});
}

template <class Real>
void LinearMap::reverse_input(std::int64_t rows, const Real* weights, const Real* y_cotangent,
                              Real* x_cotangent) const {
  for (const LinearTerm& term : terms)
    for (int m = 0; m < term.components; ++m)
      matrix_product<Real>(rows, term.in_channels, term.out_channels, static_cast<Real>(term.scale), Op::none,
                           {y_cotangent + term.out_offset + m * term.out_channels, out_size}, Op::transposed,
                           {weights + term.weight_offset, term.weight_stride}, Real(1),
                           {x_cotangent + term.in_offset + m * term.in_channels, in_size});
}

template <class Real>
void LinearMap::reverse_weights(std::int64_t rows, const Real* x, const Real* y_cotangent,
                                Real* weight_cotangent) const {
  for (const LinearTerm& term : terms)
    for (int m = 0; m < term.components; ++m)
      matrix_product<Real>(term.in_channels, term.out_channels, rows, static_cast<Real>(term.scale), Op::transposed,
                           {x + term.in_offset + m * term.in_channels, in_size}, Op::none,
                           {y_cotangent + term.out_offset + m * term.out_channels, out_size}, Real(1),
                           {weight_cotangent + term.weight_offset, term.weight_stride});
}

namespace {

template <class Real>
void gather(const std::vector<std::int64_t>& rows, std::int64_t width, const Real* from, std::vector<Real>& to) {
  to.resize(rows.size() * static_cast<std::size_t>(width));
  for (std::size_t n = 0; n < rows.size(); ++n)
    std::copy_n(from + rows[n] * width, width, to.data() + static_cast<std::int64_t>(n) * width);
}

template <class Real>
void scatter_add(const std::vector<std::int64_t>& rows, std::int64_t width, const std::vector<Real>& from, Real* to) {
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const Real* source = from.data() + static_cast<std::int64_t>(n) * width;
    Real* target = to + rows[n] * width;
    for (std::int64_t k = 0; k < width; ++k) target[k] += source[k];
  }
}

std::vector<std::int64_t> rows_of(std::int64_t rows, const int* species, int wanted) {
  std::vector<std::int64_t> found;
  for (std::int64_t n = 0; n < rows; ++n)
    if (species[n] == wanted) found.push_back(n);
  return found;
}

}  // namespace

SpeciesMap::SpeciesMap(const Irreps& in, const Irreps& all_out, const Irreps& out, int num_species)
    : map_(LinearMap::part(in, all_out, in, out)), num_species_(num_species) {
  // Between two rows u of an irrep's weights lie those of all species.
  map_.num_weights *= num_species;
  for (LinearTerm& term : map_.terms) {
    term.weight_offset *= num_species;
    term.weight_stride *= num_species;
    term.scale /= std::sqrt(static_cast<double>(num_species));
  }
}

LinearMap SpeciesMap::of_species(int species) const {
  LinearMap map = map_;
  for (LinearTerm& term : map.terms) term.weight_offset += species * term.out_channels;
  return map;
}

template <class Real>
void SpeciesMap::forward(std::int64_t rows, const int* species, const Real* weights, const Real* x, Real* y) const {
  std::vector<Real> from, to;
  for (int s = 0; s < num_species_; ++s) {
    const auto chosen = rows_of(rows, species, s);
    if (chosen.empty()) continue;
    gather(chosen, map_.in_size, x, from);
    to.assign(chosen.size() * static_cast<std::size_t>(map_.out_size), Real(0));
    of_species(s).forward(static_cast<std::int64_t>(chosen.size()), weights, from.data(), to.data());
    scatter_add(chosen, map_.out_size, to, y);
  }
}

template <class Real>
void SpeciesMap::reverse(std::int64_t rows, const int* species, const Real* weights, const Real* x,
                         const Real* y_cotangent, Real* x_cotangent, Real* weight_cotangent) const {
  std::vector<Real> from, to, back;
  for (int s = 0; s < num_species_; ++s) {
    const auto chosen = rows_of(rows, species, s);
    if (chosen.empty()) continue;
    const auto count = static_cast<std::int64_t>(chosen.size());
    const LinearMap map = of_species(s);
    gather(chosen, map.in_size, x, from);
    gather(chosen, map.out_size, y_cotangent, to);
    map.reverse_weights(count, from.data(), to.data(), weight_cotangent);
    if (x_cotangent == nullptr) continue;
    back.assign(from.size(), Real(0));
    map.reverse_input(count, weights, to.data(), back.data());
    scatter_add(chosen, map.in_size, back, x_cotangent);
  }
}

template void LinearMap::forward(std::int64_t, const double*, const double*, double*, bool) const;
template void LinearMap::forward(std::int64_t, const float*, const float*, float*, bool) const;
template void LinearMap::reverse_input(std::int64_t, const double*, const double*, double*) const;
template void LinearMap::reverse_input(std::int64_t, const float*, const float*, float*) const;
template void LinearMap::reverse_weights(std::int64_t, const double*, const double*, double*) const;
template void LinearMap::reverse_weights(std::int64_t, const float*, const float*, float*) const;
template void SpeciesMap::forward(std::int64_t, const int*, const double*, const double*, double*) const;
template void SpeciesMap::forward(std::int64_t, const int*, const float*, const float*, float*) const;
template void SpeciesMap::reverse(std::int64_t, const int*, const double*, const double*, const double*, double*,
                                  double*) const;
template void SpeciesMap::reverse(std::int64_t, const int*, const float*, const float*, const float*, float*,
                                  float*) const;

}  // namespace tessera::diff
