#include "learn/training_params.hpp"

#include "diff/adam.hpp"
#include "diff/sgd.hpp"

namespace tessera::learn {

namespace {

constexpr deck::Limits decay_limits{.low = 0.0, .high = 1.0, .open_high = true};

}  // namespace

void bind(deck::Binder& b, OptimiserParams& p) {
  b.choice("kind", p.kind,
           {{"adam", OptimiserKind::adam}, {"adamw", OptimiserKind::adamw}, {"sgd", OptimiserKind::sgd}},
           {"adamw: weights decay beside the step; sgd: with momentum"});
  b.value("learning_rate", p.learning_rate, deck::positive, {"the largest one"});
  b.choice("decay", p.decay,
           {{"constant", diff::Decay::constant}, {"linear", diff::Decay::linear}, {"cosine", diff::Decay::cosine}},
           {"how the learning rate goes from there to last_fraction of it"});
  b.value("last_fraction", p.last_fraction, deck::unit_interval, {"of the learning rate, at the end of a decay"});
  b.value("warm_up", p.warm_up, {.low = 0}, {"steps in which the learning rate rises from 0", "iterations"});
  const bool is_sgd = p.kind == OptimiserKind::sgd;
  if (b.is_describing() || !is_sgd) {
    b.value("beta1", p.beta1, decay_limits, {"of adam: decay of the mean of gradients"});
    b.value("beta2", p.beta2, decay_limits, {"of adam: decay of the mean of their squares"});
    b.value("amsgrad", p.amsgrad, {"of adam: divide by the largest mean of squares so far"});
  }
  if (b.is_describing() || is_sgd) {
    b.value("momentum", p.momentum, decay_limits, {"of sgd: decay of the velocity"});
    b.value("nesterov", p.nesterov, {"of sgd: step along what the velocity will be"});
  }
  if (b.is_describing() || p.kind != OptimiserKind::adam)
    b.value("weight_decay", p.weight_decay, deck::non_negative, {"of adamw and sgd"});
  b.value("clip_norm", p.clip_norm, deck::positive, {"gradients are made no longer than this; left out: not"});
  b.value("clip_value", p.clip_value, deck::positive, {"each number of a gradient is kept within +- this"});
  b.value("average", p.average, decay_limits,
          {"decay of the running mean of weights, which is the result; 0: the last weights are"});
}

std::unique_ptr<diff::Optimiser> make_optimiser(std::int64_t size, const OptimiserParams& p) {
  if (p.kind == OptimiserKind::sgd)
    return std::make_unique<diff::Sgd>(size, diff::SgdOptions{.momentum = p.momentum,
                                                              .is_nesterov = p.nesterov,
                                                              .weight_decay = p.weight_decay,
                                                              .clip_norm = p.clip_norm,
                                                              .clip_value = p.clip_value});
  return std::make_unique<diff::Adam>(
      size, diff::AdamOptions{.beta1 = p.beta1,
                              .beta2 = p.beta2,
                              .amsgrad = p.amsgrad,
                              .weight_decay = p.kind == OptimiserKind::adamw ? p.weight_decay : 0.0,
                              .clip_norm = p.clip_norm,
                              .clip_value = p.clip_value});
}

diff::Schedule make_schedule(const OptimiserParams& p, std::int64_t steps) {
  return {.rate = p.learning_rate,
          .decay = p.decay,
          .warm_up = p.warm_up,
          .steps = steps,
          .last_fraction = p.last_fraction};
}

}  // namespace tessera::learn
