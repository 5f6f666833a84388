#include "sim/md/charges/spread.hpp"

#include <algorithm>
#include <cmath>

#include "base/simd.hpp"

namespace tessera::sim::md {

namespace {

/// Whole vectors that hold a row of a stencil, wherever it begins in the first one.
template <int Order>
constexpr int row_packs = (Order + 2 * simd::width - 2) / simd::width;

/// Where the stencils of one vector of particles are, and their weights.
template <int Order>
struct Stencils {
  static constexpr int width = simd::width;
  int begin[width][3];                              // relative to the part; negative if outside
  double x[width][(row_packs<Order> + 1) * width];  // weights begin at [width], with zeros around them
  double yz[2][Order][width];

  KOKKOS_FORCEINLINE_FUNCTION Stencils(const MeshPart& part, const Array2<double>& position, int first, int lanes) {
    alignas(64) double x_of[3][width], start[3][width];
    for (int n = 0; n < width; ++n)
      for (int c = 0; c < 3; ++c) x_of[c][n] = position(first + (n < lanes ? n : lanes - 1), c) - part.box.origin[c];
    simd::Pack past[3];
    for (int d = 0; d < 3; ++d) {
      simd::Pack low = -0.5 * Order;
      for (int c = 0; c < 3; ++c) low += (part.box.inverse[c][d] * part.points[d]) * simd::load(x_of[c]);
      // The next integer above, or one that is just as good: what is added and taken off again leaves no fraction.
      constexpr double integers = 6755399441055744.0;
      const simd::Pack next = ((low + 0.5) + integers) - integers;
      past[d] = next - low;
      simd::store(start[d], next);
    }
    for (int n = 0; n < width; ++n)
      for (int d = 0; d < 3; ++d) begin[n][d] = place(part, d, start[d][n]);
    for (int d = 0; d < 3; ++d) {
      simd::Pack w[Order];
      spline(past[d], w);
      alignas(64) double columns[Order][width];
      for (int j = 0; j < Order; ++j) simd::store(columns[j], w[j]);
      if (d > 0) {
        for (int j = 0; j < Order; ++j)
          for (int n = 0; n < width; ++n) yz[d - 1][j][n] = columns[j][n];
      } else {
        for (int n = 0; n < width; ++n) {
          for (int p = 0; p <= row_packs<Order>; ++p) simd::store_any(&x[n][p * width], 0.0);
          for (int j = 0; j < Order; ++j) x[n][width + j] = columns[j][n];
        }
      }
    }
  }

  /// Of a stencil's lowest point within the part, which may know it as one of its images; -1 if it is outside.
  static KOKKOS_FORCEINLINE_FUNCTION int place(const MeshPart& part, int d, double start) {
    constexpr double farthest = 1 << 30;
    if (!(start > -farthest && start < farthest)) return -1;
    int from_first = static_cast<int>(start) - part.first[d];
    if (from_first >= 0 && from_first < part.count[d]) return from_first;
    from_first %= part.points[d];
    if (from_first < 0) from_first += part.points[d];
    return from_first < part.count[d] ? from_first : -1;
  }

  KOKKOS_FORCEINLINE_FUNCTION bool is_inside(int n) const {
    return begin[n][0] >= 0 && begin[n][1] >= 0 && begin[n][2] >= 0;
  }

  /// Cardinal B-splines of that order at f, f + 1, ... (Schoenberg's; recursion as in Essmann et al., J. Chem. Phys.
  /// 103, 8577 (1995), eq. 4.1): charge assignment of Hockney and Eastwood.
  static KOKKOS_FORCEINLINE_FUNCTION void spline(const simd::Pack& f, simd::Pack (&w)[Order]) {
    w[0] = f;
    w[1] = 1.0 - f;
    for (int n = 3; n <= Order; ++n) {
      const double factor = 1.0 / (n - 1);
      w[n - 1] = factor * (1.0 - f) * w[n - 2];
      for (int j = n - 2; j > 0; --j)
        w[j] = factor * ((f + static_cast<double>(j)) * w[j] + (static_cast<double>(n - j) - f) * w[j - 1]);
      w[0] = factor * f * w[0];
    }
  }
};

/// Shared: several threads write to the same points.
template <int Order, bool Shared>
struct SpreadKernel {
  MeshPart part;
  Array2<double> position, charge;
  Array1<double> values;
  int num_owned, pitch, rows;  // rows of points in a plane

  KOKKOS_FUNCTION void operator()(int vector, int& num_outside) const {
    constexpr int packs = row_packs<Order>;
    const int first = vector * simd::width;
    const int lanes = num_owned - first < simd::width ? num_owned - first : simd::width;
    const Stencils<Order> stencil(part, position, first, lanes);
    for (int n = 0; n < lanes; ++n) {
      if (!stencil.is_inside(n)) {
        ++num_outside;
        continue;
      }
      const double q = charge(first + n, 0);
      const auto* begin = stencil.begin[n];
      // Whole vectors as memory has them, with weights shifted to where the row begins: none of them lies across two
      // lines of cache, and what the last particle wrote is read as it was written.
      const int shift = begin[0] % simd::width;
      double* at = &values((std::size_t(begin[2]) * rows + begin[1]) * pitch + (begin[0] - shift));
      simd::Pack wx[packs];
      for (int p = 0; p < packs; ++p) wx[p] = q * simd::load_any(&stencil.x[n][(p + 1) * simd::width - shift]);
      const std::ptrdiff_t next_plane = (std::ptrdiff_t{rows} - Order) * pitch;
      for (int z = 0; z < Order; ++z) {
        const double wz = stencil.yz[1][z][n];
        for (int y = 0; y < Order; ++y, at += pitch) {
          const double w = wz * stencil.yz[0][y][n];
          if constexpr (Shared) {
            for (int x = 0; x < Order; ++x) Kokkos::atomic_add(at + shift + x, q * w * stencil.x[n][simd::width + x]);
          } else {
            for (int p = 0; p < packs; ++p)
              simd::store(at + p * simd::width, simd::load(at + p * simd::width) + w * wx[p]);
          }
        }
        at += next_plane;
      }
    }
  }
};

/// The field has its three components and an unused number at each point, next to one another: a row of a stencil is in
/// one piece, a vector of four begins where memory does, and fewer lines of cache are touched than by three rows.
template <int Order>
struct ForceKernel {
  MeshPart part;
  Array2<double> position, charge;
  Array1<double> field;
  Array2<double> force;
  double factor;
  int num_owned, row, rows;  // points in a row, rows in a plane

  KOKKOS_FUNCTION void operator()(int vector) const {
    constexpr int stride = MeshPart::field_stride;
    constexpr int packs = (Order * stride + simd::width - 1) / simd::width;
    const int first = vector * simd::width;
    const int lanes = num_owned - first < simd::width ? num_owned - first : simd::width;
    const Stencils<Order> stencil(part, position, first, lanes);
    for (int n = 0; n < lanes; ++n) {
      if (!stencil.is_inside(n)) {
        for (int c = 0; c < 3; ++c) force(first + n, c) += HUGE_VAL - HUGE_VAL;
        continue;
      }
      const auto* begin = stencil.begin[n];
      simd::Pack sum[packs];
      for (int p = 0; p < packs; ++p) sum[p] = 0.0;
      // A pointer that steps from row to row: offsets of all rows at once would not fit into registers.
      const double* at = &field(((std::size_t(begin[2]) * rows + begin[1]) * row + begin[0]) * stride);
      const std::ptrdiff_t next_row = std::ptrdiff_t{row} * stride, next_plane = (rows - Order) * next_row;
      for (int z = 0; z < Order; ++z) {
        const double wz = stencil.yz[1][z][n];
        for (int y = 0; y < Order; ++y, at += next_row) {
          const simd::Pack w = wz * stencil.yz[0][y][n];
          for (int p = 0; p < packs; ++p) sum[p] += w * simd::load_any(at + p * simd::width);
        }
        at += next_plane;
      }
      alignas(64) double across[packs * simd::width];
      for (int p = 0; p < packs; ++p) simd::store(across + p * simd::width, sum[p]);
      double slope[3] = {0.0, 0.0, 0.0};
      for (int x = 0; x < Order; ++x)
        for (int d = 0; d < 3; ++d) slope[d] += stencil.x[n][simd::width + x] * across[x * stride + d];
      const double scale = factor * charge(first + n, 0);
      for (int c = 0; c < 3; ++c) {
        double f = 0.0;
        for (int d = 0; d < 3; ++d) f += slope[d] * part.box.inverse[c][d];
        force(first + n, c) += scale * f;
      }
    }
  }
};

Range vectors_of(int num_owned) { return Range(0, (num_owned + simd::width - 1) / simd::width); }

/// Calls work(std::integral_constant<int, order>).
template <class Work>
void with_order(int order, const Work& work) {
  switch (order) {
    case 3:
      return work(std::integral_constant<int, 3>());
    case 4:
      return work(std::integral_constant<int, 4>());
    case 5:
      return work(std::integral_constant<int, 5>());
    case 6:
      return work(std::integral_constant<int, 6>());
    default:
      return work(std::integral_constant<int, 7>());
  }
}

}  // namespace

Brick MeshPart::brick() const {
  Brick result;
  for (int d = 0; d < 3; ++d) {
    result.first[d] = first[d];
    result.extent[d] = count[0] * count[1] * count[2] == 0 ? 0 : count[d] + order - 1;
  }
  return result;
}

int MeshPart::pitch() const { return (brick().extent[0] + simd::width - 1) / simd::width * simd::width; }

std::size_t MeshPart::num_charge_values() const {
  const Brick all = brick();
  // Some vectors more: the last row of the last stencil is whole ones, too.
  return static_cast<std::size_t>(all.extent[1]) * static_cast<std::size_t>(all.extent[2]) *
             static_cast<std::size_t>(pitch()) +
         static_cast<std::size_t>(order + 2 * simd::width);
}

std::size_t MeshPart::num_field_values() const {
  const Brick all = brick();
  std::size_t points = 1;
  for (const int extent : all.extent) points *= static_cast<std::size_t>(extent);
  return points * field_stride + static_cast<std::size_t>(simd::width);
}

MeshPart find_part(const data::Box& box, const data::Int3& points, int order, double drift,
                   const Array2<double>& position, int num_owned) {
  MeshPart part;
  part.box = box;
  part.order = order;
  for (int d = 0; d < 3; ++d) {
    part.points[d] = points[d];
    if (num_owned == 0) continue;
    Kokkos::MinMaxScalar<double> range;
    Kokkos::parallel_reduce(
        "md/find_mesh_part", Range(0, num_owned),
        KOKKOS_LAMBDA(int i, Kokkos::MinMaxScalar<double>& all) {
          const data::Vec3 s = box.to_fractional({position(i, 0), position(i, 1), position(i, 2)});
          all.min_val = s[d] < all.min_val ? s[d] : all.min_val;
          all.max_val = s[d] > all.max_val ? s[d] : all.max_val;
        },
        Kokkos::MinMax<double>(range));
    const double reach = drift / box.height(d);
    // Rounding may put a stencil next to where it is here.
    const double low = std::floor((range.min_val - reach) * points[d] - 0.5 * order);
    const double high = std::floor((range.max_val + reach) * points[d] - 0.5 * order) + 2.0;
    // Where stencils would meet themselves around the box, all of it, from the same point at all times. Also where
    // particles are nowhere.
    const bool is_part = high - low + order < points[d];
    part.first[d] = is_part ? static_cast<int>(low) : 0;
    part.count[d] = is_part ? static_cast<int>(high - low) + 1 : points[d];
  }
  return part;
}

int spread_charges(const MeshPart& part, const Array2<double>& position, const Array2<double>& charge, int num_owned,
                   const Array1<double>& values) {
  Kokkos::deep_copy(values, 0.0);
  int num_outside = 0;
  const int rows = part.brick().extent[1];
  with_order(part.order, [&](auto order) {
    constexpr int n = decltype(order)::value;
    if (ExecSpace().concurrency() > 1)
      Kokkos::parallel_reduce("md/spread_charges", vectors_of(num_owned),
                              SpreadKernel<n, true>{part, position, charge, values, num_owned, part.pitch(), rows},
                              num_outside);
    else
      Kokkos::parallel_reduce("md/spread_charges", vectors_of(num_owned),
                              SpreadKernel<n, false>{part, position, charge, values, num_owned, part.pitch(), rows},
                              num_outside);
  });
  return num_outside;
}

void add_mesh_forces(const MeshPart& part, const Array2<double>& position, const Array2<double>& charge, int num_owned,
                     const Array1<double>& field, double factor, const Array2<double>& force) {
  const Brick brick = part.brick();
  with_order(part.order, [&](auto order) {
    constexpr int n = decltype(order)::value;
    Kokkos::parallel_for(
        "md/add_mesh_forces", vectors_of(num_owned),
        ForceKernel<n>{part, position, charge, field, force, factor, num_owned, brick.extent[0], brick.extent[1]});
  });
}

}  // namespace tessera::sim::md
