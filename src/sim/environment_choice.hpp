// One environment of any family, as a stage's deck chooses it: [stage.pde], [stage.linear]...
#pragma once

#include <memory>
#include <vector>

#include "sim/environment_family.hpp"

namespace tessera::sim {

class EnvironmentChoice {
 public:
  using Families = std::vector<std::shared_ptr<const EnvironmentFamily>>;

  explicit EnvironmentChoice(const Families& families);

  /// The tables of all families, of which a deck has exactly one.
  void bind(deck::Binder& binder);
  /// The key `steps`: samples in an episode, instead of the environment's own. After bind().
  void bind_steps(deck::Binder& binder);
  /// The one that was chosen when a deck was read; may be kept.
  const std::shared_ptr<EnvironmentParams>& get() const { return chosen_; }

 private:
  void find(deck::Binder& binder);

  struct Known {
    std::shared_ptr<const EnvironmentFamily> family;
    std::shared_ptr<EnvironmentParams> params;
  };
  std::vector<Known> environments_;
  std::shared_ptr<EnvironmentParams> chosen_;
  std::optional<std::int64_t> steps_;
};

/// What makes it, for an EnvironmentStage.
std::function<std::unique_ptr<Environment>(const Comm&, std::uint32_t seed, std::int64_t rows)> maker_of(
    std::shared_ptr<const EnvironmentParams> params);

}  // namespace tessera::sim
