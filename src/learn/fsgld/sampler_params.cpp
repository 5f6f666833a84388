#include "learn/fsgld/sampler_params.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/error.hpp"

namespace tessera::learn::fsgld {

namespace {

constexpr deck::Limits counts{.low = 1, .high = 0x1p40};

}  // namespace

void bind(deck::Binder& b, PriorParams& p) {
  b.list("mean", p.mean, 0, deck::any, {"of each parameter, or one number for all"});
  b.list("precision", p.precision, 0, deck::non_negative,
         {"1/variance of each parameter, or one number for all; 0: flat"});
}

void bind(deck::Binder& b, StepParams& p) {
  b.value("size", p.size, deck::positive, {"h: drift h/2 times the gradient, noise of variance h"});
  b.value("exponent", p.exponent, {.low = 0.0, .high = 1.0},
          {"c of the step ((offset + t)/offset)^(-c) times size at update t; 0: all steps are alike. Draws count "
           "in means as much as the steps that led to them"});
  if (b.is_describing() || p.exponent > 0.0)
    b.value("offset", p.offset, deck::positive, {"of decreasing steps", "updates"});
  b.choice("rule", p.rule.rule,
           {{"langevin", Rule::langevin}, {"rmsprop", Rule::rmsprop}, {"hamiltonian", Rule::hamiltonian}},
           {"rmsprop: each parameter in its own scale (Li and others 2016); hamiltonian: with a velocity and friction "
            "(SGHMC: Chen, Fox, Guestrin 2014)"});
  const bool all = b.is_describing();
  if (all || p.rule.rule == Rule::rmsprop) {
    b.value("memory", p.rule.memory, {.low = 0.0, .high = 1.0, .open_high = true},
            {"of rmsprop: decay of the mean of squared gradients"});
    b.value("floor", p.rule.floor, deck::positive, {"of rmsprop: added to their roots"});
  }
  if (all || p.rule.rule == Rule::hamiltonian) {
    b.value("friction", p.rule.friction, {.low = 0.0, .high = 1.0, .open_low = true},
            {"of hamiltonian: the part of the velocity that is lost in an update"});
    b.value("gradient_noise", p.rule.gradient_noise, deck::non_negative,
            {"of hamiltonian: variance of the drift's own noise, for which less noise is added"});
  }
}

void bind(deck::Binder& b, ScheduleParams& p) {
  b.choice("kind", p.kind, {{"independent", ScheduleKind::independent}, {"permutation", ScheduleKind::permutation}},
           {"each chain draws its client by itself, or chains of one round are shared out over the clients"});
  b.choice("visits", p.visits.kind, {{"equal", Visits::equal}, {"by_rows", Visits::by_rows}, {"given", Visits::given}},
           {"how often a client is chosen: equally, in proportion to its rows, or with given probabilities"});
  if (b.is_describing() || p.visits.kind == Visits::given)
    b.list("probabilities", p.visits.probabilities, 0, deck::positive, {"of each client; they add up to 1"});
  b.list("availability", p.availability, 0, {.low = 0.0, .high = 1.0, .open_low = true},
         {"probability that a client takes part in a round, of each or one for all; chains that find theirs away wait. "
          "Left out: all are always there"});
  if (b.is_describing()) return;
  b.check(p.kind != ScheduleKind::permutation || p.visits.kind == Visits::equal, "visits",
          "a permutation visits all clients equally often; expected \"equal\"");
  double sum = 0.0;
  for (const double probability : p.visits.probabilities) sum += probability;
  b.check(p.visits.kind != Visits::given || std::fabs(sum - 1.0) <= 1e-9, "probabilities",
          fmt::format("the probabilities of visits add up to {}; expected 1", sum));
}

void bind(deck::Binder& b, SurrogateParams& p) {
  b.choice("kind", p.kind,
           {{"exact", SurrogateKind::exact},
            {"sgld", SurrogateKind::sgld},
            {"laplace", SurrogateKind::laplace},
            {"affine", SurrogateKind::affine}},
           {"Gaussians that stand for the clients' likelihoods: exactly, where these are Gaussian; fitted to draws of "
            "SGLD; at the largest likelihood; or of equal curvature, around the mode of the posterior"});
  const bool all = b.is_describing();
  const bool is_affine = p.kind == SurrogateKind::affine;
  if (all || !is_affine) {
    b.choice("structure", p.structure, {{"diagonal", Structure::diagonal}, {"full", Structure::full}},
             {"of their covariances"});
    b.value("inflation", p.inflation, deck::positive, {"their covariances become so many times as large"});
    b.value("radius", p.radius, deck::non_negative,
            {"chains that are farther than so many deviations from the product of surrogates, in the mean over "
             "parameters, rest until the next round; 0: none"});
  }
  if (all || p.kind == SurrogateKind::sgld || p.kind == SurrogateKind::laplace)
    b.value("tempering", p.tempering, deck::non_negative,
            {"precision of a weak normal that keeps likelihoods proper, and is taken out again"});
  if (!all && p.kind != SurrogateKind::sgld) return;
  b.value("draws", p.draws, {.low = 10, .high = 0x1p30}, {"of sgld: of each client's likelihood"});
  b.value("burn_in", p.burn_in, {.low = 0}, {"of sgld", "updates"});
  b.value("thin", p.thin, {.low = 1}, {"of sgld", "updates"});
  b.value("step_size", p.step_size, deck::positive, {"of sgld; left out: step.size"});
  b.value("batch", p.batch, {.low = 0, .high = 1 << 24}, {"of sgld; 0: that of the chains"});
}

void bind(deck::Binder& b, SamplerParams& p) {
  b.value("chains", p.chains, {.low = 1, .high = 1 << 24}, {"Markov chains, which travel from client to client"});
  b.value("updates", p.updates, counts, {"local updates of each chain"});
  b.value("local_updates", p.local_updates, counts, {"of a visit, before the chain moves on"});
  b.value("batch", p.batch, {.low = 0, .high = 1 << 24},
          {"rows of an update, drawn with replacement from the client's; 0: all of them"});
  b.value("burn_in", p.burn_in, {.low = 0}, {"updates whose states are not kept", "updates"});
  b.value("thin", p.thin, {.low = 1}, {"between draws that are kept", "updates"});
  b.table("model", p.model, {"the likelihood of a row"});
  b.table("prior", p.prior, {"independent normal ones"});
  b.table("step", p.step, {"of the chains"});
  b.table("schedule", p.schedule, {"which client a chain visits"});
  b.table("surrogates", p.surrogates, {"the conducive gradient of FSGLD is made of these; left out: DSGLD"});
  if (b.is_describing() || p.surrogates)
    b.value("alpha", p.step.rule.alpha, deck::positive, {"factor of the conducive gradient"});
  b.choice(
      "control", p.control,
      {{"none", Control::none}, {"svrg", Control::svrg}, {"saga", Control::saga}, {"anchor", Control::anchor}},
      {"differences of gradients instead of gradients, to what is known of all data: the gradients where the chain was "
       "every anchor_rounds rounds (SVRG-LD), those that it last saw of each row (SAGA-LD), or those at the mode of "
       "the posterior (SGLD-CV)"});
  if (b.is_describing() || p.control == Control::svrg)
    b.value("anchor_rounds", p.anchor_rounds, {.low = 1, .high = 0x1p30},
            {"of svrg: each time the gradient of all data is found for all chains", "rounds"});
  if (b.is_describing() || p.control == Control::anchor ||
      (p.surrogates && p.surrogates->kind == SurrogateKind::affine))
    b.value(
        "anchor_iterations", p.anchor_iterations, {.low = 1, .high = 1 << 24},
        {"of control anchor and affine surrogates: most that are spent on finding the mode, which need not be exact",
         "iterations"});
  b.table("privacy", p.privacy,
          {"gradients are clipped and get noise, and batches have different rows: what chains give away of a row is "
           "bounded, and reported"});
  b.list("start", p.start, 0, deck::any,
         {"first parameters, or one number for all; left out: 0, and of a network the anchor or random ones"});
  b.value("spread", p.spread, deck::non_negative,
          {"standard deviation of the chains' first parameters around these; left out: 1, of a network 0"});
  if (b.is_describing()) return;
  b.check(p.burn_in < p.updates, "burn_in", fmt::format("{} of {} updates: nothing is kept", p.burn_in, p.updates));
  b.check(p.control == Control::none || !p.surrogates, "control",
          "anchors take the place of surrogates; leave out [stage.surrogates], or control");
  b.check(!p.privacy || p.control == Control::none, "control", "gradients at anchors are not private");
  b.check(!p.privacy || !p.surrogates || p.surrogates->kind == SurrogateKind::sgld, "surrogates",
          "only surrogates of kind \"sgld\" are made of clipped gradients with noise");
  b.check(p.control == Control::none || p.batch > 0, "control",
          "with all rows of a client gradients have no noise that an anchor could take away; expected batch above 0");
}

std::vector<double> for_each_parameter(const std::vector<double>& given, std::int64_t count, const std::string& key) {
  if (given.size() == 1) return std::vector<double>(static_cast<std::size_t>(count), given.front());
  if (given.size() != static_cast<std::size_t>(count))
    throw Error::input(fmt::format("{}: {} numbers for {} parameters", key, given.size(), count));
  return given;
}

}  // namespace tessera::learn::fsgld
