#include "sim/pde/memory.hpp"

#include <algorithm>
#include <cmath>

#include "base/kokkos.hpp"
#include "sim/pde/family.hpp"
#include "sim/pde/semilinear.hpp"
#include "sim/pde/split_layout.hpp"

namespace tessera::sim::pde {

namespace {

/// Numbers of one state on a rank: at grid points, coefficients of both grids, modes kept.
struct Sizes {
  double values = 0.0, sample_modes = 0.0, padded_values = 0.0, padded_modes = 0.0, kept = 0.0, kept_in_sample = 0.0;
};

Sizes sizes_on(const SplitLayout& layout, int rank) {
  const auto& sample = layout.sample();
  Sizes sizes{static_cast<double>(sample.num_values(rank)), static_cast<double>(sample.num_modes(rank))};
  if (const auto& padded = layout.padded()) {
    sizes.padded_values = static_cast<double>(padded->num_values(rank));
    sizes.padded_modes = static_cast<double>(padded->num_modes(rank));
  }
  sizes.kept = static_cast<double>(layout.kept(rank));
  sizes.kept_in_sample = static_cast<double>(layout.kept_in_sample(rank));
  return sizes;
}

/// Of all that does not depend on rows: coefficients, and a thread's state while it is advanced.
double evolution_bytes(const PdeParams& p, const Sizes& sizes, bool is_split) {
  constexpr double number = 8.0, mode = 16.0;
  const double threads = is_split ? 1.0 : Kokkos::DefaultHostExecutionSpace().concurrency();
  const double transforms = std::max(sizes.sample_modes, sizes.padded_modes);
  double shared = sizeof(WaveVector) * sizes.kept;
  double own = number * (1.0 + p.num_fields()) * sizes.values + mode * transforms + number * sizes.padded_values;
  if (is_linear(p.equation)) {
    shared += sizeof(Propagator) * sizes.kept;
    own += mode * (p.num_fields() + 1) * sizes.kept;
  } else {
    const bool is_complex = p.equation == Equation::korteweg_de_vries;
    shared += number * (is_complex ? 13.0 : 7.0) * sizes.kept;
    own += mode * 5.0 * sizes.kept;
  }
  if (!is_split) {
    // FFTW's roots of unity for the way there and back: of a line, about as many as it has coefficients.
    if (p.dimensions() == 1) shared += 2.0 * mode * (sizes.sample_modes + sizes.padded_modes);
  } else {
    // Memory of transforms, and along one direction mirror images and their factors; modes between the grids.
    const double per_mode = p.dimensions() == 1 ? 3.0 * mode : mode;
    shared += per_mode * (sizes.sample_modes + sizes.padded_modes);
    if (sizes.padded_modes > 0.0) shared += mode * (2.0 * sizes.kept_in_sample + sizes.kept);
  }
  return shared + threads * own;
}

/// What formulas, targets and actuators hold of the grid.
double setting_bytes(const PdeParams& p, const Sizes& sizes) {
  double actuators = 1.0;
  for (const auto count : p.actuators) actuators *= static_cast<double>(count);
  const double pushed = actuators * std::pow(p.actuator_width, static_cast<double>(p.dimensions()));
  const double lines = p.dimensions() == 1 ? sizes.values : 0.0;
  return 8.0 * ((pushed + (p.target.empty() ? 0.0 : 1.0)) * sizes.values + lines * (p.target.empty() ? 1.0 : 2.0) +
                (p.start.file.empty() ? 0.0 : sizes.values * p.num_fields()));
}

}  // namespace

double held_bytes(const PdeParams& p, std::int64_t rows, int ranks) {
  const auto info = info_of(p);
  const bool is_split = rows == 1 && ranks > 1;
  const SplitLayout layout(space_params(p), is_split ? ranks : 1);
  const double rows_here = std::ceil(static_cast<double>(rows) / ranks);
  double most = 0.0;
  for (int rank = 0; rank < (is_split ? ranks : 1); ++rank) {
    const Sizes sizes = sizes_on(layout, rank);
    const auto devices = static_cast<double>(info.num_observations + (info.clips_actions ? info.num_actions : 0));
    const double row = 8.0 * (sizes.values * p.num_fields() + devices + 4.0);
    // Of a single environment snapshots show the fields and the force: as mesh, and in two buffers.
    const double fields = rows == 1 ? 8.0 * (3.0 * (p.num_fields() + 1)) * sizes.values : 0.0;
    most = std::max(most, rows_here * row + fields + evolution_bytes(p, sizes, is_split) + setting_bytes(p, sizes));
  }
  return most;
}

}  // namespace tessera::sim::pde
