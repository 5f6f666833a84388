#include "learn/control/rollout_type.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/log.hpp"
#include "learn/control/lqg.hpp"
#include "learn/control/lqr.hpp"
#include "learn/control/ppo.hpp"
#include "learn/control/robust.hpp"
#include "sim/excitation.hpp"

namespace tessera::learn::control {

namespace {

using sim::Controller;
using sim::Environment;
using Families = std::vector<std::shared_ptr<const sim::EnvironmentFamily>>;

enum class ControllerKind { zero, sinusoids, waves, file, lqr, lqg, robust, ppo };

/// One controller: its kind, and the table of that kind.
struct ControllerParams {
  ControllerKind kind = ControllerKind::zero;
  sim::ExcitationParams excitation;
  LqrParams lqr;
  LqgParams lqg;
  RobustParams robust;
  std::string model;  ///< of ppo
};

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
  if (!b.is_describing()) b.required("model");
  b.file("model", p.model, {"of kind ppo: model.h5 of its training"});
}

std::string name_of(ControllerKind kind) {
  static constexpr const char* names[] = {"zero", "sinusoids", "waves", "file", "lqr", "lqg", "robust", "ppo"};
  return names[static_cast<std::size_t>(kind)];
}

/// In each step, of a state that is spread over ranks.
bool sums_over_ranks(ControllerKind kind) { return kind == ControllerKind::lqr || kind == ControllerKind::robust; }

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

/// As a table of a deck.
struct EnvironmentTable {
  sim::EnvironmentParams& params;
};
void bind(deck::Binder& b, EnvironmentTable& table) { table.params.bind(b); }

class RolloutParams final : public sim::StageType::Params {
 public:
  explicit RolloutParams(const Families& families) {
    for (const auto& family : families) environments_.push_back({family, family->make_params()});
  }

  void bind(deck::Binder& b) override {
    find_environment(b);
    for (auto& [family, params] : environments_) {
      if (!b.is_describing() && params != chosen_) continue;
      EnvironmentTable table{*params};
      b.table(family->name(), table, {"the environment (one of these tables)"});
    }
    b.value("steps", steps_, {.low = 1}, {"samples in an episode, instead of the environment's own", "samples"});
    if (chosen_ && steps_) chosen_->set_steps(*steps_);
    sim::bind(b, episodes_);
    b.tables("controller", controllers_, {"what acts; of several each sees every start"});
    b.check(!controllers_.empty(), "controller", "expected at least one [[stage.controller]]");
  }
  std::unique_ptr<sim::Stage> make(const sim::StageContext& context) const override {
    sim::EnvironmentSetup setup;
    setup.make_environment = [environment = chosen_](const Comm& comm, std::uint32_t seed, std::int64_t rows) {
      return environment->make(comm, seed, rows);
    };
    for (const auto& controller : controllers_)
      setup.sources.push_back(
          {name_of(controller.kind), [controller, seed = context.seed](const Environment& environment) {
             return make_controller(controller, seed, environment);
           }});
    return std::make_unique<sim::EnvironmentStage>(context, episodes_, std::move(setup));
  }
  sim::Estimate estimate(const Comm&, int ranks) const override {
    auto estimate = sim::estimate_environments(*chosen_, episodes_, ranks);
    // A state that is spread over ranks: regulators sum over all of them.
    auto& communication = *estimate.communication;
    if (!communication.exchanges.empty())
      for (const auto& controller : controllers_)
        communication.collectives += sums_over_ranks(controller.kind) ? 1.0 : 0.0;
    return estimate;
  }
  std::int64_t num_steps() const override { return chosen_->info().num_steps * episodes_.num_batches(); }
  double dt() const override { return chosen_->info().sample_time; }

 private:
  /// The one whose table the deck has; once chosen it stays.
  void find_environment(deck::Binder& b) {
    if (b.is_describing() || chosen_) return;
    std::vector<std::string> names;
    int given = 0;
    for (const auto& [family, params] : environments_) {
      names.push_back(fmt::format("[stage.{}]", family->name()));
      if (!b.has(family->name())) continue;
      chosen_ = params;
      ++given;
    }
    b.check(given == 1, "controller",
            fmt::format("a rollout has one environment, this one has {}; expected one of {}", given,
                        fmt::join(names, ", ")));
    if (!chosen_) chosen_ = environments_.front().params;
  }

  struct Known {
    std::shared_ptr<const sim::EnvironmentFamily> family;
    std::shared_ptr<sim::EnvironmentParams> params;
  };
  std::vector<Known> environments_;
  std::shared_ptr<sim::EnvironmentParams> chosen_;
  std::optional<std::int64_t> steps_;
  sim::EpisodeParams episodes_;
  std::vector<ControllerParams> controllers_;
};

class RolloutType final : public sim::StageType {
 public:
  explicit RolloutType(Families families) : families_(std::move(families)) {}
  std::string name() const override { return "rollout"; }
  std::string summary() const override {
    return "controllers on environments: LQR, LQG, H2, H-infinity, policies, open loop";
  }
  std::unique_ptr<Params> make_params() const override { return std::make_unique<RolloutParams>(families_); }

 private:
  Families families_;
};

}  // namespace

std::unique_ptr<sim::StageType> make_rollout_type(std::vector<std::shared_ptr<const sim::EnvironmentFamily>> families) {
  return std::make_unique<RolloutType>(std::move(families));
}

}  // namespace tessera::learn::control
