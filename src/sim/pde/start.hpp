// States at the start of episodes, and targets: formulas at grid points, or a file.
#pragma once

#include <span>
#include <vector>

#include "base/comm.hpp"
#include "deck/formula_program.hpp"
#include "sim/pde/params.hpp"
#include "sim/pde/spectral_space.hpp"

namespace tessera::sim::pde {

/// Values of the parameters that formulas may speak of.
struct StartValues {
  double amplitude = 0.0, spread = 0.0, offset = 0.0;
};
/// Drawn for the episodes that begin alike.
StartValues draw_start(const StartParams& params, std::uint32_t seed, std::uint64_t start);

/// Formulas on the grid points of a space, rows [first_row, first_row + num_rows) of the slowest direction.
class GridFormulas {
 public:
  GridFormulas(const PdeParams& params, const std::vector<std::string>& formulas, const SpectralSpace& space);
  /// Fills one field after the other.
  void evaluate(const StartValues& values, std::span<double> fields) const;

 private:
  deck::Program program_;
  std::vector<std::vector<double>> coordinates_;  // x, y, z: of the rows here along the slowest
  std::size_t num_points_;
};

/// Local. Throws Error (input) naming the first place where these fields, of this part of the grid, are not finite, and
/// the source that they come from.
void require_finite(const PdeParams& params, const SpectralSpace& space, std::span<const double> fields,
                    const std::string& source);

/// Collective. All fields of a file, of this part of the grid: of one field after the other. Throws Error (input)
/// unless it holds these fields on this grid.
std::vector<double> read_start(const Comm& comm, const PdeParams& params, const SpectralSpace& space);

}  // namespace tessera::sim::pde
