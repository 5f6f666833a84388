// Arrays where kernels see them: copies of what the host has, and arrays of as many rows as there are chains here,
// which come and go, with memory for the most there have been.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "data/table.hpp"

namespace tessera::learn::fsgld {

template <class T>
Array1<T> device_copy(const char* label, const std::vector<T>& host) {
  const Array1<T> view(std::string(label), host.size());
  Kokkos::deep_copy(view, Kokkos::View<const T*, Kokkos::HostSpace>(host.data(), host.size()));
  return view;
}

template <class T>
class GrowingRows {
 public:
  explicit GrowingRows(std::string label) : label_(std::move(label)) {}

  /// The first `count` rows; those that were there keep what is in them. Earlier Views are of no use any more.
  data::RowArray<T> rows(std::size_t count, std::size_t width) {
    if (width != storage_.extent(1) || count > storage_.extent(0)) {
      const std::size_t kept = width == storage_.extent(1) ? storage_.extent(0) : 0;
      const data::RowArray<T> larger(label_, std::max(count, kept + kept / 2), width);
      if (kept > 0) Kokkos::deep_copy(data::RowArray<T>(larger.data(), kept, width), storage_);
      storage_ = larger;
    }
    return data::RowArray<T>(storage_.data(), count, width);
  }

 private:
  std::string label_;
  data::RowArray<T> storage_;
};

/// Numbers of the host where kernels see them.
template <class T>
class GrowingColumn {
 public:
  explicit GrowingColumn(std::string label) : rows_(std::move(label)) {}

  Array1<T> set(const std::vector<T>& host) {
    const Array1<T> view(rows_.rows(host.size(), 1).data(), host.size());
    Kokkos::deep_copy(view, Kokkos::View<const T*, Kokkos::HostSpace>(host.data(), host.size()));
    return view;
  }

 private:
  GrowingRows<T> rows_;
};

}  // namespace tessera::learn::fsgld
