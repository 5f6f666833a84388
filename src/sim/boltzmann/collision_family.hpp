// Where collision integrals come from: what the registry gives to the stage.
#pragma once

#include <cstdint>
#include <memory>

#include "base/comm.hpp"
#include "deck/binder.hpp"
#include "sim/boltzmann/collision_operator.hpp"
#include "sim/gas.hpp"

namespace tessera::sim::boltzmann {

/// Parameters of a way to evaluate the collision integral of one species: the table [stage.collisions].
class CollisionFamily {
 public:
  virtual ~CollisionFamily() = default;
  virtual void bind(deck::Binder& binder) = 0;
  /// Collective. Throws Error (input) if the grid is none for it.
  virtual std::unique_ptr<CollisionOperator> make(const Comm& comm, const VelocityGrid& grid, double mass,
                                                  const CollisionKernel& kernel) const = 0;
  /// What an operator holds.
  virtual double bytes(const VelocityGrid& grid) const = 0;
  virtual std::unique_ptr<CollisionFamily> clone() const = 0;
};

void bind(deck::Binder& binder, CollisionFamily& family);

/// Cells that an operator gets at once.
inline constexpr int cells_at_once = 16;

}  // namespace tessera::sim::boltzmann
