#include "sim/linear/panels.hpp"

#include <algorithm>
#include <cstddef>

#include "base/simd.hpp"

namespace tessera::sim::linear {

namespace {

using simd::Pack;

#ifdef TESSERA_SIMD_SCALAR
constexpr bool by_columns = true;  // neighbouring threads have neighbouring rows of the matrix
constexpr int panel_packs = 1;
#else
constexpr bool by_columns = false;
#ifdef TESSERA_SIMD_AVX512
constexpr int panel_packs = 4;
#else
constexpr int panel_packs = 2;
#endif
#endif
/// Vectors that share what is loaded of the matrix: as many as registers hold sums of.
constexpr int block_rows = 6;

/// One kind of input of some rows.
struct Input {
  const double* data;
  std::ptrdiff_t stride;
  int count;
};

struct Multiply {
  const double* matrix;
  int inputs, packs, panels;
  std::int64_t blocks;  ///< whole ones
  std::int64_t items;   ///< those, and single rows
  Input x, w, u;
  double* result;
  std::ptrdiff_t result_stride;

  template <int rows, int width>
  KOKKOS_FORCEINLINE_FUNCTION const double* add(const double* column, std::ptrdiff_t step, const Input& input,
                                                std::int64_t row, Pack (&sums)[rows][width]) const {
    const double* values = input.data + row * input.stride;
    for (int j = 0; j < input.count; ++j, column += step) {
      Pack a[width];
      for (int k = 0; k < width; ++k) a[k] = simd::load(column + k * simd::width);
      for (int r = 0; r < rows; ++r) {
        const Pack value = values[r * input.stride + j];
        for (int k = 0; k < width; ++k) sums[r][k] += a[k] * value;
      }
    }
    return column;
  }

  template <int rows, int width>
  KOKKOS_FORCEINLINE_FUNCTION void sum(int panel, std::int64_t row) const {
    const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(panel) * panel_packs * simd::width;
    const std::ptrdiff_t step = by_columns ? packs * simd::width : width * simd::width;
    const double* column = matrix + (by_columns ? first : first * inputs);
    Pack sums[rows][width];
    for (int r = 0; r < rows; ++r)
      for (int k = 0; k < width; ++k) sums[r][k] = 0.0;
    column = add(column, step, x, row, sums);
    column = add(column, step, w, row, sums);
    add(column, step, u, row, sums);
    for (int r = 0; r < rows; ++r)
      for (int k = 0; k < width; ++k)
        simd::store(result + (row + r) * result_stride + first + k * simd::width, sums[r][k]);
  }

  template <int width>
  KOKKOS_FORCEINLINE_FUNCTION void sum_item(int panel, std::int64_t item) const {
    if (item < blocks)
      sum<block_rows, width>(panel, item * block_rows);
    else
      sum<1, width>(panel, blocks * block_rows + item - blocks);
  }

  /// All rows with one panel, which stays in cache, before the next one.
  KOKKOS_FUNCTION void operator()(std::int64_t n) const {
    const auto panel = static_cast<int>(by_columns ? n % panels : n / items);
    const std::int64_t item = by_columns ? n / panels : n % items;
    const int width = packs - panel * panel_packs;
    if constexpr (panel_packs > 2) {
      if (width == 2) return sum_item<2>(panel, item);
      if (width == 3) return sum_item<3>(panel, item);
    }
    if constexpr (panel_packs > 1) {
      if (width == 1) return sum_item<1>(panel, item);
    }
    sum_item<panel_packs>(panel, item);
  }
};

Input input_of(const Rows& rows) {
  return {rows.data(), static_cast<std::ptrdiff_t>(rows.stride(0)), static_cast<int>(rows.extent(1))};
}

}  // namespace

PanelMatrix::PanelMatrix(const math::Matrix& matrix)
    : inputs_(matrix.cols()), packs_((matrix.rows() + simd::width - 1) / simd::width), width_(simd::width) {
  values_ = Array1<double>("sim/linear/matrix", static_cast<std::size_t>(num_outputs()) * inputs_);
  const auto host = Kokkos::create_mirror_view(values_);
  for (int i = 0; i < matrix.rows(); ++i) {
    const int panel = i / (panel_packs * width_), first = panel * panel_packs * width_;
    const int lanes = by_columns ? num_outputs() : std::min(num_outputs() - first, panel_packs * width_);
    const std::size_t start =
        by_columns ? static_cast<std::size_t>(i) : static_cast<std::size_t>(first) * inputs_ + (i - first);
    for (int j = 0; j < matrix.cols(); ++j) host(start + static_cast<std::size_t>(j) * lanes) = matrix(i, j);
  }
  Kokkos::deep_copy(values_, host);
}

void PanelMatrix::multiply(const Rows& x, const Rows& w, const Rows& u, const Rows& result) const {
  const auto rows = static_cast<std::int64_t>(x.extent(0));
  Multiply kernel{};
  kernel.matrix = values_.data();
  kernel.inputs = inputs_;
  kernel.packs = packs_;
  kernel.panels = (packs_ + panel_packs - 1) / panel_packs;
  kernel.blocks = rows / block_rows;
  kernel.items = kernel.blocks + rows % block_rows;
  kernel.x = input_of(x);
  kernel.w = input_of(w);
  kernel.u = input_of(u);
  kernel.result = result.data();
  kernel.result_stride = static_cast<std::ptrdiff_t>(result.stride(0));
  Kokkos::parallel_for("sim/linear/multiply", Range(0, kernel.panels * kernel.items), kernel);
}

}  // namespace tessera::sim::linear
