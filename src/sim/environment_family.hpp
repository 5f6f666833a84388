// Families of environments: what stages and learners that act on any of them know of each.
#pragma once

#include <memory>
#include <string>

#include "sim/environment_stage.hpp"

namespace tessera::sim {

/// What a deck says about one environment of a family.
class EnvironmentParams {
 public:
  virtual ~EnvironmentParams() = default;
  virtual void bind(deck::Binder& binder) = 0;
  /// Collective. A batch of so many rows in all.
  virtual std::unique_ptr<Environment> make(const Comm& comm, std::uint32_t seed, std::int64_t rows) const = 0;
  /// Local. What it will be like.
  virtual EnvironmentInfo info() const = 0;
  virtual double bytes_per_rank(std::int64_t rows, int ranks) const = 0;
  virtual void set_steps(std::int64_t steps) = 0;
};

class EnvironmentFamily {
 public:
  virtual ~EnvironmentFamily() = default;
  virtual std::string name() const = 0;  ///< of its stages, and of its table in others
  virtual std::string summary() const = 0;
  virtual std::unique_ptr<EnvironmentParams> make_params() const = 0;
};

/// Environments of a family under open-loop actions.
std::unique_ptr<StageType> make_environment_type(std::shared_ptr<const EnvironmentFamily> family);

/// Local. For `tessera check`.
Estimate estimate_environments(const EnvironmentParams& environment, const EpisodeParams& episodes, int ranks);

}  // namespace tessera::sim
