#include "diff/product.hpp"

#include <cstring>

#include "base/simd.hpp"
#include "diff/loop.hpp"
#include "diff/totals.hpp"

namespace tessera::diff {

namespace {

// Twenty-four of 32 vector registers hold sums, the others what they are made of: with AVX-512 twice the rate of the
// OpenBLAS of Debian 12 on the same matrices.
constexpr int most_packs = 4, most_columns = 6;

/// A vector register of numbers of a kind.
#ifdef TESSERA_SIMD_SCALAR
template <class Real>
struct Register {
  using Pack = Real;
  static constexpr int width = 1;
  KOKKOS_FORCEINLINE_FUNCTION static Pack load(const Real* p) { return *p; }
  KOKKOS_FORCEINLINE_FUNCTION static void store(Real* p, const Pack& x) { *p = x; }
};

KOKKOS_FORCEINLINE_FUNCTION void fetch(const double*) {}
#else
template <class Real>
struct Register {
  using Pack = std::experimental::native_simd<Real>;
  static constexpr int width = static_cast<int>(Pack::size());
  KOKKOS_FORCEINLINE_FUNCTION static Pack load(const Real* p) { return Pack(p, std::experimental::element_aligned); }
  KOKKOS_FORCEINLINE_FUNCTION static void store(Real* p, const Pack& x) {
    x.copy_to(p, std::experimental::element_aligned);
  }
};

/// What will be read and written a tile later.
inline void fetch(const double* p) { __builtin_prefetch(p, 1); }
#endif

/// Adds a(v, k) w(n, k) to sums(v, n) for k in turn.
template <int Packs, int Columns, class Real, class Pack>
KOKKOS_FORCEINLINE_FUNCTION void accumulate(Pack (&sums)[Columns][Packs], const Real* a, std::int64_t a_stride,
                                            const Real* w, std::int64_t w_column, std::int64_t w_inner,
                                            std::int64_t inner) {
  using Vector = Register<Real>;
  for (std::int64_t k = 0; k < inner; ++k) {
    Pack rows[Packs];
    for (int pack = 0; pack < Packs; ++pack) rows[pack] = Vector::load(a + pack * Vector::width + k * a_stride);
    for (int column = 0; column < Columns; ++column) {
      const Pack factor = w[column * w_column + k * w_inner];
      for (int pack = 0; pack < Packs; ++pack) sums[column][pack] += rows[pack] * factor;
    }
  }
}

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
  accumulate<Packs, Columns>(sums, p.a + v, p.a_stride, w, p.w_column, p.w_inner, p.inner);
  for (int column = 0; column < Columns; ++column)
    for (int pack = 0; pack < Packs; ++pack) {
      const std::int64_t first = v + pack * width;
      Real* c = p.c + (n + column) * p.c_stride + first;
      if (first + width <= p.length) {
        Vector::store(c, sums[column][pack]);
        continue;
      }
      alignas(64) Real numbers[width];
      Vector::store(numbers, sums[column][pack]);
      for (int lane = 0; first + lane < p.length; ++lane) c[lane] = numbers[lane];
    }
}

/// add_to_totals() of a vector register of numbers.
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION void add_vector(double* high, double* low, const Real* numbers, bool is_first) {
#ifdef TESSERA_SIMD_SCALAR
  add_to_totals(high, low, numbers, 1, is_first);
#else
  using Vector = Register<double>;
  for (int lane = 0; lane < Register<Real>::width; lane += Vector::width) {
    const Vector::Pack value(numbers + lane, std::experimental::element_aligned);
    const Vector::Pack before = is_first ? Vector::Pack(0.0) : Vector::load(high + lane);
    const Vector::Pack rest = is_first ? Vector::Pack(0.0) : Vector::load(low + lane);
    const Vector::Pack sum = before + value, part = sum - before;
    Vector::store(high + lane, sum);
    Vector::store(low + lane, rest + ((before - (sum - part)) + (value - part)));
  }
#endif
}

/// What a tile has found, to totals: they are on their way from memory while it is at work.
template <int Packs, int Columns, class Real>
KOKKOS_FORCEINLINE_FUNCTION void tile(const OuterProducts<Real>& p, std::int64_t v, std::int64_t n) {
  using Vector = Register<Real>;
  using Pack = typename Vector::Pack;
  constexpr int width = Vector::width, line = 8;
  if (!p.is_first)
    for (int column = 0; column < Columns; ++column)
      for (int lane = 0; lane < Packs * width; lane += line) {
        const std::int64_t at = (n + column) * p.length + v + lane;
        fetch(p.high + at);
        fetch(p.low + at);
      }
  Pack sums[Columns][Packs];
  for (int column = 0; column < Columns; ++column)
    for (int pack = 0; pack < Packs; ++pack) sums[column][pack] = Real(0);
  for (int pair = 0; pair < p.pairs; ++pair)
    accumulate<Packs, Columns>(sums, p.x + pair * p.rows * p.x_stride + v, p.x_stride, p.g[pair] + n * p.g_stride,
                               p.g_stride, 1, p.rows);
  for (int column = 0; column < Columns; ++column)
    for (int pack = 0; pack < Packs; ++pack) {
      alignas(64) Real numbers[width];
      Vector::store(numbers, sums[column][pack]);
      const std::int64_t first = v + pack * width, at = (n + column) * p.length + first;
      if (first + width <= p.length)
        add_vector(p.high + at, p.low + at, numbers, p.is_first);
      else if (first < p.length)
        add_to_totals(p.high + at, p.low + at, numbers, p.length - first, p.is_first);
    }
}

template <int Packs, int Columns, class Kind>
KOKKOS_FORCEINLINE_FUNCTION void narrow(const Kind& p, std::int64_t v, std::int64_t n) {
  if (p.columns - n >= Columns) return tile<Packs, Columns>(p, v, n);
  if constexpr (Columns > 1) narrow<Packs, Columns - 1>(p, v, n);
}

/// As many vectors as there are rows for.
template <class Kind>
KOKKOS_FORCEINLINE_FUNCTION void work_on(const Kind& p, std::int64_t v, std::int64_t n) {
  constexpr std::int64_t width = Register<typename Kind::Number>::width;
  const std::int64_t packs = (p.length - v + width - 1) / width;
  if (packs >= most_packs) return narrow<most_packs, most_columns>(p, v, n);
  if (packs == 3) return narrow<3, most_columns>(p, v, n);
  if (packs == 2) return narrow<2, most_columns>(p, v, n);
  narrow<1, most_columns>(p, v, n);
}

template <class Kind>
void work_on_all(const char* label, const Kind& p) {
  constexpr std::int64_t rows = most_packs * Register<typename Kind::Number>::width;
  const std::int64_t tiles_across = (p.columns + most_columns - 1) / most_columns;
  const std::int64_t tiles_down = (p.length + rows - 1) / rows;
  for_each(
      label, tiles_across * tiles_down,
      KOKKOS_LAMBDA(std::int64_t n) { work_on(p, n / tiles_across * rows, n % tiles_across * most_columns); });
}

#ifndef TESSERA_SIMD_SCALAR
/// A square of numbers in registers.
template <class Real>
struct Square {
  static constexpr int side = 8;
  typedef Real Row __attribute__((vector_size(side * sizeof(Real))));
  Row rows[side];

  /// Turns the bits of (row, lane) by one place.
  void turn() {
    Row turned[side];
    for (int row = 0; row < side / 2; ++row) {
      const Row x = rows[row], y = rows[row + side / 2];
      turned[2 * row] = __builtin_shufflevector(x, y, 0, 8, 1, 9, 2, 10, 3, 11);
      turned[2 * row + 1] = __builtin_shufflevector(x, y, 4, 12, 5, 13, 6, 14, 7, 15);
    }
    for (int row = 0; row < side; ++row) rows[row] = turned[row];
  }
};

template <class Real>
void transpose_square(const Real* from, std::int64_t from_stride, Real* to, std::int64_t to_stride) {
  Square<Real> square;
  for (int n = 0; n < Square<Real>::side; ++n)
    std::memcpy(&square.rows[n], from + n * from_stride, sizeof(*square.rows));
  for (int bit = 0; bit < 3; ++bit) square.turn();
  for (int n = 0; n < Square<Real>::side; ++n) std::memcpy(to + n * to_stride, &square.rows[n], sizeof(*square.rows));
}
#endif

}  // namespace

template <class Real>
void multiply(const Product<Real>& product) {
  work_on_all("diff/multiply", product);
}

template <class Real>
void add_products(const OuterProducts<Real>& products) {
  work_on_all("diff/add_products", products);
}

template <class Real>
void multiply(const Dots<Real>& p) {
  for_each(
      "diff/dots", p.length * p.columns, KOKKOS_LAMBDA(std::int64_t n) {
        // Eight sums side by side, so that they do not wait for one another.
        constexpr std::int64_t lanes = 8;
        const Real* x = p.x + n % p.length * p.stride;
        const Real* g = p.g + n / p.length * p.stride;
        const std::int64_t whole = p.rows / lanes * lanes;
        Real parts[lanes] = {};
        for (std::int64_t v = 0; v < whole; v += lanes)
          for (std::int64_t lane = 0; lane < lanes; ++lane) parts[lane] += x[v + lane] * g[v + lane];
        for (std::int64_t v = whole; v < p.rows; ++v) parts[v - whole] += x[v] * g[v];
        for (std::int64_t half = lanes / 2; half > 0; half /= 2)
          for (std::int64_t lane = 0; lane < half; ++lane) parts[lane] += parts[lane + half];
        p.c[n] = p.addend == nullptr ? parts[0] : p.addend[n] + parts[0];
      });
}

template <class Real>
void transpose(const Real* from, std::int64_t from_stride, Real* to, std::int64_t to_stride, std::int64_t rows,
               std::int64_t columns) {
  // Eight rows at a time: what a column has of them is in one piece.
  constexpr std::int64_t side = 8;
  for_each(
      "diff/transpose", (rows + side - 1) / side, KOKKOS_LAMBDA(std::int64_t block) {
        const std::int64_t first = side * block, count = rows - first < side ? rows - first : side;
        const Real* x = from + first;
        Real* y = to + first * to_stride;
        std::int64_t column = 0;
#ifndef TESSERA_SIMD_SCALAR
        if (count == side)
          for (; column + side <= columns; column += side)
            transpose_square(x + column * from_stride, from_stride, y + column, to_stride);
#endif
        for (; column < columns; ++column)
          for (std::int64_t row = 0; row < count; ++row) y[column + row * to_stride] = x[row + column * from_stride];
      });
}

template void multiply(const Product<double>&);
template void multiply(const Product<float>&);
template void add_products(const OuterProducts<double>&);
template void add_products(const OuterProducts<float>&);
template void multiply(const Dots<double>&);
template void multiply(const Dots<float>&);
template void transpose(const double*, std::int64_t, double*, std::int64_t, std::int64_t, std::int64_t);
template void transpose(const float*, std::int64_t, float*, std::int64_t, std::int64_t, std::int64_t);

}  // namespace tessera::diff
