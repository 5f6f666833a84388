#include "learn/control/ppo_params.hpp"

namespace tessera::learn::control {

using deck::Binder;

namespace {

constexpr deck::Limits count{.low = 1, .high = 1 << 24};

}  // namespace

void bind(Binder& b, PpoRefinements& p) {
  b.value("trace_decay", p.trace_decay, deck::unit_interval,
          {"lambda of generalised advantage estimation; 1: the whole return, 0: one step"});
  b.value("bootstrap", p.bootstrap,
          {"episodes that are cut, or end at their time limit, go on with the critic's value; false: with nothing"});
  b.value("normalise_observations", p.normalise_observations, {"by their means and variances so far"});
  b.value("critic_sees_state", p.critic_sees_state,
          {"the critic, which only training needs, sees the whole state beside the observations (L. Pinto and others, "
           "arXiv 1710.06542)"});
  b.value("normalise_returns", p.normalise_returns,
          {"the critic learns returns less their mean, over their deviation"});
  b.value("clip_norm", p.clip_norm, deck::positive,
          {"gradients are made no longer than this; a large number leaves them alone"});
  b.value("first_actions", p.first_actions, deck::non_negative,
          {"the actor's last layer begins with weights this many times the usual ones, so that the first policy hardly "
           "acts (M. Andrychowicz and others, arXiv 2006.05990)"});
  b.value("final_learning_rate", p.final_learning_rate, deck::non_negative,
          {"the learning rate goes linearly to this one; left out: it stays"});
}

void bind(Binder& b, PpoParams& p) {
  b.choice(
      "fidelity", p.fidelity, {{"corrected", sim::Fidelity::corrected}, {"reference", sim::Fidelity::reference}},
      {"reference: as controlgym 1.0.0, where the last step of an episode is lost, nothing is said about what comes "
       "after a cut, and rows are drawn with replacement"});
  b.value("iterations", p.iterations, count, {"each collects episodes and learns from them"});
  b.value("episodes", p.episodes, count, {"of an iteration"});
  b.value("episode_length", p.episode_length, count, {"steps after which an episode is cut"});
  b.value("epochs", p.epochs, count, {"how often the steps of an iteration are gone through"});
  b.value("minibatch", p.minibatch, count, {"steps that one update learns from"});
  b.value("clip", p.clip, deck::positive, {"the ratio of new and old probability counts up to 1 +- this"});
  b.value("covariance", p.covariance, deck::positive, {"of the actions that are tried, around their mean"});
  b.value("discount", p.discount, deck::unit_interval, {"of rewards, a step"});
  b.value("learning_rate", p.learning_rate, deck::non_negative, {"of Adam"});
  b.value("hidden", p.hidden, {.low = 1, .high = 1 << 14}, {"width of both hidden layers of actor and critic"});
  b.table("refinements", p.refinements, {"of the corrected form"});
  b.table("keep_best", p.keep_best,
          {"the result is the best policy of all judged ones; left out: the last one, whatever it is worth"});
  if (b.is_describing()) return;
  b.check(p.fidelity == sim::Fidelity::corrected || !p.refinements, "refinements",
          "the reference form has none of these; use fidelity = \"corrected\", or leave [stage.refinements] out");
  if (p.fidelity == sim::Fidelity::corrected && !p.refinements) p.refinements.emplace();
}

}  // namespace tessera::learn::control
