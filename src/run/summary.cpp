#include "run/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/runtime.hpp"
#include "data/io/file.hpp"
#include "run/progress.hpp"

namespace tessera::run {

using OrderedJson = nlohmann::ordered_json;

namespace {

constexpr int schema = 1;

/// JSON has no infinities.
OrderedJson number(double value) { return std::isfinite(value) ? OrderedJson(value) : OrderedJson(nullptr); }

OrderedJson build_json() {
  const BuildInfo build = build_info();
  return {{"tessera", build.version},  {"compiler", build.compiler}, {"flags", build.flags},
          {"build", build.build_type}, {"kokkos", build.kokkos},     {"backend", build.backend},
          {"simd", build.simd},        {"mpi", build.mpi},           {"hdf5", build.hdf5},
          {"petsc", build.petsc},      {"threads", build.threads},   {"device", device_name()}};
}

OrderedJson over_ranks(const OverRanks& value) { return {{"mean", value.mean}, {"max", value.max}}; }

OrderedJson stage_json(const StageSummary& stage) {
  OrderedJson series = OrderedJson::object(), results = OrderedJson::object();
  for (std::size_t n = 0; n < std::min(stage.columns.size(), stage.last_values.size()); ++n)
    series[stage.columns[n].name] = number(stage.last_values[n]);
  for (const auto& result : stage.results)
    results[result.label] = {{"value", number(result.value)}, {"unit", result.unit}};
  return {{"name", stage.name},
          {"type", stage.type},
          {"first_step", stage.first_step},
          {"last_step", stage.last_step},
          {"steps", stage.num_steps},
          {"time", number(stage.time)},
          {stage.item_name + "s", stage.num_items},
          {"loop_seconds", stage.loop_seconds},
          {stage.item_name + "_steps_per_second", stage.items_per_second()},
          {"flops_per_step", stage.step_cost.flops},
          {"bytes_per_step", stage.step_cost.bytes},
          {"sent_per_step",
           {{"messages", over_ranks(stage.sent.messages)},
            {"bytes", over_ranks(stage.sent.bytes)},
            {"collectives", over_ranks(stage.sent.collectives)},
            {"collective_bytes", over_ranks(stage.sent.collective_bytes)}}},
          {"last_values", series},
          {"results", results}};
}

OrderedJson regions_json(const Summary& summary) {
  OrderedJson regions = OrderedJson::array();
  for (const auto& region : summary.regions)
    regions.push_back({{"name", region.name},
                       {"calls", region.calls},
                       {"min_seconds", region.min},
                       {"mean_seconds", region.mean},
                       {"max_seconds", region.max}});
  return regions;
}

double loop_seconds(const Summary& summary) {
  double total = 0.0;
  for (const auto& stage : summary.stages) total += stage.loop_seconds;
  return total;
}

void log_regions(const Summary& summary) {
  if (summary.regions.empty()) return;
  const double loop = loop_seconds(summary);
  log::info("\n{:<26} {:>9} {:>9} {:>9} {:>9} {:>8} {:>9}", "region", "calls", "min s", "mean s", "max s", "max/min",
            "% of loop");
  for (const auto& region : summary.regions)
    log::info("{:<26} {:>9} {:>9.3f} {:>9.3f} {:>9.3f} {:>8} {:>9.1f}", region.name, region.calls, region.min,
              region.mean, region.max, region.min > 0.0 ? fmt::format("{:.2f}", region.max / region.min) : "-",
              loop > 0.0 ? 100.0 * region.mean / loop : 0.0);
}

void log_stage(const StageSummary& stage, int num_ranks) {
  const double rate = stage.items_per_second();
  log::info("\nstage \"{}\": {} steps in {:.3g} s, {} {}-steps/s{}", stage.name, stage.last_step - stage.first_step,
            stage.loop_seconds, short_number(rate), stage.item_name,
            num_ranks > 1 ? fmt::format(" ({} a rank)", short_number(rate / num_ranks)) : "");
  if (stage.step_cost.flops > 0.0)
    log::info("  counted arithmetic {:.3g} Gflop/s, counted memory traffic {:.3g} GB/s",
              1e-9 * stage.step_cost.flops * stage.steps_per_second(),
              1e-9 * stage.step_cost.bytes * stage.steps_per_second());
  std::size_t width = 0;
  for (const auto& result : stage.results)
    if (result.is_shown) width = std::max(width, result.label.size());
  for (const auto& result : stage.results)
    if (result.is_shown)
      log::info("  {:<{}} {:>14.8g}{}{}", result.label, width, result.value, result.unit.empty() ? "" : " ",
                result.unit);
}

}  // namespace

void write_summary(const std::string& path, const Plan& plan, const Summary& summary, int num_ranks) {
  OrderedJson warnings = OrderedJson::array(), stages = OrderedJson::array();
  for (const auto& warning : summary.warnings)
    warnings.push_back({{"text", warning.text}, {"count", warning.count}, {"ranks", warning.num_ranks}});
  for (const auto& stage : summary.stages) stages.push_back(stage_json(stage));
  const OrderedJson json{{"schema", schema},
                         {"status", summary.status},
                         {"reason", summary.reason},
                         {"exit_status", summary.exit_status},
                         {"title", plan.top.title},
                         {"deck", plan.deck_path},
                         {"seed", plan.top.seed},
                         {"ranks", num_ranks},
                         {"placement", summary.placement},
                         {"build", build_json()},
                         {"resumed_from", summary.resumed_from},
                         {"last_checkpoint", summary.last_checkpoint},
                         {"wall_seconds", summary.wall_seconds},
                         {"loop_seconds", loop_seconds(summary)},
                         {"stages", stages},
                         {"regions", regions_json(summary)},
                         {"peak_view_bytes_a_rank", summary.peak_views},
                         {"peak_resident_bytes_a_rank", summary.peak_resident},
                         {"bytes_written", summary.bytes_written},
                         {"warnings", warnings}};
  data::write_text_atomically(path, json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
}

void log_closing_tables(const Summary& summary, const std::string& folder, int num_ranks) {
  log_regions(summary);
  for (const auto& stage : summary.stages) log_stage(stage, num_ranks);
  log::info("\n{} after {:.3g} s{}{}; at most {:.3g} MB a rank, of which {:.3g} MB in arrays", summary.status,
            summary.wall_seconds, summary.reason.empty() ? "" : ": ", summary.reason,
            static_cast<double>(summary.peak_resident) / 1e6, static_cast<double>(summary.peak_views) / 1e6);
  log::info("Results: {}{}", folder, summary.status == "stopped" ? "; --resume goes on from here" : "");
}

}  // namespace tessera::run
