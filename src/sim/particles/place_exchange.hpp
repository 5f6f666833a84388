// Particles in another order, for the time of a sum: rows to the ranks that have their places, and what is found there
// back to the rows.
#pragma once

#include <cstdint>
#include <vector>

#include "base/comm.hpp"
#include "base/kokkos.hpp"
#include "data/table.hpp"

namespace tessera::sim::particles {

/// Places are numbered through; rank r has those from begin[r] to begin[r + 1].
class PlaceExchange {
 public:
  explicit PlaceExchange(const Comm& comm) : comm_(comm) {}

  /// Local. `place`: that of each row here, in device memory, which the exchange goes on to use.
  void set_places(const Array1<std::int64_t>& place, const std::vector<std::int64_t>& begin);

  int num_places() const { return static_cast<int>(begin_[me() + 1] - begin_[me()]); }

  /// Collective. The rows of all ranks, each at its place (the first one here: 0); `result`, an Array2 or RowArray, is
  /// made anew if it has too few rows.
  template <class Result>
  void to_places(const Array2<double>& rows, int components, Result& result);
  /// Collective, behind it. Adds to each row what is at its place.
  void add_to_rows(const data::RowArray<double>& values, const Array2<double>& rows, int components) const;

 private:
  std::size_t me() const { return static_cast<std::size_t>(comm_.rank()); }

  Comm comm_;
  Array1<std::int64_t> place_;
  std::vector<std::int64_t> begin_;
  std::vector<std::vector<int>> sent_;                              // rows by rank
  std::vector<std::pair<int, std::vector<std::int64_t>>> arrived_;  // places here by rank
};

}  // namespace tessera::sim::particles
