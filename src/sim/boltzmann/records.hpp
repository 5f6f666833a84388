// What a stage tells of its distributions: moments of cells, sums over all of them, profiles.
#pragma once

#include <string>
#include <vector>

#include "data/field.hpp"
#include "sim/boltzmann/species.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::boltzmann {

/// Moments of one species in each cell, for snapshots: density, velocity, temperature, stress m int c c f, heat flux
/// (m/2) int c |c|^2 f, c relative to its own mean velocity. The number of components follows the grid: velocity and
/// heat flux have one for each direction that it knows (a reduction knows the heat flux along x alone); stress is xx;
/// xx, yy, xy; or xx, yy, zz, xy, xz, yz; reduced: xx, yy, zz, xy, where yy and zz are the mean of both.
class CellFields {
 public:
  /// Collective. `suffix` behind the names.
  CellFields(const Species& species, const data::Mesh& mesh, double boltzmann, const std::string& suffix);

  /// Local. From the state of the species.
  void fill(const Species& species);
  std::vector<const data::Field*> all() const { return {&density_, &velocity_, &temperature_, &stress_, &heat_}; }
  const data::Field& density() const { return density_; }
  /// Names of the values of a cell, in the order of profile_values().
  std::vector<SeriesColumn> columns(const std::string& suffix) const;
  /// Local. Of cell i of a one-dimensional mesh.
  std::vector<double> values(int cell) const;

 private:
  double boltzmann_;
  std::vector<int> directions_, stresses_;
  int heats_;
  data::Field density_, velocity_, temperature_, stress_, heat_;
};

/// Sums over all cells, times their volume.
struct Totals {
  double mass = 0.0, momentum[3] = {0.0, 0.0, 0.0}, energy = 0.0;
  double entropy = 0.0, negative = 0.0;  ///< int f ln f, and the number of values below 0; of whole distributions
  double lowest = 0.0;                   ///< of all values, relative to the mean density over thermal velocity^d
};
/// Collective. `measures_signs`: whether entropy and negative values are asked for.
Totals totals_of(const Species& species, const data::Mesh& mesh, bool measures_signs);

/// Local. Copies the conserved sums of the state.
void keep_sums(const Species& species, const CellSums& kept);
/// Collective. How much density, momentum and energy have changed since, summed over cells without signs and divided
/// by what there is: the largest of the three. Momentum counts against thermal momentum.
double change_since(const Species& species, const data::Mesh& mesh, const CellSums& kept);

/// Collective. The same on all ranks: a row a cell, position first.
Report profile_report(const std::vector<CellFields>& fields, const data::Mesh& mesh,
                      const std::vector<std::string>& suffixes);

}  // namespace tessera::sim::boltzmann
