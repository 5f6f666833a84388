#include "diff/equivariant/lanes.hpp"
#include "diff/equivariant/path_kernels.hpp"
#include "diff/equivariant/path_shapes.hpp"

namespace tessera::diff {

namespace {

/// What the output's cotangent is to component m1 before weights, times the weight and times the feature.
template <class Shape, class Vector, class Real>
KOKKOS_FORCEINLINE_FUNCTION void return_channels(const ProductPath& path, const ReverseCall<Real>& call,
                                                 std::int64_t u) {
  using Lane = Lanes<Vector>;
  Vector above[Shape::n3];
  for (int m3 = 0; m3 < Shape::n3; ++m3)
    above[m3] = Lane::load(call.out_cotangent + path.out_offset + m3 * path.out_stride + u);
  const Real* coefficients = call.coefficients + path.coefficient_offset;
  const Vector weight = Lane::load(call.weights + path.weight_offset + u);
  Real* weight_place = call.weight_cotangent + path.weight_offset + u;
  Vector weight_sum = Lane::load(weight_place);
#pragma GCC unroll 7
  for (int m1 = 0; m1 < Shape::n1; ++m1) {
    const std::int64_t place = path.in_offset + m1 * call.channels + u;
    Vector sum(Real(0));
#pragma GCC unroll 7
    for (int m3 = 0; m3 < Shape::n3; ++m3)
      if (Shape::reads(m1, m3)) sum += Vector(coefficients[m1 * Shape::n3 + m3]) * above[m3];
    weight_sum += sum * Lane::load(call.features + place);
    Lane::store(call.feature_cotangent + place, Lane::load(call.feature_cotangent + place) + weight * sum);
  }
  Lane::store(weight_place, weight_sum);
}

template <class Shape, class Real>
void return_path(const ProductPath& path, const ReverseCall<Real>& call) {
  constexpr int width = pack_width<Real>;
  std::int64_t u = 0;
  for (; u + width <= call.channels; u += width) return_channels<Shape, Pack<Real>>(path, call, u);
  if constexpr (width > 1)
    for (; u < call.channels; ++u) return_channels<Shape, Real>(path, call, u);
}

/// Orders without a shape of their own.
template <class Real>
void return_any(const ProductPath& path, const ReverseCall<Real>& call) {
  const int n1 = 2 * path.l1 + 1, n3 = 2 * path.l3 + 1;
  for (int m1 = 0; m1 < n1; ++m1)
    for (int m3 = 0; m3 < n3; ++m3) {
      const Real* above = call.out_cotangent + path.out_offset + m3 * path.out_stride;
      const Real* features = call.features + path.in_offset + m1 * call.channels;
      Real* back = call.feature_cotangent + path.in_offset + m1 * call.channels;
      const Real factor = call.coefficients[path.coefficient_offset + m1 * n3 + m3];
      for (std::int64_t u = 0; u < call.channels; ++u) {
        const Real product = factor * above[u];
        call.weight_cotangent[path.weight_offset + u] += product * features[u];
        back[u] += product * call.weights[path.weight_offset + u];
      }
    }
}

}  // namespace

template <class Real>
std::vector<ReverseKernel<Real>> reverse_kernels(const std::vector<ProductPath>& paths) {
  std::vector<ReverseKernel<Real>> kernels;
  for (const ProductPath& path : paths) {
    ReverseKernel<Real> kernel = &return_any<Real>;
    with_shape(path, [&kernel](auto shape) { kernel = &return_path<decltype(shape), Real>; });
    kernels.push_back(kernel);
  }
  return kernels;
}

template std::vector<ReverseKernel<double>> reverse_kernels(const std::vector<ProductPath>&);
template std::vector<ReverseKernel<float>> reverse_kernels(const std::vector<ProductPath>&);

}  // namespace tessera::diff
