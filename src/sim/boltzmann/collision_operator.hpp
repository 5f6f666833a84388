// What collisions within one species do to its distribution function, many cells at a time.
#pragma once

#include <span>

#include "sim/boltzmann/velocity_grid.hpp"

namespace tessera::sim::boltzmann {

/// Q(f, f) = Q+(f, f) - nu f. Arrays hold whole cells, one behind the other, each with grid().size() velocities; what a
/// cell gives depends neither on how many there are nor on its place among them.
class CollisionOperator {
 public:
  virtual ~CollisionOperator() = default;
  virtual const VelocityGrid& grid() const = 0;
  /// Local. `rate` becomes Q, with mass, momentum and energy conserved to rounding; `frequency` the loss frequency nu.
  virtual void evaluate(std::span<const double> f, std::span<double> rate, std::span<double> frequency) = 0;
};

}  // namespace tessera::sim::boltzmann
