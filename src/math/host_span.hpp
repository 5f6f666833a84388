// Kokkos Views as the plain arrays that library calls want.
#pragma once

#include <complex>
#include <span>
#include <type_traits>

#include "base/error.hpp"
#include "base/kokkos.hpp"

namespace tessera::math {

namespace detail {

template <class T>
struct Plain {
  using Type = T;
};
template <class T>
struct Plain<Kokkos::complex<T>> {
  using Type = std::complex<T>;
};

}  // namespace detail

/// All elements of a contiguous View in the order in which they lie in memory; complex numbers as std::complex. The
/// View must outlive it. Throws Error (internal) if it has gaps, and Error (input) if it lies in a device's memory:
/// nothing is copied behind anybody's back.
template <class ViewType>
auto host_span(const ViewType& view) {
  using Value = typename ViewType::value_type;
  using Bare = typename detail::Plain<std::remove_const_t<Value>>::Type;
  using Element = std::conditional_t<std::is_const_v<Value>, const Bare, Bare>;
  static_assert(sizeof(Element) == sizeof(Value));
  if (!Kokkos::SpaceAccessibility<Kokkos::HostSpace, typename ViewType::memory_space>::accessible)
    throw Error::input(
        "this works on arrays in host memory, not yet on a device; expected a build of Tessera whose "
        "kernels run on the host");
  if (!view.span_is_contiguous()) throw Error::internal("an array with gaps in memory; expected a contiguous one");
  return std::span<Element>(reinterpret_cast<Element*>(view.data()), view.size());
}

}  // namespace tessera::math
