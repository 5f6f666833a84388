// Internal to collision operators: distributions as sums of waves, and how products of such sums come about.
//
// f(v) = sum_k F_k exp(i pi k.(v - v_0) / L), v_0 the first point of the grid, k from -N/2 to N/2 - 1 along each
// direction; F_k = 0 where a component is -N/2, which has no partner. A constant shift of all velocities is a phase
// that cancels in everything that collisions are made of, so that neither the centre of the grid nor its offset appear.
#pragma once

#include <array>
#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "base/comm.hpp"
#include "base/kokkos.hpp"
#include "math/fft.hpp"
#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann {

using math::Complex;

/// F_k in two arrays [size], in the order of the grid with frequency k at place k, or k + N where k < 0.
struct Modes {
  double* re;
  double* im;
};

/// What a thread works in.
struct Scratch {
  HostArray1<double> matrix;   ///< waves, one padded plane behind the other
  HostArray1<double> columns;  ///< some columns of it
  HostArray1<double> product;  ///< [size]
  HostArray1<double> half;     ///< spectrum of a product
};

class Spectrum {
 public:
  /// Collective: plans are the same on all ranks. `filter` s > 0 multiplies F_k by exp(-s sum_d (2 k_d / N)^8).
  /// Throws Error (input) unless the grid has two or three directions and an even number of points.
  Spectrum(const Comm& comm, const VelocityGrid& grid, double filter);

  const VelocityGrid& grid() const { return grid_; }
  int points() const { return grid_.points; }
  std::int64_t plane() const { return plane_; }  ///< points that share a first coordinate
  std::int64_t size() const { return plane_ * grid_.points; }
  std::int64_t num_half() const { return real_.num_modes(); }
  double scale() const { return real_.scale(); }
  double wave_number() const;  ///< pi / L

  /// Frequency at place k of a direction.
  int frequency(int k) const { return k < grid_.points / 2 ? k : k - grid_.points; }
  /// Rows of the half spectrum, N/2 + 1 modes each, and the sum of squared frequencies of their directions.
  const std::vector<int>& row_squares() const { return row_squares_; }
  int half_row() const { return grid_.points / 2 + 1; }
  /// Sums of squared frequencies are at most this.
  int largest_square() const { return grid_.dimensions * (grid_.points / 2) * (grid_.points / 2); }

  Scratch make_scratch() const;
  /// F of f [size].
  void analyse(std::span<const double> f, const Modes& modes, Scratch& scratch) const;
  /// sum_v g(v) exp(-i pi k.(v - v_0) / L) of scratch.product, to scratch.half.
  void transform_product(Scratch& scratch) const;
  /// The sum of waves; the half spectrum holds nothing afterwards.
  void synthesise(std::span<Complex> half, std::span<double> values) const;

  /// For sums of waves that are used at once: fill(x, plane) writes the modes of place x of the first direction, then
  /// use(first, rows) gets sums at points first, first + 1... of every plane, num_columns() of each, plane by plane.
  template <class Fill, class Use>
  void for_waves(Scratch& scratch, const Fill& fill, const Use& use) const {
    auto* matrix = reinterpret_cast<Complex*>(scratch.matrix.data());
    const auto all = static_cast<std::size_t>(stride_) * static_cast<std::size_t>(points());
    auto* rows = reinterpret_cast<Complex*>(scratch.columns.data());
    const auto num_rows = static_cast<std::size_t>(columns_.count() * points());
    for (int x = 0; x < points(); ++x) {
      if (x == points() / 2) continue;  // stays zero
      Complex* plane = matrix + x * stride_;
      fill(x, reinterpret_cast<double*>(plane));
      planes_.backward({plane, static_cast<std::size_t>(plane_)});
    }
    for (std::int64_t first = 0; first < plane_; first += columns_.count()) {
      const auto from = static_cast<std::size_t>(first);
      columns_.backward({matrix + from, all - from}, {rows, num_rows});
      use(first, reinterpret_cast<const double*>(rows));
    }
  }
  std::int64_t num_columns() const { return columns_.count(); }

 private:
  VelocityGrid grid_;
  std::int64_t plane_, stride_;
  math::RealFft real_;
  math::ComplexFft planes_;
  math::ColumnFft columns_;
  std::vector<double> filter_;  ///< of each place along a direction, 0 at -N/2
  std::vector<int> row_squares_;
};

/// The integral of exp(i x.e) over unit vectors e: 4 pi sin x / x, in the plane 2 pi J_0(x).
double mean_wave(int dimensions, double x);

}  // namespace tessera::sim::boltzmann
