#include <fmt/core.h>

#include "base/error.hpp"
#include "diff/equivariant/lanes.hpp"
#include "diff/equivariant/path_kernels.hpp"
#include "diff/equivariant/path_shapes.hpp"

namespace tessera::diff {

namespace {

/// `Packs` registers of channels from u on: sums stay in registers over the edges.
template <class Shape, class Vector, int Packs, class Real>
KOKKOS_FORCEINLINE_FUNCTION void add_channels(const ProductPath& path, const ForwardCall<Real>& call,
                                              std::int64_t channels, std::int64_t u, Real* out) {
  using Lane = Lanes<Vector>;
  Vector sums[Shape::n3][Packs];
  Real* place = out + path.out_offset + u;
  for (int m3 = 0; m3 < Shape::n3; ++m3)
    for (int pack = 0; pack < Packs; ++pack)
      sums[m3][pack] = call.is_first ? Vector(Real(0)) : Lane::load(place + m3 * path.out_stride + pack * Lane::width);
  for (int edge = 0; edge < call.count; ++edge) {
    const Real* features = call.features[edge] + path.in_offset + u;
    const Real* weights = call.weights[edge] + path.weight_offset + u;
    const Real* coefficients = call.coefficients[edge] + path.coefficient_offset;
    Vector weight[Packs];
    for (int pack = 0; pack < Packs; ++pack) weight[pack] = Lane::load(weights + pack * Lane::width);
#pragma GCC unroll 7
    for (int m1 = 0; m1 < Shape::n1; ++m1) {
      Vector weighted[Packs];
      for (int pack = 0; pack < Packs; ++pack)
        weighted[pack] = weight[pack] * Lane::load(features + m1 * channels + pack * Lane::width);
#pragma GCC unroll 7
      for (int m3 = 0; m3 < Shape::n3; ++m3)
        if (Shape::reads(m1, m3)) {
          const Vector factor(coefficients[m1 * Shape::n3 + m3]);
          for (int pack = 0; pack < Packs; ++pack) sums[m3][pack] += factor * weighted[pack];
        }
    }
  }
  for (int m3 = 0; m3 < Shape::n3; ++m3)
    for (int pack = 0; pack < Packs; ++pack)
      Lane::store(place + m3 * path.out_stride + pack * Lane::width, sums[m3][pack]);
}

/// Of so many channels, if they are known to the compiler: what is added to addresses then needs no registers.
template <class Shape, int Channels, class Real>
void add_path(const ProductPath& path, const ForwardCall<Real>& call, Real* out) {
  const std::int64_t channels = Channels > 0 ? Channels : call.channels;
  constexpr int width = pack_width<Real>;
  std::int64_t u = 0;
  // As many sums as registers hold, so that none waits for the one before.
  if constexpr (Shape::n3 == 1)
    for (; u + 4 * width <= channels; u += 4 * width) add_channels<Shape, Pack<Real>, 4>(path, call, channels, u, out);
  if constexpr (Shape::n3 <= 5)
    for (; u + 2 * width <= channels; u += 2 * width) add_channels<Shape, Pack<Real>, 2>(path, call, channels, u, out);
  for (; u + width <= channels; u += width) add_channels<Shape, Pack<Real>, 1>(path, call, channels, u, out);
  if constexpr (Channels % width != 0 || (Channels == 0 && width > 1))
    for (; u < channels; ++u) add_channels<Shape, Real, 1>(path, call, channels, u, out);
}

/// Orders without a shape of their own.
template <class Real>
void add_any(const ProductPath& path, const ForwardCall<Real>& call, Real* out) {
  const int n1 = 2 * path.l1 + 1, n3 = 2 * path.l3 + 1;
  for (int m3 = 0; m3 < n3; ++m3) {
    Real* place = out + path.out_offset + m3 * path.out_stride;
    for (std::int64_t u = 0; call.is_first && u < call.channels; ++u) place[u] = Real(0);
    for (int edge = 0; edge < call.count; ++edge) {
      const Real* weights = call.weights[edge] + path.weight_offset;
      for (int m1 = 0; m1 < n1; ++m1) {
        const Real* features = call.features[edge] + path.in_offset + m1 * call.channels;
        const Real factor = call.coefficients[edge][path.coefficient_offset + m1 * n3 + m3];
        for (std::int64_t u = 0; u < call.channels; ++u) place[u] += factor * (weights[u] * features[u]);
      }
    }
  }
}

}  // namespace

template <class Real>
std::vector<ForwardKernel<Real>> forward_kernels(const std::vector<ProductPath>& paths, std::int64_t channels) {
  constexpr int usual = 64;
  std::vector<ForwardKernel<Real>> kernels;
  for (const ProductPath& path : paths) {
    ForwardKernel<Real> kernel = &add_any<Real>;
    with_shape(path, [&](auto shape) {
      kernel = channels == usual ? &add_path<decltype(shape), usual, Real> : &add_path<decltype(shape), 0, Real>;
    });
    kernels.push_back(kernel);
  }
  return kernels;
}

void require_kernel_reads(const ProductPath& path, int m1, int m3) {
  bool is_read = true;
  with_shape(path, [&](auto shape) { is_read = shape.reads(m1, m3); });
  if (!is_read)
    throw Error::internal(fmt::format("the kernel of path {} x {} -> {} leaves out coefficient ({}, {})", path.l1,
                                      path.l2, path.l3, m1, m3));
}

template std::vector<ForwardKernel<double>> forward_kernels(const std::vector<ProductPath>&, std::int64_t);
template std::vector<ForwardKernel<float>> forward_kernels(const std::vector<ProductPath>&, std::int64_t);

}  // namespace tessera::diff
