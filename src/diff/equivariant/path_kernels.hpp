// Internal: the loops of one path of a channel product, unrolled for its orders.
#pragma once

#include <vector>

#include "diff/equivariant/channel_product.hpp"

namespace tessera::diff {

/// A few edges of a receiver.
template <class Real>
struct ForwardCall {
  static constexpr int most_edges = 8;
  std::int64_t channels = 0;
  bool is_first = false;  ///< the output is written, not added to
  int count = 0;
  const Real* features[most_edges] = {};
  const Real* weights[most_edges] = {};
  const Real* coefficients[most_edges] = {};
};

/// An edge. Cotangents of features and of weights are added to.
template <class Real>
struct ReverseCall {
  std::int64_t channels = 0;
  const Real* weights = nullptr;
  Real* weight_cotangent = nullptr;
  const Real* features = nullptr;
  const Real* coefficients = nullptr;
  const Real* out_cotangent = nullptr;
  Real* feature_cotangent = nullptr;
};

template <class Real>
using ForwardKernel = void (*)(const ProductPath&, const ForwardCall<Real>&, Real* out);
template <class Real>
using ReverseKernel = void (*)(const ProductPath&, const ReverseCall<Real>&);

/// One for each path, all of whose blocks have so many channels.
template <class Real>
std::vector<ForwardKernel<Real>> forward_kernels(const std::vector<ProductPath>& paths, std::int64_t channels);
template <class Real>
std::vector<ReverseKernel<Real>> reverse_kernels(const std::vector<ProductPath>& paths);

/// Throws Error (internal) unless the kernel of the path multiplies component m1 by coefficient (m1, m3).
void require_kernel_reads(const ProductPath& path, int m1, int m3);

}  // namespace tessera::diff
