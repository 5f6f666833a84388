// Collision integrals of a species in this rank's cells, some cells at a time.
#pragma once

#include <memory>
#include <vector>

#include "sim/boltzmann/cell_block.hpp"
#include "sim/boltzmann/collision_operator.hpp"

namespace tessera::sim::boltzmann {

class CollisionStep {
 public:
  CollisionStep(std::unique_ptr<CollisionOperator> collisions, double mass);

  /// Local. out += step * Q(f); `frequency` of each cell becomes the largest loss frequency. `out` may be f.
  void add(const CellBlock& f, double step, const CellBlock& out, const Array1<double>& frequency);
  /// Local. f after `dt` of d f/dt = Q, by the exponential midpoint rule of Dimarco and Pareschi, SINUM 49 (2011) 2057:
  /// second order, any step, positive as far as Q+ is; mass, momentum and energy stay.
  void advance(const CellBlock& f, double dt);

 private:
  /// Values of cells [first, first + count) between the block and `values`, velocities of a cell side by side.
  void gather(const CellBlock& block, int first, int count);
  void scatter(const CellBlock& block, int first, int count, bool adds);

  std::unique_ptr<CollisionOperator> collisions_;
  double mass_;
  Array2<double> batch_;        // (velocity, cell)
  HostArray2<double> on_host_;  // the same memory where that is the host's
  std::vector<double> rate_, frequency_, maxwellian_, middle_;
};

}  // namespace tessera::sim::boltzmann
