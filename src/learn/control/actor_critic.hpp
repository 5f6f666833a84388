// The two networks of PPO: one that acts, one that says what is to be expected of a state.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/io/model_file.hpp"
#include "data/table.hpp"
#include "diff/mlp.hpp"
#include "diff/program.hpp"
#include "learn/control/running_moments.hpp"

namespace tessera::learn::control {

struct ActorCriticShape {
  std::int64_t observations = 1, actions = 1, hidden = 64;
  bool normalises_observations = false, normalises_returns = false;
  std::int64_t states = 0;  ///< numbers of the state, if the critic sees it too
  /// Numbers that the critic sees: observations, then the state. The actor sees the observations.
  std::int64_t sight() const { return observations + states; }
  bool operator==(const ActorCriticShape&) const = default;
};

/// Each network: linear, relu, linear, relu, linear. Parameters actor.0.weight ... critic.2.bias, the same on all
/// ranks.
class ActorCritic {
 public:
  using Rows = data::RowArray<double>;

  explicit ActorCritic(const ActorCriticShape& shape);
  /// Throws Error (input) beginning with `where` if the arrays are not those of such networks.
  static std::unique_ptr<ActorCritic> from_arrays(const std::vector<data::ModelArray>& arrays,
                                                  const std::string& where);
  /// Local. Becomes like another one. Throws Error (input) beginning with `where` if that has another shape.
  void take(const ActorCritic& other, const std::string& where);
  ActorCritic(const ActorCritic&) = delete;
  ActorCritic& operator=(const ActorCritic&) = delete;

  const ActorCriticShape& shape() const { return shape_; }
  const diff::Parameters& parameters() const { return parameters_; }
  const diff::Mlp& actor() const { return actor_; }
  const diff::Mlp& critic() const { return critic_; }
  /// First weights and biases, uniform on +- 1/sqrt(inputs of the layer); those of the actor's last layer times
  /// `actor_scale`.
  void draw(std::uint32_t seed, double actor_scale = 1.0) const;

  /// Local. What the networks see of observations: (row, observation) less its mean, over its deviation, within +- 10;
  /// or themselves.
  Rows seen(const Rows& observations) const;
  /// Local. (row, action) of (row, observation): the mean of the policy.
  void act(const Rows& observations, const Rows& means);
  /// Local. One number a row of what the critic sees, in units of reward.
  std::vector<double> judge(const Rows& observations);

  /// Collective. Takes what the critic saw (row by row) or returns of this rank into the moments. What is done in any
  /// state and expected of it stays as it is (within the bounds of seen): first layers, or the critic's last one, make
  /// up for the change (van Hasselt and others, NIPS 2016).
  void note_observations(const Comm& comm, const std::vector<double>& observations);
  void note_returns(const Comm& comm, const std::vector<double>& returns);
  double return_mean() const { return returns_.mean()[0]; }
  double return_deviation() const { return shape_.normalises_returns ? returns_.deviation()[0] : 1.0; }

  /// Parameters and moments, for a model file.
  std::vector<data::ModelArray> to_arrays() const;
  /// Collective.
  void save(data::StateWriter& writer) const;
  void restore(data::StateReader& reader);

 private:
  Rows evaluate(diff::Program& program, diff::Node input, const Rows& observations);

  ActorCriticShape shape_;
  diff::Parameters parameters_;
  diff::Mlp actor_, critic_;
  diff::Graph graph_;
  diff::Node input_;
  diff::Program act_;
  diff::Node critic_input_;
  diff::Program judge_;
  RunningMoments observations_, returns_;
};

}  // namespace tessera::learn::control
