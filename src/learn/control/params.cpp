#include "learn/control/params.hpp"

namespace tessera::learn::control {

using deck::Binder;

namespace {

void bind_unseen(Binder& b, math::UnseenModes& unseen) {
  b.choice("unseen", unseen, {{"refuse", math::UnseenModes::refuse}, {"leave", math::UnseenModes::leave}},
           {"marginal modes that the cost does not see (or that no disturbance excites): an error, or left as they "
            "are"});
}

}  // namespace

void bind(Binder& b, LqrParams& p) { bind_unseen(b, p.unseen); }

void bind(Binder& b, LqgParams& p) {
  bind_unseen(b, p.unseen);
  b.choice("start", p.start, {{"mean", FilterStart::mean}, {"state", FilterStart::state}},
           {"the estimate begins at the mean of all starts, or at the true state (as controlgym 1.0.0 has it)"});
}

void bind(Binder& b, RobustParams& p) {
  b.value("gamma", p.gamma, deck::positive,
          {"bound on the gain from disturbance to output; left out: infinity, the H2 norm is minimised"});
  b.value("worst_disturbance", p.plays_disturbance, {"the disturbance is the worst one, not drawn"});
  b.choice("fidelity", p.fidelity, {{"corrected", sim::Fidelity::corrected}, {"reference", sim::Fidelity::reference}},
           {"sign of the worst disturbance: that of the saddle point, or the opposite (as controlgym 1.0.0 has it)"});
  bind_unseen(b, p.unseen);
  b.check(p.gamma || !p.plays_disturbance, "worst_disturbance",
          "there is a worst disturbance only at a finite gamma: give gamma");
  b.check(p.plays_disturbance || p.fidelity == sim::Fidelity::corrected, "fidelity",
          "fidelity is about the worst disturbance: it needs worst_disturbance = true");
}

}  // namespace tessera::learn::control
