// Equations with a product in them: substeps of ETDRK4 in Fourier space, products on a finer grid.
#pragma once

#include <cstdint>

#include "sim/pde/etdrk4.hpp"
#include "sim/pde/evolution.hpp"

namespace tessera::sim::pde {

/// How many substeps h make a sample. reference: as Python's floor division of floating-point numbers has it, which
/// loses one now and then.
std::int64_t count_substeps(double sample_time, double h, Fidelity fidelity);

/// Points of the finer grid along a direction of `points`. corrected: enough that neither squares nor cubes alias, and
/// fast. reference: 3/2 of them for both.
std::int64_t padded_points(std::int64_t points, Nonlinearity nonlinearity, Fidelity fidelity);

/// A substep takes eight transforms of the finer grid and reads and writes every mode four times: see the passes in
/// semilinear.cpp.
class SemilinearEvolution final : public Evolution {
 public:
  SemilinearEvolution(std::unique_ptr<SpectralSpace> space, const Semilinear& equation, double substep,
                      std::int64_t substeps, Fidelity fidelity);

  std::unique_ptr<Work> make_work() const override;
  /// reference: a substep that overflows is left out, with all that follow it.
  void advance(std::span<double> fields, std::span<const double> force, Work& work) const override;
  const SpectralSpace& space() const override { return *space_; }

 private:
  struct State;
  void substep(State& state) const;

  /// One number a mode, or (complex symbols) a real and an imaginary part. Like all that passes work on, in memory
  /// that begins with a cache line: where every vector lies in two of them, passes take twice as long.
  struct Coefficients {
    HostArray1<double> e, e2, q, f1, f2, f3;
    HostArray1<double> factor;  ///< of the transformed product, over the transform's own; real or imaginary
  };

  std::unique_ptr<SpectralSpace> space_;
  Nonlinearity nonlinearity_;
  std::int64_t substeps_;
  Fidelity fidelity_;
  bool is_symbol_complex_ = false, is_factor_imaginary_ = false;
  Coefficients coefficients_;
};

}  // namespace tessera::sim::pde
