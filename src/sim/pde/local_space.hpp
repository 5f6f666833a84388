// A spectral space that lies whole on every rank: for batches of many.
#pragma once

#include <optional>

#include "math/fft.hpp"
#include "sim/pde/spectral_space.hpp"

namespace tessera::sim::pde {

/// Several threads may use it at a time, each with its own work.
class LocalSpace final : public SpectralSpace {
 public:
  LocalSpace(const Comm& comm, const SpaceParams& params);

  void to_modes(std::span<const double> values, std::span<Complex> modes, const SpaceWork& work) const override;
  void to_values(std::span<const Complex> modes, std::span<double> values, const SpaceWork& work) const override;
  void padded_to_values(const SpaceWork& work) const override;
  void padded_to_modes(const SpaceWork& work) const override;

 private:
  math::RealFft sample_;
  std::optional<math::RealFft> padded_;
  std::vector<Run> sample_runs_;
};

}  // namespace tessera::sim::pde
