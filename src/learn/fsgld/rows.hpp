// Data of likelihoods as kernels see them, and what chains look at of them.
#pragma once

#include <cstdint>

#include "data/table.hpp"

namespace tessera::learn::fsgld {

/// Rows of features and, where a model has one, a response each.
struct Rows {
  data::RowArray<double> x;  ///< (row, feature)
  Array1<double> y;          ///< no rows where there is no response
  std::int64_t size() const { return static_cast<std::int64_t>(x.extent(0)); }
  KOKKOS_INLINE_FUNCTION std::int64_t width() const { return static_cast<std::int64_t>(x.extent(1)); }
};

/// What random numbers belong to: chains, each of which is at an update of its own.
struct UpdateKeys {
  Array1<std::int64_t> chain, update;  ///< as many as there are chains here
  std::int64_t later = 0;              ///< updates that all of them have made since
  KOKKOS_INLINE_FUNCTION std::int64_t now(std::int64_t n) const { return update(n) + later; }
};

/// For each of many chains some rows of its client: those that were drawn, or all.
struct RowChoice {
  Array1<std::int64_t> first, count;   ///< of each chain: where its client's rows begin, how many these are
  data::RowArray<std::int32_t> drawn;  ///< (chain, place): numbers within the client
  bool takes_all = false;              ///< all rows of the client instead

  KOKKOS_INLINE_FUNCTION std::int64_t size(int chain) const {
    return takes_all ? count(chain) : static_cast<std::int64_t>(drawn.extent(1));
  }
  KOKKOS_INLINE_FUNCTION std::int64_t row(int chain, std::int64_t place) const {
    return first(chain) + (takes_all ? place : drawn(chain, place));
  }
};

}  // namespace tessera::learn::fsgld
