#include "math/fft_layout.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::math {

namespace {

constexpr std::int64_t complex_bytes = sizeof(Complex);

BlockCut in_blocks(std::int64_t rows, int ranks) { return {rows, (rows + ranks - 1) / ranks}; }

/// The factor r of n = m r that FFTW chooses for a line (choose-radix.c); n if there is none.
std::int64_t radix_of(std::int64_t n, int ranks) {
  if (n % ranks == 0 && n / ranks >= ranks) return n / ranks;
  auto r = static_cast<std::int64_t>(std::sqrt(static_cast<double>(n)));
  while (r * r > n) --r;
  while (n % r != 0) ++r;
  return r;
}

FftShape extents_of(const FftShape& shape) {
  if (shape.size() == 1) return {shape[0] / 2};
  FftShape extents = shape;
  extents.back() = shape.back() / 2 + 1;
  return extents;
}

std::int64_t behind_first(const FftShape& shape) {
  std::int64_t product = 1;
  for (std::size_t d = 1; d < shape.size(); ++d) product *= shape[d];
  return product;
}

}  // namespace

Slab BlockCut::of(int rank) const {
  const std::int64_t first = rank * block, count = std::min(block, rows - first) + (rank == last() ? extra : 0);
  return count > 0 ? Slab{first, count} : Slab{};
}

int BlockCut::owner(std::int64_t row) const { return std::min(static_cast<int>(row / block), last()); }

SlabLayout::SlabLayout(const FftShape& extents, FftOrder order, int ranks)
    : is_line_(extents.size() == 1), has_natural_order_(order == FftOrder::natural) {
  const std::int64_t n = extents[0];
  if (is_line_) {
    const std::int64_t r = radix_of(n, ranks), m = n / r;
    const bool is_whole = r == 1 || r == n;
    before_ = is_whole ? BlockCut{n, n} : in_blocks(m, ranks);
    after_ = is_whole ? BlockCut{1, 1} : in_blocks(r, ranks);
    count_ = 3;
    return;
  }
  before_ = in_blocks(n, ranks);
  after_ = in_blocks(has_natural_order_ ? behind_first(extents) : extents[1], ranks);
  if (!has_natural_order_ && extents.size() == 3) rest_ = extents[2];
  count_ = has_natural_order_ ? 2 : 1;
}

Slab SlabLayout::values(int rank) const {
  const Slab rows = before_.of(rank);
  return is_line_ ? Slab{rows.first * after_.rows, rows.count * after_.rows} : rows;
}

Slab SlabLayout::modes(int rank) const {
  if (!is_line_ && has_natural_order_) return before_.of(rank);
  const Slab rows = after_.of(rank);
  return is_line_ ? Slab{rows.first * before_.rows, rows.count * before_.rows} : rows;
}

/// The cuts take turns; both ways end where they should.
Sent SlabLayout::transposed(int rank, bool is_forward) const {
  Sent sent;
  for (int n = 0; n < count_; ++n) {
    const bool leaves_first = (n % 2 == 0) == (is_forward || count_ % 2 == 0);
    const BlockCut &from = leaves_first ? before_ : after_, &to = leaves_first ? after_ : before_;
    const std::int64_t rows = from.of(rank).count, kept = to.of(rank).count;
    if (rows == 0) continue;
    sent.messages += to.last() + (kept > 0 ? 0 : 1);
    sent.bytes += complex_bytes * rows * (to.rows - kept) * rest_;
  }
  return sent;
}

RealFftLayout::RealFftLayout(const FftShape& shape, int ranks)
    : slabs_(extents_of(shape), FftOrder::natural, ranks), is_line_(shape.size() == 1) {
  if (is_line_) return;
  row_values_ = behind_first(shape);
  row_modes_ = behind_first(extents_of(shape));
}

BlockCut RealFftLayout::values() const {
  if (!is_line_) return slabs_.before();
  const std::int64_t length = 2 * slabs_.after().rows;
  return {slabs_.before().rows * length, slabs_.before().block * length};
}

BlockCut RealFftLayout::modes() const {
  if (!is_line_) return slabs_.before();
  const std::int64_t length = slabs_.before().rows;
  return {slabs_.after().rows * length, slabs_.after().block * length, 1};
}

Sent RealFftLayout::mirrored(int rank, bool is_forward) const {
  const BlockCut cut = modes();
  const Slab own = cut.of(rank);
  Sent sent;
  if (!is_line_ || own.count == 0) return sent;
  if (is_forward && rank == 0 && cut.last() != 0) sent = {1, complex_bytes};  // the first mode is the last one too
  const std::int64_t low = cut.rows - own.first - own.count + 1, high = cut.rows - own.first;
  for (int other = cut.owner(low); other <= cut.owner(high); ++other) {
    if (other == rank) continue;
    const Slab slab = cut.of(other);
    ++sent.messages;
    sent.bytes += complex_bytes * (std::min(high + 1, slab.first + slab.count) - std::max(low, slab.first));
  }
  return sent;
}

}  // namespace tessera::math
