#include "run/commands.hpp"

#include <fmt/format.h>

#include <numeric>

#include "base/log.hpp"
#include "base/memory.hpp"
#include "data/formats/formats.hpp"
#include "deck/deck.hpp"
#include "run/ensemble.hpp"
#include "run/plan.hpp"
#include "run/progress.hpp"

namespace tessera::run {

namespace {

/// "3 rows"
std::string count_of(std::int64_t count, const std::string& singular) {
  return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

void log_estimate(const PlannedStage& stage, const sim::Estimate& estimate, int ranks) {
  const std::int64_t steps = stage.params->num_steps();
  log::info("stage \"{}\" ({}): {}{}", stage.name, stage.type,
            estimate.items > 0 ? count_of(estimate.items, estimate.item_name) + ", " : "", count_of(steps, "step"));
  if (estimate.items > 0)
    log::info("  {:.3g} MB a rank on {}, {:.0f} bytes a {}", estimate.bytes_per_rank / 1e6, count_of(ranks, "rank"),
              estimate.bytes_per_rank * ranks / static_cast<double>(estimate.items), estimate.item_name);
  for (const auto& remark : estimate.remarks) log::info("  {}", remark);
  const std::int64_t snapshots = stage.output.snapshots > 0 ? steps / stage.output.snapshots + 1 : 1;
  log::info("  {} of series, {}", count_of(steps / stage.output.series + 1, "row"), count_of(snapshots, "snapshot"));
}

}  // namespace

void check_deck(const Comm& comm, const Registry& registry, const std::string& deck,
                const std::vector<std::string>& overrides, int ranks) {
  if (ranks < 0) throw Error::input(fmt::format("command line: {} ranks; expected at least 1", ranks));
  const int all_ranks = ranks == 0 ? comm.size() : ranks;
  const Plan plan = read_plan(comm, registry, deck, overrides);
  log::info("deck {}{}, seed {}", deck, plan.top.title.empty() ? "" : ": " + plan.top.title, plan.top.seed);
  const MemberGroups groups(0, all_ranks, plan.top.members);
  const int wanted = all_ranks / groups.count;
  if (plan.top.members > 1) log::info("{} members, {} at a time; each:", plan.top.members, groups.count);
  double largest = 0.0;
  for (const auto& stage : plan.stages) {
    const auto estimate = stage.params->estimate(comm, wanted);
    log_estimate(stage, estimate, wanted);
    largest = std::max(largest, estimate.bytes_per_rank);
  }
  const auto available = static_cast<double>(memory_available());
  if (largest * comm.size() > available)
    log::warning(
        fmt::format("{:.3g} MB a rank is more than this host has to give ({:.3g} MB)", largest / 1e6, available / 1e6));
  for (const auto& warning : log::collect_warnings(comm)) log::message(log::Level::warning, warning.text);
  log::info("The deck is in order.");
}

void list_types(const Registry& registry) {
  log::info("Kinds of stages (tessera describe TYPE says more):");
  for (const auto& type : registry.types()) log::info("  {:<10} {}", type->name(), type->summary());
}

void describe_type(const Registry& registry, const std::string& name) {
  if (name.empty()) {
    TopParams top;
    log::info("{}", deck::describe(
                        "The top level of a deck", "What stands above the stages.",
                        [&](deck::Binder& b) { bind(b, top); }, ""));
    return;
  }
  const auto* type = registry.find(name);
  if (type == nullptr) {
    const std::string nearest = deck::nearest_name(name, registry.names());
    throw Error::input(fmt::format("unknown type '{}'\nknown types: {}.{}", name, fmt::join(registry.names(), ", "),
                                   nearest.empty() ? "" : fmt::format(" Did you mean '{}'?", nearest)));
  }
  const auto params = type->make_params();
  OutputParams output;
  log::info("{}",
            deck::describe(type->name(), type->summary(), [&](deck::Binder& b) { bind_stage(b, *params, output); }));
}

void convert(const Comm& comm, const std::string& from, const std::string& to, const data::ReadOptions& options) {
  const auto system = data::read_system(comm, from, options);
  data::write_system(comm, to, system);
  for (const auto& warning : log::collect_warnings(comm)) log::message(log::Level::warning, warning.text);
  log::info("{}: {} particles of {} species, step {}, t = {:.6g}", to, system.particles.num_global(),
            system.species.size(), system.step, system.time);
}

}  // namespace tessera::run
