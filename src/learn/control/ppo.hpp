// Proximal policy optimisation (Schulman and others, arXiv 1707.06347) of a normal policy with fixed covariance, as in
// the library controlgym 1.0.0, or in a corrected form.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "learn/control/best_policy.hpp"
#include "learn/control/ppo_update.hpp"
#include "sim/controller.hpp"

namespace tessera::learn::control {

/// Where a stage leaves the networks that it has trained, in its folder.
inline constexpr const char* ppo_model_file = "model.h5";

struct PpoProgress {
  std::int64_t steps = 0;  ///< that were learned from
  EpisodeRewards rewards;
  PpoLosses losses;
  double learning_rate = 0.0;
  std::optional<Judgement> judgement;  ///< where this policy was judged
};

/// All of it collective over the environment's ranks. The environment is reset in each iteration, and nothing of it is
/// kept from one to the next.
class Ppo {
 public:
  /// Throws Error (input) unless the numbers of episodes are multiples of the environment's rows, and if the critic is
  /// to see the state of a system that is split.
  Ppo(sim::Environment& environment, const PpoParams& params, std::uint32_t seed);

  const PpoParams& params() const { return params_; }
  std::int64_t num_iterations_done() const { return iteration_; }
  /// The best policy so far; nullptr if it is not asked for.
  const BestPolicy* best() const { return best_ ? &*best_ : nullptr; }
  const std::shared_ptr<ActorCritic>& networks() const { return networks_; }

  /// Goes on from the networks of a file that Ppo::write_model has written, with moments of Adam that are zero. Throws
  /// Error (input) if they have another shape.
  void begin_with(const std::string& path);
  /// Collects episodes and learns from them. Results depend on seed and number of iterations done, not on ranks.
  PpoProgress iterate();

  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);
  /// Local. The networks alone, enough to act: the last ones, or the best ones if these are kept.
  data::Model model() const;
  /// Collective.
  void write_model(const std::string& path, const std::string& deck) const;

 private:
  double learning_rate() const;

  sim::Environment& environment_;
  PpoParams params_;
  std::uint32_t seed_;
  std::int64_t iteration_ = 0;
  std::shared_ptr<ActorCritic> networks_;
  PpoUpdate update_;
  std::optional<BestPolicy> best_;
};

/// Acts as a trained policy does on average.
class PpoController final : public sim::Controller {
 public:
  /// Throws Error (input) for an environment of other observations or actions.
  PpoController(const sim::Environment& environment, std::shared_ptr<ActorCritic> networks);
  /// Collective. From a file that Ppo::write_model has written.
  static std::unique_ptr<PpoController> from_file(const sim::Environment& environment, const std::string& path);

  std::string name() const override { return "ppo"; }
  void decide(const sim::Environment& environment, const sim::Environment::Rows& actions,
              const sim::Environment::Rows& disturbances) override;

 private:
  std::shared_ptr<ActorCritic> networks_;
};

}  // namespace tessera::learn::control
