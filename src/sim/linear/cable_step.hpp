// One sample of a long cable without matrices: its exponential by rational functions of tridiagonal ones.
#pragma once

#include <cstdint>

#include "base/kokkos.hpp"
#include "sim/linear/cable.hpp"
#include "sim/linear/panels.hpp"

namespace tessera::sim::linear {

/// x(t) of x' = a x + b f, f = 1.5 u + w held over the sample, is the rest position under f and e^(a t) times what is
/// beside it. The exponential is that of Pade with degrees 7 and 8 (E. Hairer and G. Wanner, Solving Ordinary
/// Differential Equations II, IV.3), s times for t/s, in partial fractions: four complex tridiagonal systems each,
///   r(a t/s) x = x + sum Re(weight_k (pole_k s/t - a)^-1 a x).
/// s is the least for which every mode's factor r(lambda t/s)^s is e^(lambda t) to 1e-13, lambda^2 + 5e-5 omega^2
/// lambda + omega^2 = 0 (which leaves out 5e-7 of the damping at the end). O(elements) memory, and work for each row.
class CableStep {
 public:
  /// Error (input) for a sample_time that is not positive. A batch of so many rows.
  CableStep(std::int64_t elements, double sample_time, std::int64_t rows);

  int num_substeps() const { return substeps_; }
  /// Next displacements and velocities, and three outputs.
  std::int64_t num_outputs() const { return 2 * cable_.elements + 3; }
  /// As PanelMatrix has it: result(row, :) = the next state, and behind it c1 x.
  void multiply(const Rows& x, const Rows& w, const Rows& u, const Rows& result) const;

 private:
  Cable cable_;
  double timestep_ = 0.0;  // of a substep
  int substeps_ = 1;
  /// (element, number of pole and part): reciprocals of pivots, real parts before imaginary ones.
  Kokkos::View<double* [8], Kokkos::LayoutRight, MemSpace> pivots_;
  Kokkos::View<double** [8], Kokkos::LayoutRight, MemSpace> work_;  // (row, element, as above)
};

/// How many substeps a sample takes.
int num_cable_substeps(std::int64_t elements, double sample_time);

}  // namespace tessera::sim::linear
