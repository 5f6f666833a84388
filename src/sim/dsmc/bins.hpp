// Rows of particles by bin, a bin being a cell and a species of it: a counting sort that moves nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/dsmc/step_kernel.hpp"

namespace tessera::sim::dsmc {

/// Particles of a cell follow one another as their flights began: by the number of that cell, and by their order
/// there. So the order does not depend on who had them, and random numbers that count particles do not either.
class Bins {
 public:
  explicit Bins(int num_bins);

  int num_bins() const { return num_bins_; }
  /// Particles in all bins.
  int total() const { return total_; }
  const Array1<int>& offsets() const { return offsets_; }  ///< num_bins + 1
  const Array1<int>& order() const { return order_; }      ///< rows, bin by bin
  /// Where rows end, for who moves particles: bins, or less than 0 for none.
  const Array1<int>& target() const { return target_; }
  const Array1<int>& counts() const { return counts_; }

  /// Room for so many rows in target() and order(); what is in the order stays.
  void reserve(std::int64_t rows);
  /// All counts are zero.
  void begin();

  /// A row behind the sorted ones: it came from elsewhere.
  struct Extra {
    Origin origin;
    int row, bin;
  };
  /// Local. From target() of `rows` rows, of which those before `num_sorted` are in the bins of the last offsets, and
  /// from counts(). The others are `extras`, and are counted here.
  void finish(int rows, int num_sorted, const std::vector<Extra>& extras, const CellGrid& grid, int num_species);
  /// Rows are where the order wanted them.
  void set_sorted();

 private:
  void count_extras(const std::vector<Extra>& extras);
  void place_extras(const std::vector<Extra>& extras, int num_sorted, const CellGrid& grid, int num_species);

  struct Placed {
    Origin origin;
    int row;
  };
  int num_bins_, total_ = 0;
  Array1<int> offsets_, before_, counts_, order_, target_;
  std::vector<int> touched_;
  std::vector<Placed> placed_;
};

}  // namespace tessera::sim::dsmc
