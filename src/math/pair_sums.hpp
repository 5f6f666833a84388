// Sums over all pairs of two sets of samples: the loop that kernels of distances share, and its blocks.
#pragma once

#include <algorithm>

#include "base/ivdep.hpp"
#include "base/simd.hpp"
#include "base/sum.hpp"
#include "math/points.hpp"
#include "math/ring.hpp"

namespace tessera::math {

/// Rows that go through the loop side by side; a block is a multiple.
inline constexpr int pair_lanes = simd::width == 1 ? 1 : 4 * simd::width;
static_assert(Points::block % pair_lanes == 0);

/// How often a block of the others counts for a block of mine.
struct AllBlocks {
  KOKKOS_FORCEINLINE_FUNCTION double operator()(std::int64_t, std::int64_t) const { return 1.0; }
};

/// Of all pairs of a set with itself one half, counted twice: to each block the next half of the others, round the end
/// to the beginning, so that no rank has more of them than another.
struct HalfOfBlocks {
  std::int64_t blocks;
  KOKKOS_FORCEINLINE_FUNCTION double operator()(std::int64_t mine, std::int64_t other) const {
    const std::int64_t ahead = (other - mine + blocks) % blocks;
    return ahead == 0 || 2 * ahead == blocks ? 1.0 : 2 * ahead < blocks ? 2.0 : 0.0;
  }
};

/// sums(i) += sum_j kernel(|x_i - y_j|^2) over the rows j of `others`, for each row i of `mine`: each block of others
/// is summed by itself, then added exactly. `kernel(i, j, r2, sum)` adds to sum[lane] the term of the rows i + lane and
/// j, for pair_lanes of them. `first_mine`, `first_other`: numbers of first rows.
template <class Kernel, class Blocks>
void add_pair_sums(const Columns& mine, std::int64_t first_mine, const Columns& others, std::int64_t first_other,
                   int dimension, const Kernel& kernel, const Blocks& times, const Array1<ExactSum>& sums) {
  constexpr int lanes = pair_lanes, block = Points::block;
  const auto groups = static_cast<int>(mine.extent(1)) / lanes, blocks = static_cast<int>(others.extent(1)) / block;
  Kokkos::parallel_for(
      "math/pair_sums", Range(0, groups), KOKKOS_LAMBDA(int group) {
        const int i = group * lanes;
        const std::int64_t my_block = (first_mine + i) / block;
        for (int b = 0; b < blocks; ++b) {
          const double count = times(my_block, first_other / block + b);
          if (count == 0.0) continue;
          double sum[lanes] = {};
          for (int j = b * block; j < (b + 1) * block; ++j) {
            double r2[lanes] = {};
            for (int c = 0; c < dimension; ++c) {
              const double* x = &mine(c, i);
              const double y = others(c, j);
              TESSERA_IVDEP
              for (int lane = 0; lane < lanes; ++lane) r2[lane] += (x[lane] - y) * (x[lane] - y);
            }
            kernel(i, j, r2, sum);
          }
          for (int lane = 0; lane < lanes; ++lane) sums(i + lane).add(count * sum[lane]);
        }
      });
}

/// Of sums(i), each with the weight of its point.
inline ExactSum weighted_total(const Columns& points, int weight, const Array1<ExactSum>& sums) {
  ExactSum total;
  Kokkos::parallel_reduce(
      "math/pair_total", Range(0, static_cast<int>(points.extent(1))),
      KOKKOS_LAMBDA(int i, ExactSum& sum) { sum.add(points(weight, i) * sums(i).value()); },
      Kokkos::Sum<ExactSum>(total));
  return total;
}

/// Collective. The sum over all pairs of w_i w_j times a kernel of distance, the same on any number of ranks. `make` is
/// given columns of others, and where their weights are, and returns their kernel (see add_pair_sums).
template <class Make>
double sum_of_pairs(const Points& x, const Points& y, const Make& make) {
  const bool is_same = &x == &y;
  const Columns mine = x.columns();
  const Array1<ExactSum> sums("pair sums", mine.extent(1));
  ring(x.comm(), y.columns(), y.first_row(), [&](const Columns& others, std::int64_t first) {
    const auto kernel = make(others, y.weight_column());
    if (is_same)
      add_pair_sums(mine, x.first_row(), others, first, x.dimension(), kernel,
                    HalfOfBlocks{(x.num_global() + Points::block - 1) / Points::block}, sums);
    else
      add_pair_sums(mine, x.first_row(), others, first, x.dimension(), kernel, AllBlocks{}, sums);
  });
  ExactSum total = weighted_total(mine, x.weight_column(), sums);
  all_reduce(x.comm(), &total, 1);
  return total.value();
}

}  // namespace tessera::math
