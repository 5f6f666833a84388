// What decides on actions, for a batch of environments at a time.
#pragma once

#include <string>

#include "sim/environment.hpp"

namespace tessera::sim {

/// Called in this order: start(), then for each step decide(), Environment::step, learn_of_step(). All of it
/// collective.
class Controller {
 public:
  virtual ~Controller() = default;

  virtual std::string name() const = 0;
  /// The environment has been reset.
  virtual void start(const Environment& environment) { (void)environment; }
  /// Fills all actions (row, number) for the environment's present state; disturbances too, if it is among those that
  /// say so.
  virtual void decide(const Environment& environment, const Environment::Rows& actions,
                      const Environment::Rows& disturbances) = 0;
  virtual bool gives_disturbances() const { return false; }
  /// What the step brought: observation() and the actions that were applied.
  virtual void learn_of_step(const Environment& environment, const Environment::Rows& actions) {
    (void)environment, (void)actions;
  }

  /// What start() does not bring back.
  virtual void save(data::StateWriter& writer) const { (void)writer; }
  virtual void restore(data::StateReader& reader) { (void)reader; }
};

class ZeroController final : public Controller {
 public:
  std::string name() const override { return "zero"; }
  void decide(const Environment&, const Environment::Rows& actions, const Environment::Rows&) override {
    Kokkos::deep_copy(actions, 0.0);
  }
};

}  // namespace tessera::sim
