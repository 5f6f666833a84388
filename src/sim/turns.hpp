// Several controllers on one batch, whose rows take turns: row r acts as number r % count says. In groups of rows that
// begin alike (Episodes::per_start) each start is seen under every one of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/controller.hpp"

namespace tessera::sim {

class TurnController final : public Controller {
 public:
  /// Throws Error (input) if there is none, or one that gives disturbances: rows of the others would lack theirs.
  explicit TurnController(std::vector<std::unique_ptr<Controller>> controllers);

  std::string name() const override;  ///< "zero, sinusoids"
  void start(const Environment& environment) override;
  void decide(const Environment& environment, const Environment::Rows& actions,
              const Environment::Rows& disturbances) override;
  void learn_of_step(const Environment& environment, const Environment::Rows& actions) override;
  void save(data::StateWriter& writer) const override;
  void restore(data::StateReader& reader) override;

 private:
  std::vector<std::unique_ptr<Controller>> controllers_;
  Environment::Rows proposal_;
};

}  // namespace tessera::sim
