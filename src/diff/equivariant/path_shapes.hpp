// Internal: which coefficients of a path can differ from zero, known to the compiler for orders up to two.
#pragma once

#include <cstdint>
#include <tuple>

#include "diff/equivariant/channel_product.hpp"

namespace tessera::diff {

/// Bit m1 (2 L3 + 1) + m3 is set where the coefficient of (m1, m3) has terms.
template <int L1, int L2, int L3, std::uint32_t Mask>
struct Shape {
  static constexpr int l1 = L1, l2 = L2, l3 = L3, n1 = 2 * L1 + 1, n3 = 2 * L3 + 1;
  static constexpr bool reads(int m1, int m3) { return ((Mask >> (m1 * n3 + m3)) & 1U) != 0; }
  static constexpr bool is_of(const ProductPath& p) { return p.l1 == L1 && p.l2 == L2 && p.l3 == L3; }
};
/// All of them, of whatever harmonics.
template <int L1, int L3>
struct DenseShape {
  static constexpr int l1 = L1, l3 = L3, n1 = 2 * L1 + 1, n3 = 2 * L3 + 1;
  static constexpr bool reads(int, int) { return true; }
  static constexpr bool is_of(const ProductPath& p) { return p.l1 == L1 && p.l3 == L3; }
};

/// The first that fits is taken.
using Shapes =
    std::tuple<Shape<0, 0, 0, 0x1>, Shape<0, 1, 1, 0x7>, Shape<0, 2, 2, 0x1f>, Shape<1, 0, 1, 0x111>,
               Shape<1, 1, 0, 0x7>, Shape<1, 1, 1, 0xee>, Shape<1, 1, 2, 0x75d7>, Shape<1, 2, 1, 0x1ff>,
               Shape<1, 2, 2, 0x7f7f>, Shape<2, 0, 2, 0x1041041>, Shape<2, 1, 1, 0x5ddd>, Shape<2, 1, 2, 0xbbabba>,
               Shape<2, 2, 0, 0x1f>, Shape<2, 2, 1, 0x7f7f>, Shape<2, 2, 2, 0x1efffef>, DenseShape<1, 2>,
               DenseShape<2, 1>, DenseShape<2, 2>, DenseShape<0, 3>, DenseShape<3, 0>, DenseShape<1, 3>,
               DenseShape<3, 1>, DenseShape<2, 3>, DenseShape<3, 2>, DenseShape<3, 3>>;

/// work(shape) of the first shape that fits the path; false if there is none.
template <class Work>
bool with_shape(const ProductPath& path, const Work& work) {
  return std::apply([&](auto... shape) { return ((shape.is_of(path) && (work(shape), true)) || ...); }, Shapes{});
}

}  // namespace tessera::diff
