// Quantities measured while a simulation runs, accumulated over samples and written as tables.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/io/state.hpp"
#include "sim/md/engine.hpp"
#include "sim/stage.hpp"

namespace tessera::sim::md {

class Observable {
 public:
  virtual ~Observable() = default;

  virtual std::string name() const = 0;
  /// True if sample() is wanted after this step (0: before the first one).
  virtual bool wants(std::int64_t step) const = 0;
  /// Collective. Positions and velocities stay as they are.
  virtual void sample(const Engine& engine) = 0;
  /// Collective; does not change the state.
  virtual sim::Report report() const = 0;
  /// Collective. Rows of the closing table, if there is anything to say yet.
  virtual std::vector<sim::Stage::Result> results() const { return {}; }

  /// Collective. What particles carry for an observable is saved with them.
  virtual void save(data::StateWriter& writer) const = 0;
  virtual void restore(data::StateReader& reader) = 0;
};

}  // namespace tessera::sim::md
