#include "diff/product.hpp"

#include "base/simd.hpp"
#include "diff/loop.hpp"

namespace tessera::diff {

namespace {

// Most vector registers hold sums, the others what they are made of: 24 of 32 with AVX-512, twice the rate of the
// OpenBLAS of Debian 12 on the same matrices; 12 of 16 with AVX2, where more would go back and forth to memory.
#ifdef __AVX512F__
constexpr int most_packs = 4, most_columns = 6;
#else
constexpr int most_packs = 2, most_columns = 6;
#endif

/// A vector register of numbers of a kind.
#ifdef TESSERA_SIMD_SCALAR
template <class Real>
struct Register {
  using Pack = Real;
  static constexpr int width = 1;
  KOKKOS_FORCEINLINE_FUNCTION static Pack load(const Real* p) { return *p; }
  KOKKOS_FORCEINLINE_FUNCTION static void store(Real* p, const Pack& x) { *p = x; }
};
#else
template <class Real>
struct Register {
  using Pack = std::experimental::native_simd<Real>;
  static constexpr int width = static_cast<int>(Pack::size());
  KOKKOS_FORCEINLINE_FUNCTION static Pack load(const Real* p) { return Pack(p, std::experimental::element_aligned); }
  KOKKOS_FORCEINLINE_FUNCTION static void store(Real* p, const Pack& x) {
    x.copy_to(p, std::experimental::vector_aligned);
  }
};
#endif

/// `Packs` vectors of rows from v on, `Columns` columns from n on.
template <int Packs, int Columns, class Real>
KOKKOS_FORCEINLINE_FUNCTION void tile(const Product<Real>& p, std::int64_t v, std::int64_t n) {
  using Vector = Register<Real>;
  using Pack = typename Vector::Pack;
  constexpr int width = Vector::width;
  Pack sums[Columns][Packs];
  const Real* w = p.w + n * p.w_column;
  for (int column = 0; column < Columns; ++column) {
    const Pack first = p.bias == nullptr ? Real(0) : p.bias[n + column];
    for (int pack = 0; pack < Packs; ++pack) sums[column][pack] = first;
    if (p.addend == nullptr) continue;
    const Real* start = p.addend + (n + column) * p.c_stride + v;
    for (int pack = 0; pack < Packs; ++pack) sums[column][pack] = Vector::load(start + pack * width);
  }
  for (std::int64_t k = 0; k < p.inner; ++k) {
    Pack rows[Packs];
    for (int pack = 0; pack < Packs; ++pack) rows[pack] = Vector::load(p.a + v + pack * width + k * p.a_stride);
    for (int column = 0; column < Columns; ++column) {
      const Pack factor = w[column * p.w_column + k * p.w_inner];
      for (int pack = 0; pack < Packs; ++pack) sums[column][pack] += rows[pack] * factor;
    }
  }
  for (int column = 0; column < Columns; ++column)
    for (int pack = 0; pack < Packs; ++pack) {
      alignas(64) Real numbers[width];
      Vector::store(numbers, sums[column][pack]);
      const std::int64_t first = v + pack * width;
      Real* c = p.c + (n + column) * p.c_stride + first;
      if (first + width <= p.length)
        for (int lane = 0; lane < width; ++lane) c[lane] = numbers[lane];
      else
        for (int lane = 0; first + lane < p.length; ++lane) c[lane] = numbers[lane];
    }
}

template <int Packs, int Columns, class Real>
KOKKOS_FORCEINLINE_FUNCTION void narrow(const Product<Real>& p, std::int64_t v, std::int64_t n) {
  if (p.columns - n >= Columns) return tile<Packs, Columns>(p, v, n);
  if constexpr (Columns > 1) narrow<Packs, Columns - 1>(p, v, n);
}

/// As many vectors as there are rows for.
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION void work_on(const Product<Real>& p, std::int64_t v, std::int64_t n) {
  const std::int64_t packs = (p.length - v + Register<Real>::width - 1) / Register<Real>::width;
  if (packs >= most_packs) return narrow<most_packs, most_columns>(p, v, n);
  if constexpr (most_packs > 2) {
    if (packs == 3) return narrow<3, most_columns>(p, v, n);
    if (packs == 2) return narrow<2, most_columns>(p, v, n);
  }
  narrow<1, most_columns>(p, v, n);
}

}  // namespace

template <class Real>
void multiply(const Product<Real>& product) {
  constexpr std::int64_t rows = most_packs * Register<Real>::width;
  const std::int64_t tiles_across = (product.columns + most_columns - 1) / most_columns;
  const std::int64_t tiles_down = (product.length + rows - 1) / rows;
  for_each(
      "diff/multiply", tiles_across * tiles_down,
      KOKKOS_LAMBDA(std::int64_t n) { work_on(product, n / tiles_across * rows, n % tiles_across * most_columns); });
}

template <class Real>
void transpose(const Real* from, std::int64_t from_stride, Real* to, std::int64_t to_stride, std::int64_t rows,
               std::int64_t columns) {
  // Eight rows at a time: what a column has of them is in one piece, and eight rows can be written side by side.
  constexpr std::int64_t side = 8;
  for_each(
      "diff/transpose", (rows + side - 1) / side, KOKKOS_LAMBDA(std::int64_t block) {
        const std::int64_t first = side * block, count = rows - first < side ? rows - first : side;
        const Real* x = from + first;
        Real* y = to + first * to_stride;
        if (count < side) {
          for (std::int64_t column = 0; column < columns; ++column)
            for (std::int64_t row = 0; row < count; ++row) y[column + row * to_stride] = x[row + column * from_stride];
          return;
        }
        for (std::int64_t column = 0; column < columns; ++column)
          for (std::int64_t row = 0; row < side; ++row) y[column + row * to_stride] = x[row + column * from_stride];
      });
}

template void multiply(const Product<double>&);
template void multiply(const Product<float>&);
template void transpose(const double*, std::int64_t, double*, std::int64_t, std::int64_t, std::int64_t);
template void transpose(const float*, std::int64_t, float*, std::int64_t, std::int64_t, std::int64_t);

}  // namespace tessera::diff
