// Columns on the host, the way files hold them: component-major.
#pragma once

#include <algorithm>
#include <vector>

#include "base/kokkos.hpp"

namespace tessera::data {

/// A column as the host sees it: the column itself, where its memory is the host's, and a copy elsewhere.
template <class T>
class HostColumn {
 public:
  explicit HostColumn(const Array2<T>& column)
      : host_(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), column)) {}

  /// Component c of row i is at data()[c * stride() + i].
  const T* data() const { return host_.data(); }
  std::size_t stride() const { return host_.stride(1); }

 private:
  decltype(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), Array2<T>())) host_;
};

/// A copy of the first `rows` rows: component c of row i at [c * rows + i].
template <class T>
std::vector<T> host_rows(const Array2<T>& column, std::size_t rows) {
  const HostColumn<T> host(column);
  std::vector<T> values(rows * column.extent(1));
  for (std::size_t c = 0; c < column.extent(1); ++c)
    std::copy_n(host.data() + c * host.stride(), rows, values.begin() + static_cast<std::ptrdiff_t>(c * rows));
  return values;
}

/// Sets the first `rows` rows.
template <class T>
void set_host_rows(const Array2<T>& column, std::size_t rows, const std::vector<T>& values) {
  if (rows == 0) return;
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), column);
  for (std::size_t c = 0; c < column.extent(1); ++c)
    std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(c * rows), rows, &host(0, c));
  Kokkos::deep_copy(column, host);
}

}  // namespace tessera::data
