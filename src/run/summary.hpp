// summary.json: how a run went, for scripts; and the tables that close the log, for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/region.hpp"
#include "run/plan.hpp"
#include "sim/stage.hpp"

namespace tessera::run {

/// Of a number that every rank has.
struct OverRanks {
  double mean = 0.0, max = 0.0;
};

/// What ranks sent in a mean step, with all output (see Traffic).
struct SentPerStep {
  OverRanks messages, bytes, collectives, collective_bytes;
};

struct StageSummary {
  std::string name, type, item_name;
  std::int64_t first_step = 0, last_step = 0, num_steps = 0, num_items = 0;
  double loop_seconds = 0.0;  ///< of its steps with all output
  double time = 0.0;
  std::string time_unit;
  std::vector<sim::SeriesColumn> columns;
  std::vector<double> last_values;
  std::vector<sim::Stage::Result> results;
  sim::StepCost step_cost;
  SentPerStep sent;
  double items_per_second() const { return steps_per_second() * static_cast<double>(num_items); }
  double steps_per_second() const {
    return loop_seconds > 0.0 ? static_cast<double>(last_step - first_step) / loop_seconds : 0.0;
  }
};

struct Summary {
  std::string status = "running";  ///< running, done, stopped or failed
  std::string reason;
  int exit_status = 0;
  std::string placement;
  double wall_seconds = 0.0;
  std::string resumed_from;
  std::vector<StageSummary> stages;
  std::vector<RegionStats> regions;
  std::int64_t peak_views = 0, peak_resident = 0;  ///< bytes of the rank that needs most
  std::int64_t bytes_written = 0;
  std::string last_checkpoint;
  std::vector<log::Warning> warnings;
};

/// Local. Replaces the file. Throws Error (io).
void write_summary(const std::string& path, const Plan& plan, const Summary& summary, int num_ranks);

/// Local. Logs regions, rates, results and where they are.
void log_closing_tables(const Summary& summary, const std::string& folder, int num_ranks);

}  // namespace tessera::run
