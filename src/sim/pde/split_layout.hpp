// How one equation over many ranks is cut and what it sends in a step: of any number of ranks, none of which needs to
// run.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "data/row_exchange.hpp"
#include "math/fft_layout.hpp"
#include "sim/communication.hpp"
#include "sim/pde/params.hpp"
#include "sim/pde/spectral_space.hpp"

namespace tessera::sim::pde {

/// Local. The grids that an equation needs.
SpaceParams space_params(const PdeParams& params);

/// Rows of a slab of a spectrum of `size` rows that hold kept modes, numbered as in the spectrum of the grid.
std::vector<data::RowSpan> kept_rows(const SpaceParams& params, std::int64_t size, const math::Slab& slab);
/// Kept modes in each of those.
std::int64_t kept_in_row(const SpaceParams& params);

/// Of a SplitSpace.
class SplitLayout {
 public:
  SplitLayout(const SpaceParams& params, int ranks);

  const math::RealFftLayout& sample() const { return sample_; }
  const std::optional<math::RealFftLayout>& padded() const { return padded_; }
  /// Modes that this rank keeps, in the cut of the grid and where the work on them is done.
  std::int64_t kept_in_sample(int rank) const { return kept_in(sample_, params_.points, rank); }
  std::int64_t kept(int rank) const { return padded_ ? kept_in(*padded_, params_.padded, rank) : kept_in_sample(rank); }
  /// Kept modes between the cut of the grid and that of the finer one.
  math::Sent moved(int rank, bool to_finer) const;

 private:
  std::int64_t kept_in(const math::RealFftLayout& layout, const math::FftShape& points, int rank) const;

  SpaceParams params_;
  math::RealFftLayout sample_;
  std::optional<math::RealFftLayout> padded_;
};

/// Local. What `rank` of `ranks` sends in a mean step of a split environment, without output: transforms, and three
/// reductions (observations, the reward, whether all is finite).
Communication communication_of(const PdeParams& params, int rank, int ranks);
/// Local. Bytes of the rank that sends most of them, messages of the one that sends most of those; of a batch (rows >
/// 1) nothing.
Communication predict_communication(const PdeParams& params, std::int64_t rows, int ranks);

}  // namespace tessera::sim::pde
