// The only file that includes Kokkos and the only place with version tests: one source from Kokkos 3.4 to the newest.
#pragma once

#include <Kokkos_Core.hpp>

#include <string>
#include <type_traits>

namespace tessera {

using ExecSpace = Kokkos::DefaultExecutionSpace;
using MemSpace = ExecSpace::memory_space;
using Range = Kokkos::RangePolicy<ExecSpace>;

/// One value a row.
template <class T>
using Array1 = Kokkos::View<T*, MemSpace>;

/// Columns with several components, (row, component), each component contiguous: what vector loads and coalescing want.
template <class T>
using Array2 = Kokkos::View<T**, Kokkos::LayoutLeft, MemSpace>;

template <class T>
using HostArray1 = Kokkos::View<T*, Kokkos::HostSpace>;

template <class T>
using HostArray2 = Kokkos::View<T**, Kokkos::LayoutLeft, Kokkos::HostSpace>;

/// True where kernels can read host memory, so that staging copies are not needed.
inline constexpr bool device_is_host = Kokkos::SpaceAccessibility<Kokkos::HostSpace, MemSpace>::accessible;

/// The accelerator that this rank uses; empty if kernels run on the host.
inline std::string device_name() {
#ifdef KOKKOS_ENABLE_CUDA
  if constexpr (std::is_same_v<ExecSpace, Kokkos::Cuda>) return ExecSpace().cuda_device_prop().name;
#endif
  return device_is_host ? "" : ExecSpace::name();
}

/// A View whose content is about to be overwritten.
template <class ViewType, class... Extents>
ViewType make_uninitialized(const char* label, Extents... extents) {
  return ViewType(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), extents...);
}

/// Mathematical functions in kernels: their namespace moved between versions.
namespace kmath {
#if KOKKOS_VERSION >= 30700
using Kokkos::atan2;
using Kokkos::cos;
using Kokkos::exp;
using Kokkos::fabs;
using Kokkos::floor;
using Kokkos::log;
using Kokkos::pow;
using Kokkos::sin;
using Kokkos::sqrt;
#else
using Kokkos::Experimental::atan2;
using Kokkos::Experimental::cos;
using Kokkos::Experimental::exp;
using Kokkos::Experimental::fabs;
using Kokkos::Experimental::floor;
using Kokkos::Experimental::log;
using Kokkos::Experimental::pow;
using Kokkos::Experimental::sin;
using Kokkos::Experimental::sqrt;
#endif
}  // namespace kmath

/// std::bit_cast in kernels, where that is a function of the host alone.
template <class To, class From>
KOKKOS_FORCEINLINE_FUNCTION constexpr To bit_cast(const From& from) {
  static_assert(sizeof(To) == sizeof(From));
  return __builtin_bit_cast(To, from);
}

}  // namespace tessera
