// What a species keeps for each cell: values on a velocity grid, of one function or, reduced, of several.
#pragma once

#include <vector>

#include "base/kokkos.hpp"
#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann {

/// In one dimension of space nothing depends on where particles fly across it but through moments (Chu 1965):
/// axial keeps g = int f and h = int (v_y^2 + v_z^2) f over v_y, v_z; planar, with motion along y, int v_y f between
/// them.
enum class Reduction { none, axial, planar };

/// Linear sums of a cell over its components: 1, v, |v|^2, v v (xx, yy, zz, xy, xz, yz), v |v|^2, |v|^4. Velocities
/// count from the grid's centre. Where only 2 or 1 dimensions exist the others count as none, and reduced grids know
/// nothing of v_y |v|^2, v_z |v|^2 and |v|^4: zeros.
inline constexpr int num_conserved = 5, num_with_stress = 11, num_with_heat = 14, num_sums = 15;

/// The components of a distribution: function k at velocity n is component k * velocities + n.
class PhaseGrid {
 public:
  PhaseGrid() = default;
  PhaseGrid(const VelocityGrid& grid, Reduction reduction);

  const VelocityGrid& grid() const { return grid_; }
  Reduction reduction() const { return reduction_; }
  bool is_reduced() const { return reduction_ != Reduction::none; }
  int functions() const { return reduction_ == Reduction::none ? 1 : reduction_ == Reduction::axial ? 2 : 3; }
  int components() const { return functions() * grid_.size(); }
  /// Of the gas, which has all three where a grid is reduced.
  int dimensions() const { return is_reduced() ? 3 : grid_.dimensions; }
  /// What a sum is multiplied with to become an integral.
  double volume() const { return grid_.cell_volume(); }

  /// (component, sum)
  const Array2<double>& weights() const { return weights_; }
  /// (component, direction): not from the centre.
  const Array2<double>& velocities() const { return velocities_; }
  /// (velocity along one direction, direction), from the centre.
  const Array2<double>& axes() const { return axes_; }
  /// (component, direction): where a mirror across that direction sends it; itself where the grid has not that
  /// direction, or no half offset.
  const Array2<int>& mirrored() const { return mirrored_; }
  /// Fastest along a direction, relative to nothing: what the time step is bounded by.
  double fastest(int d) const;

 private:
  VelocityGrid grid_;
  Reduction reduction_ = Reduction::none;
  Array2<double> weights_, velocities_, axes_;
  Array2<int> mirrored_;
};

/// What the sums of a cell say, as integrals; `energy` in units of mass times velocity^2.
struct CellState {
  double density = 0.0;
  double velocity[3] = {0.0, 0.0, 0.0};
  double temperature = 0.0;
  double stress[6] = {};  ///< m int c c f
  double heat[3] = {};    ///< (m/2) int c |c|^2 f
};

/// `raw`: integrals of the first num_conserved (temperature alone), num_with_stress or num_with_heat functions.
template <int Count>
KOKKOS_INLINE_FUNCTION CellState cell_state(const double (&raw)[Count], double mass, int dimensions,
                                            const double (&centre)[3]) {
  CellState s;
  s.density = raw[0];
  const double inverse = raw[0] != 0.0 ? 1.0 / raw[0] : 0.0;
  double u[3], square = 0.0;  // from the centre
  for (int d = 0; d < 3; ++d) {
    u[d] = raw[1 + d] * inverse;
    square += u[d] * u[d];
    s.velocity[d] = centre[d] + u[d];
  }
  s.temperature = mass * (raw[4] - raw[0] * square) * inverse / dimensions;
  if constexpr (Count >= num_with_stress) {
    const int first[6] = {0, 1, 2, 0, 0, 1}, second[6] = {0, 1, 2, 1, 2, 2};
    double second_moment[3][3];
    for (int p = 0; p < 6; ++p) {
      const int i = first[p], j = second[p];
      second_moment[i][j] = second_moment[j][i] = raw[5 + p];
      s.stress[p] = mass * (raw[5 + p] - raw[0] * u[i] * u[j]);
    }
    if constexpr (Count >= num_with_heat)
      for (int i = 0; i < 3; ++i) {
        double q = raw[11 + i] - u[i] * raw[4] + 2.0 * raw[0] * u[i] * square;
        for (int j = 0; j < 3; ++j) q -= 2.0 * u[j] * second_moment[i][j];
        s.heat[i] = 0.5 * mass * q;
      }
  }
  return s;
}

}  // namespace tessera::sim::boltzmann
