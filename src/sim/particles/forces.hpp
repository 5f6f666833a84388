// Forces on particles: of the potential, and of a flow that the friction is with.
#pragma once

#include <optional>

#include "sim/particles/particle_formulas.hpp"
#include "sim/particles/potentials.hpp"

namespace tessera::sim::particles {

class Forces {
 public:
  explicit Forces(const LangevinParams& params);

  /// What kernels can compute by themselves; the whole force unless has_formulas().
  const Potential& potential() const { return potential_; }
  bool has_formulas() const { return slope_ || drag_; }

  /// Local. All of it at that time, into rows [0, rows) of `force`.
  void evaluate(const Array2<double>& position, const Array2<double>& force, int rows, double time);
  /// Local. The potential energy of each particle.
  Array1<double> energies(const Array2<double>& position, int rows, double time) const;

 private:
  int dimensions_;
  Potential potential_;
  std::optional<ParticleFormulas> energy_, slope_, drag_;  // of formulas; slope_ is minus the gradient of the energy
  Array2<double> part_;                                    // work space where both are there
};

}  // namespace tessera::sim::particles
