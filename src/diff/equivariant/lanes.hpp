// Internal: vector registers of numbers of a kind, side by side in memory.
#pragma once

#include "base/simd.hpp"

namespace tessera::diff {

#ifdef TESSERA_SIMD_SCALAR
template <class Real>
using Pack = Real;
template <class Real>
inline constexpr int pack_width = 1;
#else
template <class Real>
using Pack = std::experimental::native_simd<Real>;
template <class Real>
inline constexpr int pack_width = static_cast<int>(Pack<Real>::size());
#endif

/// One number as a register of one.
template <class Vector>
struct Lanes {
  static constexpr int width = 1;
  static Vector load(const Vector* p) { return *p; }
  static void store(Vector* p, const Vector& x) { *p = x; }
};
#ifndef TESSERA_SIMD_SCALAR
template <class Real>
struct Lanes<std::experimental::simd<Real, std::experimental::simd_abi::native<Real>>> {
  using Vector = Pack<Real>;
  static constexpr int width = pack_width<Real>;
  static Vector load(const Real* p) { return Vector(p, std::experimental::element_aligned); }
  static void store(Real* p, const Vector& x) { x.copy_to(p, std::experimental::element_aligned); }
};
#endif

}  // namespace tessera::diff
