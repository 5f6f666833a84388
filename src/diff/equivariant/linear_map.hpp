// Linear maps between equal irreps, one matrix for all components of an irrep, and such maps with weights of their own
// for every species.
#pragma once

#include <cstdint>
#include <vector>

#include "diff/equivariant/irreps.hpp"

namespace tessera::diff {

/// What one irrep of the output takes from the same one of the input: out[m, w] = scale sum over u of W[u, w] in[m, u].
struct LinearTerm {
  int components = 1;
  std::int64_t in_offset = 0, in_channels = 0;
  std::int64_t out_offset = 0, out_channels = 0;
  std::int64_t weight_offset = 0, weight_stride = 0;  ///< W[u, w] is weight weight_offset + u weight_stride + w
  double scale = 1.0;
};

/// Acts on rows of `in_size` numbers, one after the other, and makes rows of `out_size`. Matrices of weights lie in the
/// order of the input's irreps, each row by row.
struct LinearMap {
  std::vector<LinearTerm> terms;
  std::int64_t in_size = 0, out_size = 0, num_weights = 0;

  /// Scale 1/sqrt(channels of the input's irrep). Irreps of the output that the input lacks stay zero.
  static LinearMap between(const Irreps& in, const Irreps& out);
  /// The part of between(all_in, all_out), with the same weights, that some of its irreps need.
  static LinearMap part(const Irreps& all_in, const Irreps& all_out, const Irreps& in, const Irreps& out);

  /// y = map(x), or is added to y.
  template <class Real>
  void forward(std::int64_t rows, const Real* weights, const Real* x, Real* y, bool is_added = false) const;
  /// Reverse rule: adds to x_cotangent, and to weight_cotangent.
  template <class Real>
  void reverse_input(std::int64_t rows, const Real* weights, const Real* y_cotangent, Real* x_cotangent) const;
  template <class Real>
  void reverse_weights(std::int64_t rows, const Real* x, const Real* y_cotangent, Real* weight_cotangent) const;
};

/// out[m, w] = sum over u of W[u, species, w] in[m, u] / sqrt(channels num_species): the product of features with a
/// one-hot vector of species.
class SpeciesMap {
 public:
  SpeciesMap() = default;
  /// Weights are those of a map to `all_out`, of which the irreps of `out` are worked out.
  SpeciesMap(const Irreps& in, const Irreps& all_out, const Irreps& out, int num_species);

  std::int64_t num_weights() const { return map_.num_weights; }

  /// species[row] < num_species. The output is added to y.
  template <class Real>
  void forward(std::int64_t rows, const int* species, const Real* weights, const Real* x, Real* y) const;
  /// Reverse rule: adds to both cotangents; that of x may be nullptr.
  template <class Real>
  void reverse(std::int64_t rows, const int* species, const Real* weights, const Real* x, const Real* y_cotangent,
               Real* x_cotangent, Real* weight_cotangent) const;

 private:
  /// The map of one species.
  LinearMap of_species(int species) const;

  LinearMap map_;
  int num_species_ = 0;
};

}  // namespace tessera::diff
