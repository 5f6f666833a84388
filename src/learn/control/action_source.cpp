#include "learn/control/action_source.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "learn/control/lqg.hpp"
#include "learn/control/lqr.hpp"
#include "learn/control/ppo.hpp"
#include "learn/control/robust.hpp"

namespace tessera::learn::control {

namespace {

using sim::Controller;
using sim::Environment;

/// Those that do not look at the state.
std::optional<sim::ExcitationKind> excitation_of(ControllerKind kind) {
  switch (kind) {
    case ControllerKind::zero:
      return sim::ExcitationKind::zero;
    case ControllerKind::sinusoids:
      return sim::ExcitationKind::sinusoids;
    case ControllerKind::waves:
      return sim::ExcitationKind::waves;
    case ControllerKind::file:
      return sim::ExcitationKind::file;
    default:
      return {};
  }
}

std::string name_of(ControllerKind kind) {
  static constexpr const char* names[] = {"zero", "sinusoids", "waves", "file", "lqr", "lqg", "robust", "ppo"};
  return names[static_cast<std::size_t>(kind)];
}

void tell(const Design& design) {
  std::string text = fmt::format("  {}: relative residual {:.1e}, largest eigenvalue of the loop {:.6f}", design.what,
                                 design.residual, design.radius);
  for (const auto& [name, value] : design.margins) text += fmt::format(", {} {:.4g}", name, value);
  log::info("{}", text);
}

std::unique_ptr<Controller> make_controller(const ControllerParams& p, std::uint32_t seed,
                                            const Environment& environment) {
  if (excitation_of(p.kind)) return make_excitation(p.excitation, seed, environment);
  if (p.kind == ControllerKind::lqr) {
    auto made = std::make_unique<LqrController>(environment, p.lqr);
    tell(made->design());
    return made;
  }
  if (p.kind == ControllerKind::lqg) {
    auto made = std::make_unique<LqgController>(environment, p.lqg);
    for (const auto& design : made->designs()) tell(design);
    return made;
  }
  if (p.kind == ControllerKind::robust) {
    auto made = std::make_unique<RobustController>(environment, p.robust);
    tell(made->design());
    return made;
  }
  return PpoController::from_file(environment, p.model);
}

}  // namespace

void bind(deck::Binder& b, ControllerParams& p) {
  b.choice("kind", p.kind,
           {{"zero", ControllerKind::zero},
            {"sinusoids", ControllerKind::sinusoids},
            {"waves", ControllerKind::waves},
            {"file", ControllerKind::file},
            {"lqr", ControllerKind::lqr},
            {"lqg", ControllerKind::lqg},
            {"robust", ControllerKind::robust},
            {"ppo", ControllerKind::ppo}},
           {"what acts: nothing; waves of random or given frequencies, a file (which do not look at the state); a "
            "linear-quadratic regulator of the state, or of a filter's estimates; a regulator against disturbances "
            "(H2, H-infinity); a trained policy"});
  const auto is = [&](ControllerKind kind) { return b.is_describing() || p.kind == kind; };
  if (const auto excitation = excitation_of(p.kind); excitation || b.is_describing()) {
    p.excitation.kind = excitation.value_or(sim::ExcitationKind::zero);
    bind_tables(b, p.excitation);
  }
  if (is(ControllerKind::lqr)) b.table("lqr", p.lqr, {"of kind lqr"});
  if (is(ControllerKind::lqg)) b.table("lqg", p.lqg, {"of kind lqg"});
  if (is(ControllerKind::robust)) b.table("robust", p.robust, {"of kind robust"});
  if (!is(ControllerKind::ppo)) return;
  b.file("model", p.model, {"of kind ppo: model.h5 of its training"});
  b.value("data", p.data, {"of kind ppo: or the earlier stage of this name has trained it"});
  b.check(p.model.empty() != p.data.empty(), p.data.empty() ? "kind" : "data",
          "a policy comes from a file (model) or from an earlier stage (data): expected one of them");
}

bool sums_over_ranks(const ControllerParams& p) {
  return p.kind == ControllerKind::lqr || p.kind == ControllerKind::robust;
}

std::vector<std::string> stages_used_by(const std::vector<ControllerParams>& controllers) {
  std::vector<std::string> names;
  for (const auto& controller : controllers)
    if (!controller.data.empty()) names.push_back(controller.data);
  return names;
}

sim::ActionSource make_source(const ControllerParams& params, const sim::StageContext& context) {
  ControllerParams found = params;
  std::string who = fmt::format("controller \"{}\"", name_of(params.kind));
  if (!params.data.empty()) {
    found.model = context.earlier_folder(params.data) + "/" + ppo_model_file;
    who += fmt::format(", trained by stage \"{}\"", params.data);
  }
  return {name_of(params.kind), [found, who, seed = context.seed](const Environment& environment) {
            try {
              return make_controller(found, seed, environment);
            } catch (const Error& error) {
              throw Error(error.kind(), fmt::format("{}: {}", who, error.what()));
            }
          }};
}

}  // namespace tessera::learn::control
