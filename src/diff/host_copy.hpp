// Numbers of kernels in vectors, and back.
#pragma once

#include <vector>

#include "base/kokkos.hpp"

namespace tessera::diff {

inline std::vector<double> to_host(const Array1<double>& values) {
  std::vector<double> host(values.extent(0));
  Kokkos::deep_copy(HostArray1<double>(host.data(), host.size()), values);
  return host;
}

/// As many numbers as there are values.
inline void from_host(const Array1<double>& values, const std::vector<double>& host) {
  Kokkos::deep_copy(values, Kokkos::View<const double*, Kokkos::HostSpace>(host.data(), host.size()));
}

}  // namespace tessera::diff
