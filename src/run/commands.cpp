#include "run/commands.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

#include <numeric>

#include "base/agree.hpp"
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

std::string bytes_text(double bytes) {
  return bytes < 1e5 ? fmt::format("{:.0f} bytes", bytes) : fmt::format("{:.3g} MB", bytes / 1e6);
}

/// "a" or "an"
const char* article_of(const std::string& word) {
  return std::string("aeiou").find(word.front()) == std::string::npos ? "a" : "an";
}

void log_estimate(const PlannedStage& stage, const sim::Estimate& estimate, int ranks) {
  const std::int64_t steps = stage.params->num_steps();
  std::vector<std::string> counts;
  if (estimate.items > 0) counts.push_back(count_of(estimate.items, estimate.item_name));
  if (steps > 0) counts.push_back(count_of(steps, "step"));
  log::info("stage \"{}\" ({}){}{}", stage.name, stage.type, counts.empty() ? "" : ": ", fmt::join(counts, ", "));
  if (estimate.items > 0)
    log::info("  {} a rank on {}, {} {} {}", bytes_text(estimate.bytes_per_rank), count_of(ranks, "rank"),
              bytes_text(estimate.bytes_per_rank * ranks / static_cast<double>(estimate.items)),
              article_of(estimate.item_name), estimate.item_name);
  for (const auto& remark : estimate.remarks) log::info("  {}", remark);
  if (steps == 0) return;  // known when it begins
  const std::int64_t snapshots = stage.common.output.snapshots > 0 ? steps / stage.common.output.snapshots + 1 : 1;
  log::info("  {} of series, {}", count_of(steps / stage.common.output.series + 1, "row"),
            count_of(snapshots, "snapshot"));
}

/// What the rank that sends most sends in a mean step.
void log_traffic(const sim::Estimate& estimate, int ranks) {
  if (!estimate.communication || ranks == 1) return;
  const auto& communication = *estimate.communication;
  log::info("  model of what a rank sends in a step: {:.2f} messages, {:.4g} kB; and {:.2f} collectives",
            communication.messages(), communication.bytes() / 1e3, communication.collectives);
  log::info("    {:<24} {:>10} {:>10} {:>12}", "", "a step", "messages", "kB each time");
  for (const auto& exchange : communication.exchanges)
    log::info("    {:<24} {:>10.3g} {:>10.3g} {:>12.4g}", exchange.name, exchange.per_step, exchange.messages,
              exchange.bytes / 1e3);
}

void log_step_time(const Comm& comm, const PlannedStage& stage, const sim::Estimate& estimate, int ranks,
                   const CheckOptions& options) {
  if (!estimate.communication)
    throw Error::input(
        fmt::format("command line: --rate, but what stage \"{}\" sends is not known before it runs", stage.name));
  const auto& communication = *estimate.communication;
  const auto& network = options.network;
  const auto items = static_cast<double>(estimate.items);
  const Rate rate = agree(comm, [&] { return read_rate(options.rate, stage.name, estimate.item_name); });
  const StepTime time = predict_step_time(communication, items, ranks, rate, network);
  const double efficiency = predict_efficiency(communication, items, ranks, rate, network);
  log::info("  model of a step's time, not a measurement: one rank does {} {}-steps/s; {:.3g} us latency,",
            short_number(rate.items_per_second), estimate.item_name, 1e6 * network.latency);
  log::info("  {:.3g} GB/s a rank, {:.3g} us a message, {:.3g} kB eager; nothing overlaps", network.bandwidth / 1e9,
            1e6 * network.overhead, network.eager_limit / 1e3);
  const auto row = [&](const char* what, double seconds) {
    log::info("    {:<24} {:>12.6g} us {:>8.1f} %", what, 1e6 * seconds, 100.0 * seconds / time.total());
  };
  row("arithmetic", time.arithmetic);
  row("exchanges of each step", time.exchanges);
  row("exchanges of list builds", time.list_builds);
  row("collectives", time.collectives);
  row("step", time.total());
  log::info("    {:<24} {:>12.6g} {}-steps/s", "rate", items / time.total(), estimate.item_name);
  log::info("    {:<24} {:>12.4f} of {} with the rate of one", "efficiency", efficiency, count_of(ranks, "rank"));
}

}  // namespace

void check_deck(const Comm& comm, const Registry& registry, const CheckOptions& options) {
  if (options.ranks < 0) throw Error::input(fmt::format("command line: {} ranks; expected at least 1", options.ranks));
  const int all_ranks = options.ranks == 0 ? comm.size() : options.ranks;
  const Plan plan = read_plan(comm, registry, options.deck, options.overrides);
  log::info("deck {}{}, seed {}", options.deck, plan.top.title.empty() ? "" : ": " + plan.top.title, plan.top.seed);
  const RankGroups groups(0, all_ranks, plan.top.members);
  const int wanted = all_ranks / groups.count;
  if (plan.top.members > 1) log::info("{} members, {} at a time; each:", plan.top.members, groups.count);
  double largest = 0.0;
  for (const auto& stage : plan.stages) {
    const auto estimate = stage.params->estimate(comm, wanted);
    log_estimate(stage, estimate, wanted);
    log_traffic(estimate, wanted);
    if (!options.rate.empty()) log_step_time(comm, stage, estimate, wanted, options);
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
  std::size_t width = 0;
  for (const auto& type : registry.types()) width = std::max(width, type->name().size());
  for (const auto& type : registry.types()) log::info("  {:<{}} {}", type->name(), width, type->summary());
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
  StageCommon common;
  log::info("{}",
            deck::describe(type->name(), type->summary(), [&](deck::Binder& b) { bind_stage(b, *params, common); }));
}

void convert(const Comm& comm, const std::string& from, const std::string& to, const data::ReadOptions& options) {
  const auto system = data::read_system(comm, from, options);
  data::write_system(comm, to, system);
  for (const auto& warning : log::collect_warnings(comm)) log::message(log::Level::warning, warning.text);
  log::info("{}: {} particles of {} species, step {}, t = {:.6g}", to, system.particles.num_global(),
            system.species.size(), system.step, system.time);
}

}  // namespace tessera::run
