// Linear equations: each Fourier mode comes through a sample exactly.
#pragma once

#include <vector>

#include "sim/environment.hpp"
#include "sim/pde/evolution.hpp"

namespace tessera::sim::pde {

class LinearEvolution final : public Evolution {
 public:
  /// corrected: the force acts throughout the sample. reference: all at once at its end, added to the state.
  LinearEvolution(std::unique_ptr<SpectralSpace> space, Equation equation, const Constants& constants,
                  double sample_time, Fidelity fidelity);

  std::unique_ptr<Work> make_work() const override;
  void advance(std::span<double> fields, std::span<const double> force, Work& work) const override;
  const SpectralSpace& space() const override { return *space_; }

 private:
  struct State;

  std::unique_ptr<SpectralSpace> space_;
  int fields_;
  std::vector<Propagator> propagators_;  // of the modes
};

}  // namespace tessera::sim::pde
