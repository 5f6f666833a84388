// Every particle interacting with every other one, weakly: forces -(strength/N) sum_j W'(x_i - x_j) of kernels W for
// which all pairs are known from a few sums over particles (McKean-Vlasov limits; no list of pairs is needed).
#pragma once

#include <vector>

#include "base/comm.hpp"
#include "base/kokkos.hpp"
#include "sim/particles/params.hpp"

namespace tessera::sim::particles {

/// Each coordinate on its own: W = x^2/2, or W = (1 - cos(k x))/k^2 with k = 2 pi/period, which is the same at short
/// distances; the latter is the Kuramoto model for k = 1.
class MeanField {
 public:
  MeanField(const MeanFieldParams& params, int dimensions);

  /// Collective. Adds the force of all `total` particles, of which `rows` are here, to that on each. The same bits on
  /// any number of ranks.
  void add_force(const Comm& comm, const Array2<double>& position, const Array2<double>& force, int rows,
                 std::int64_t total) const;
  /// Collective. strength/(2 N^2) sum_ij W(x_i - x_j), the energy for each particle; positions must not be wrapped
  /// where the kernel is not periodic.
  double energy(const Comm& comm, const Array2<double>& position, int rows, std::int64_t total) const;

 private:
  std::vector<double> means(const Comm& comm, const Array2<double>& position, int rows, std::int64_t total) const;

  MeanFieldKind kind_;
  double strength_, wave_number_;
  int dimensions_;
};

}  // namespace tessera::sim::particles
