// Formulas of a particle's coordinates and the time, for all particles at once.
#pragma once

#include "base/kokkos.hpp"
#include "deck/formula_program.hpp"

namespace tessera::sim::particles {

class ParticleFormulas {
 public:
  /// Of programs whose inputs are the coordinates and then the time.
  explicit ParticleFormulas(const deck::Program& program) : host_(program), device_(program) {}
  ParticleFormulas(const ParticleFormulas&) = delete;
  ParticleFormulas& operator=(const ParticleFormulas&) = delete;

  /// Local. One output a column, in rows [0, rows).
  void evaluate(const Array2<double>& position, int rows, double time, const Array2<double>& result) const;

 private:
  deck::Program host_;
  deck::DeviceProgram device_;
};

}  // namespace tessera::sim::particles
