#include "sim/md/charges/spread.hpp"

#include <algorithm>
#include <cmath>

#include "base/simd.hpp"

namespace tessera::sim::md {

namespace {

/// A row of a stencil is a few whole vectors; weights behind the last point are zero.
template <int Order>
constexpr int row_packs = (Order + simd::width - 1) / simd::width;
template <int Order>
constexpr int row_length = row_packs<Order>* simd::width;

/// Where the stencils of one vector of particles are, and their weights.
template <int Order>
struct Stencils {
  static constexpr int width = simd::width;
  int begin[width][3];  // relative to the part; negative if outside
  alignas(64) double x[width][row_length<Order>];
  double yz[2][Order][width];

  KOKKOS_FORCEINLINE_FUNCTION Stencils(const MeshPart& part, const Array2<double>& position, int first, int lanes) {
    alignas(64) double past[3][width];
    for (int n = 0; n < width; ++n) {
      const int row = first + (n < lanes ? n : lanes - 1);
      const data::Vec3 s = part.box.to_fractional({position(row, 0), position(row, 1), position(row, 2)});
      for (int d = 0; d < 3; ++d) {
        const double low = s[d] * part.points[d] - 0.5 * Order;
        const double floor = kmath::floor(low);
        constexpr double farthest = 1 << 30;
        const bool is_finite = floor > -farthest && floor < farthest;
        past[d][n] = is_finite ? floor + 1.0 - low : 0.5;
        int from_first = (is_finite ? static_cast<int>(floor) + 1 : part.first[d] - 1) - part.first[d];
        if (from_first < 0 || from_first >= part.count[d]) {
          from_first %= part.points[d];
          if (from_first < 0) from_first += part.points[d];
          if (from_first >= part.count[d] || !is_finite) from_first = -1;
        }
        begin[n][d] = from_first;
      }
    }
    for (int d = 0; d < 3; ++d) {
      simd::Pack w[Order];
      spline(simd::load(past[d]), w);
      alignas(64) double columns[Order][width];
      for (int j = 0; j < Order; ++j) simd::store(columns[j], w[j]);
      if (d > 0) {
        for (int j = 0; j < Order; ++j)
          for (int n = 0; n < width; ++n) yz[d - 1][j][n] = columns[j][n];
      } else {
        for (int n = 0; n < width; ++n)
          for (int j = 0; j < row_length<Order>; ++j) x[n][j] = j < Order ? columns[j < Order ? j : 0][n] : 0.0;
      }
    }
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
      double* corner = &values((std::size_t(begin[2]) * rows + begin[1]) * pitch + begin[0]);
      simd::Pack wx[packs];
      for (int p = 0; p < packs; ++p) wx[p] = q * simd::load(&stencil.x[n][p * simd::width]);
      for (int z = 0; z < Order; ++z)
        for (int y = 0; y < Order; ++y) {
          const double w = stencil.yz[1][z][n] * stencil.yz[0][y][n];
          double* at = corner + (std::size_t(z) * rows + y) * pitch;
          if constexpr (Shared) {
            for (int x = 0; x < Order; ++x) Kokkos::atomic_add(at + x, q * w * stencil.x[n][x]);
          } else {
            for (int p = 0; p < packs; ++p)
              simd::store_any(at + p * simd::width, simd::load_any(at + p * simd::width) + w * wx[p]);
          }
        }
    }
  }
};

template <int Order>
struct ForceKernel {
  MeshPart part;
  Array2<double> position, charge;
  Array1<double> field;
  Array2<double> force;
  double factor;
  int num_owned, pitch, rows;

  KOKKOS_FUNCTION void operator()(int vector) const {
    constexpr int packs = row_packs<Order>;
    const int first = vector * simd::width;
    const int lanes = num_owned - first < simd::width ? num_owned - first : simd::width;
    const Stencils<Order> stencil(part, position, first, lanes);
    for (int n = 0; n < lanes; ++n) {
      if (!stencil.is_inside(n)) {
        for (int c = 0; c < 3; ++c) force(first + n, c) += HUGE_VAL - HUGE_VAL;
        continue;
      }
      const auto* begin = stencil.begin[n];
      const double* corner = &field((std::size_t(begin[2]) * rows + begin[1]) * 3 * pitch + begin[0]);
      simd::Pack sum[3][packs];
      for (int d = 0; d < 3; ++d)
        for (int p = 0; p < packs; ++p) sum[d][p] = 0.0;
      for (int z = 0; z < Order; ++z)
        for (int y = 0; y < Order; ++y) {
          const double w = stencil.yz[1][z][n] * stencil.yz[0][y][n];
          const double* at = corner + (std::size_t(z) * rows + y) * 3 * pitch;
          for (int d = 0; d < 3; ++d)
            for (int p = 0; p < packs; ++p) sum[d][p] += w * simd::load_any(at + d * pitch + p * simd::width);
        }
      double slope[3];
      for (int d = 0; d < 3; ++d) {
        simd::Pack all = 0.0;
        for (int p = 0; p < packs; ++p) all += sum[d][p] * simd::load(&stencil.x[n][p * simd::width]);
        slope[d] = simd::sum(all);
      }
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

int MeshPart::pitch() const { return count[0] + order - 1 + simd::width; }

std::size_t MeshPart::size(int components) const {
  const Brick all = brick();
  // A vector more: the last row of the last stencil is whole vectors, too.
  return static_cast<std::size_t>(all.extent[1]) * static_cast<std::size_t>(all.extent[2]) *
             static_cast<std::size_t>(components) * static_cast<std::size_t>(pitch()) +
         static_cast<std::size_t>(simd::width);
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
    const double low = std::floor((range.min_val - reach) * points[d] - 0.5 * order) + 1.0;
    const double high = std::floor((range.max_val + reach) * points[d] - 0.5 * order) + 1.0;
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
  const int rows = part.brick().extent[1];
  with_order(part.order, [&](auto order) {
    constexpr int n = decltype(order)::value;
    Kokkos::parallel_for("md/add_mesh_forces", vectors_of(num_owned),
                         ForceKernel<n>{part, position, charge, field, force, factor, num_owned, part.pitch(), rows});
  });
}

}  // namespace tessera::sim::md
