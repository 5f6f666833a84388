// A spectral space that is cut over the ranks: for one large field.
#pragma once

#include <optional>

#include "data/row_exchange.hpp"
#include "math/fft_distributed.hpp"
#include "sim/pde/spectral_space.hpp"

namespace tessera::sim::pde {

/// Values are cut as transforms of the grid cut them; modes as those of the finer grid do, so that products need no
/// exchange but their transforms'. Once a sample, modes go from one cut to the other.
class SplitSpace final : public SpectralSpace {
 public:
  SplitSpace(const Comm& comm, const SpaceParams& params);

  void to_modes(std::span<const double> values, std::span<Complex> modes, const SpaceWork& work) const override;
  void to_values(std::span<const Complex> modes, std::span<double> values, const SpaceWork& work) const override;
  void padded_to_values(const SpaceWork& work) const override;
  void padded_to_modes(const SpaceWork& work) const override;

 private:
  /// Transforms work in memory of their own: one at a time.
  mutable math::DistributedRealFft sample_;
  mutable std::optional<math::DistributedRealFft> padded_;
  mutable std::optional<data::RowExchange>
      exchange_;  // of kept modes, from the cut of the grid to that of the finer one
  std::vector<Run> sample_runs_;
  std::int64_t row_length_ = 1;               // kept modes in a row
  mutable std::vector<Complex> sample_kept_;  // in the cut of the grid
};

}  // namespace tessera::sim::pde
