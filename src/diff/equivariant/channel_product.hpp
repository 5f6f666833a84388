// Tensor products of features with spherical harmonics, channel by channel, weighted and summed over the edges of each
// receiver without storing what an edge contributes ("uvu" products of Geiger and Smidt, arXiv 2207.09453).
#pragma once

#include <cstdint>
#include <vector>

#include "diff/equivariant/irreps.hpp"

namespace tessera::diff {

/// out[u, m3] = W[u] sqrt(2 l3 + 1) sum of C^{l1 l2 l3} A[u, m1] Y[m2], from one block of the input to channels of the
/// output of its own.
struct ProductPath {
  int l1 = 0, l2 = 0, l3 = 0;
  std::int64_t in_offset = 0;                   ///< of the input's block
  std::int64_t out_offset = 0, out_stride = 0;  ///< of the first component's channels, and from component to component
  std::int64_t weight_offset = 0;               ///< of the first channel's weight
  std::int64_t coefficient_offset = 0;          ///< of (2 l1 + 1) x (2 l3 + 1) numbers, row by row
};

/// Edges by receiver, and the rows that they read. Edge e reads feature row sender[e], weight row weight_row[e], and
/// row e of the coefficients.
template <class Real>
struct ProductInput {
  std::int64_t num_receivers = 0;
  const std::int64_t* first_edge = nullptr;  ///< num_receivers + 1; the first is 0
  const int* sender = nullptr;
  const int* weight_row = nullptr;
  const Real* features = nullptr;
  const Real* weights = nullptr;
  const Real* coefficients = nullptr;
};

/// Which edges read a weight row: edges[first[row]] ... edges[first[row + 1] - 1], and the receiver of each edge.
struct WeightReaders {
  std::int64_t num_rows = 0;
  const std::int64_t* first = nullptr;
  const std::int64_t* edges = nullptr;
  const int* receiver = nullptr;  ///< by edge
};

/// Paths are made with the input's block slowest, then l2, then l3, and sorted stably by (l3, odd before even): the
/// order of weights, and of channels in the output's block of an irrep.
class ChannelProduct {
 public:
  ChannelProduct() = default;
  /// With harmonics up to l_harmonics, to orders up to l_out. Throws Error (internal) if blocks differ in channels.
  ChannelProduct(const Irreps& in, int l_harmonics, int l_out);
  /// The paths that end in one of these irreps and begin in one of `in`, with the weights that they have here. Throws
  /// Error (internal) unless those lie side by side.
  ChannelProduct part(const Irreps& in, const std::vector<Irrep>& kept) const;

  const std::vector<ProductPath>& paths() const { return paths_; }
  const Irreps& in() const { return in_; }
  /// Of each irrep the channels of all its paths.
  const Irreps& out() const { return out_; }
  /// Columns of a weight row, which are those from first_weight() on of num_all_weights().
  std::int64_t num_weights() const { return static_cast<std::int64_t>(paths_.size()) * channels_; }
  std::int64_t first_weight() const { return first_weight_; }
  std::int64_t num_all_weights() const { return num_all_weights_; }

  std::int64_t num_coefficients() const { return num_coefficients_; }
  /// What an edge's harmonics are to all paths: scale sqrt(2 l3 + 1) sum over m2 of C Y[m2].
  template <class Real>
  void coefficients(const double* harmonics, double scale, Real* out) const;
  /// Reverse rule: adds to the cotangent of the harmonics.
  void coefficients_reverse(const double* cotangent, double scale, double* harmonics_cotangent) const;

  /// out: a row of out() for each receiver, edges summed in their order.
  template <class Real>
  void forward(const ProductInput<Real>& input, Real* out) const;

  /// Reverse rule. Writes a row of in() for each edge, to be added to the cotangent of its sender, and a row of
  /// num_weights() for each weight row.
  template <class Real>
  void reverse(const ProductInput<Real>& input, const WeightReaders& readers, const Real* out_cotangent,
               Real* edge_cotangent, Real* weight_cotangent) const;
  /// Writes the cotangents of one edge's coefficients.
  template <class Real>
  void reverse_coefficients(const Real* features, const Real* weights, const Real* out_cotangent,
                            double* cotangent) const;

 private:
  struct Term {
    std::int64_t to;
    int harmonic;
    double value;
  };
  struct Ends {
    std::size_t block;
    Irrep out;
  };
  void place();

  Irreps in_, out_;
  std::int64_t channels_ = 0, num_coefficients_ = 0, first_weight_ = 0, num_all_weights_ = 0;
  std::vector<ProductPath> paths_;
  std::vector<Ends> ends_;
  std::vector<Term> terms_;
};

}  // namespace tessera::diff
