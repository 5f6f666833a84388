#include "sim/linear/params.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "sim/linear/model.hpp"
#include "sim/linear/system.hpp"

namespace tessera::sim::linear {

namespace {

constexpr std::int64_t most_elements = 100'000'000;  // numbers of states are counted by int in matrices

/// What the system itself allows, and what follows from it.
void check_system(deck::Binder& b, LinearParams& p) {
  SystemInfo info;
  try {
    info = system_info(p.id, p.elements);
  } catch (const Error& error) {
    b.check(false, p.elements && p.id != "cm" ? "elements" : "id", error.what());
    return;
  }
  b.check(p.init_state.empty() || static_cast<std::int64_t>(p.init_state.size()) == info.num_states, "init_state",
          fmt::format("{} numbers; '{}' has {} states", p.init_state.size(), p.id, info.num_states));
  const bool stays_discrete = is_discrete(info.is_discrete, p.fidelity);
  if (!p.sample_time) p.sample_time = stays_discrete ? discrete_sample_time : default_sample_time;
  b.check(!stays_discrete || *p.sample_time == discrete_sample_time, "sample_time",
          fmt::format("'{}' is a model in discrete time, whose steps have no length to choose: leave it out (or use "
                      "fidelity = \"reference\", which takes the model for one in continuous time)",
                      p.id));
}

}  // namespace

void bind(deck::Binder& b, LinearParams& p) {
  b.required("id");
  b.value("id", p.id, {"name of the system: toy, ac1, ..., umv, or cm for a cable of any size"});
  b.choice("fidelity", p.fidelity, {{"corrected", Fidelity::corrected}, {"reference", Fidelity::reference}},
           {"reference: as the library controlgym 1.0.0 has it: models in discrete time (rea, dis2) are held like "
            "continuous ones, and filters assume its weights"});
  b.value("elements", p.elements, {.low = 1, .high = most_elements},
          {"of the cable cm; it has two states each. Up to 240 it is stepped by matrices, beyond without them"});
  b.value("steps", p.steps, {.low = 1}, {"number of samples in an episode"});
  b.value("sample_time", p.sample_time, deck::positive,
          {"during which actions and disturbances are held; 0.1 if left out, 1 for models in discrete time", "time"});
  b.value("noise_cov", p.noise_cov, deck::non_negative,
          {"variance of each disturbance w of a sample: it acts on the state and on what is measured"});
  b.value("random_init_state_cov", p.random_init_state_cov, deck::non_negative,
          {"variance of each number of the first state"});
  b.list("init_state", p.init_state, 0, deck::any, {"mean of the first state; left out: 0"});
  bind(b, static_cast<LimitParams&>(p));
  if (!b.is_describing()) check_system(b, p);
}

}  // namespace tessera::sim::linear
