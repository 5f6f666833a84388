// How distributed transforms are cut and what they send: of any rank of any number of them, none of which needs to run.
#pragma once

#include <cstdint>

#include "math/fft_distributed.hpp"

namespace tessera::math {

/// Rows in blocks of the same length, one a rank until they run out.
struct BlockCut {
  std::int64_t rows = 0, block = 1;
  std::int64_t extra = 0;  ///< rows behind all others, which the last rank that has any has too

  int last() const { return static_cast<int>((rows + block - 1) / block) - 1; }
  Slab of(int rank) const;
  int owner(std::int64_t row) const;
};

/// Of one rank, to all others; a message to each that gets anything.
struct Sent {
  std::int64_t messages = 0, bytes = 0;
};

/// A transform by FFTW of complex extents (of a real one the last is n/2 + 1): transpositions between two cuts, along
/// one direction three (n = m r: dft-rank1.c of FFTW 3.3.10), in natural order two, in transposed order one.
/// From four ranks on FFTW may send small transpositions (up to 16 kB a message) in two rounds: then it sends fewer
/// messages of up to twice the bytes in all.
class SlabLayout {
 public:
  SlabLayout(const FftShape& extents, FftOrder order, int ranks);

  Slab values(int rank) const;
  Slab modes(int rank) const;
  const BlockCut& before() const { return before_; }
  const BlockCut& after() const { return after_; }
  /// All transpositions of one way.
  Sent transposed(int rank, bool is_forward) const;
  int num_transpositions() const { return count_; }

 private:
  BlockCut before_, after_;
  std::int64_t rest_ = 1;  // complex numbers behind both
  int count_ = 0;
  bool is_line_, has_natural_order_;
};

/// A DistributedRealFft in natural order. Along one direction rows are single numbers, along others all behind the
/// first.
class RealFftLayout {
 public:
  RealFftLayout(const FftShape& shape, int ranks);

  BlockCut values() const;  ///< rows
  BlockCut modes() const;   ///< rows
  std::int64_t num_values(int rank) const { return values().of(rank).count * row_values_; }
  std::int64_t num_modes(int rank) const { return modes().of(rank).count * row_modes_; }
  const SlabLayout& slabs() const { return slabs_; }
  bool is_line() const { return is_line_; }
  /// Along one direction: modes to where their mirror images are.
  Sent mirrored(int rank, bool is_forward) const;

 private:
  SlabLayout slabs_;
  bool is_line_;
  std::int64_t row_values_ = 1, row_modes_ = 1;
};

}  // namespace tessera::math
