// Maxima that do not lose what is no number: whoever asks for the longest step has to hear of the one that has blown
// up.
#pragma once

#include "base/kokkos.hpp"

namespace tessera {

/// The larger number, NaN if one of them is.
KOKKOS_FORCEINLINE_FUNCTION double larger_or_nan(double a, double b) { return b > a || b != b ? b : a; }

/// Kokkos::Max by larger_or_nan, where Kokkos' own drops a NaN as threads come together.
struct MaxOrNan : Kokkos::Max<double> {
  using reducer = MaxOrNan;
  KOKKOS_INLINE_FUNCTION MaxOrNan(double& result) : Kokkos::Max<double>(result) {}
  KOKKOS_INLINE_FUNCTION void join(double& to, const double& from) const { to = larger_or_nan(to, from); }
#if KOKKOS_VERSION < 40000
  KOKKOS_INLINE_FUNCTION void join(volatile double& to, const volatile double& from) const {
    to = larger_or_nan(to, from);
  }
#endif
};

}  // namespace tessera
