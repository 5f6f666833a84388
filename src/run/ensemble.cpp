#include "run/ensemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/region.hpp"
#include "base/runtime.hpp"
#include "data/io/file.hpp"
#include "run/json_file.hpp"

namespace tessera::run {

namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr int not_begun = -1;
constexpr double max_seed = 4294967295.0;

/// Mean and spread of one result over members.
struct Statistics {
  std::string unit;
  std::vector<double> values;

  double mean() const {
    double sum = 0.0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
  }
  double standard_error() const {
    const double count = static_cast<double>(values.size()), middle = mean();
    double squares = 0.0;
    for (const double value : values) squares += (value - middle) * (value - middle);
    return count > 1.0 ? std::sqrt(squares / (count - 1.0) / count) : 0.0;
  }
};

class EnsembleRun {
 public:
  EnsembleRun(const Comm& comm, const Registry& registry, const RunOptions& options, const Plan& plan)
      : comm_(comm),
        registry_(registry),
        options_(options),
        plan_(plan),
        num_members_(plan.top.members),
        groups_(comm.rank(), comm.size(), num_members_),
        start_(wall_time()),
        folder_(comm, run_folder_path(options), folder_mode(options)),
        statuses_(static_cast<std::size_t>(num_members_), not_begun) {}

  ExitStatus execute() {
    open();
    run_members();
    comm_.all_reduce(statuses_.data(), static_cast<int>(num_members_), Op::max);
    agree(comm_, [&] {
      if (comm_.is_root()) conclude();
    });
    return status();
  }

 private:
  std::string name(std::int64_t member) const { return member_name(member, num_members_); }

  void open() {
    if (options_.resume) refuse_other_physics(comm_, folder_, plan_, options_);
    agree(comm_, [&] {
      if (!comm_.is_root()) return;
      data::write_text_atomically(folder_.file("deck.toml"), plan_.effective_deck);
      write("running", {}, {});
    });
    log::info("{} members in {} group{} of {} rank{}; the first group speaks here, each member has a log.txt in {}",
              num_members_, groups_.count, groups_.count == 1 ? "" : "s", comm_.size() / groups_.count,
              comm_.size() == groups_.count ? "" : "s or more", folder_.path());
  }

  void run_members() {
    const Comm group = comm_.split(groups_.own);
    log::join_group(group.rank());
    for (std::int64_t member = groups_.own; member < num_members_; member += groups_.count) {
      const ExitStatus status = run_member(group, member);
      statuses_[static_cast<std::size_t>(member)] = static_cast<int>(status);
      if (status == ExitStatus::resumable) break;
    }
    log::join_group(comm_.rank());
  }

  ExitStatus run_member(const Comm& group, std::int64_t member) {
    const std::string path = folder_.path() + "/" + name(member);
    RunOptions options = options_;
    options.out = path;
    options.force = false;
    options.resume = agree(group, [&] { return holds_run(path); });
    options.overrides.insert(options.overrides.end(), {"members=1", fmt::format("seed={}", plan_.top.seed + member)});
    reset_regions();
    log::info("\n{}, seed {}", name(member), plan_.top.seed + member);
    const Ensemble ensemble{folder_.path(), start_};
    try {
      return run_plan(group, options, read_plan(group, registry_, options.deck, options.overrides), &ensemble);
    } catch (...) {
      const Error error = to_error(std::current_exception());
      const ExitStatus status = settle_failure(group, Error(error.kind(), name(member) + ": " + error.what()));
      log::close_file();
      return status;
    }
  }

  /// That of the first member that failed; resumable if some were stopped or not begun.
  ExitStatus status() const {
    ExitStatus status = ExitStatus::done;
    for (const int member : statuses_) {
      if (member == static_cast<int>(ExitStatus::failed) || member == static_cast<int>(ExitStatus::bad_input))
        return static_cast<ExitStatus>(member);
      if (member != static_cast<int>(ExitStatus::done)) status = ExitStatus::resumable;
    }
    return status;
  }

  /// Root alone: what the members left, together.
  void conclude() const {
    OrderedJson members = OrderedJson::array();
    std::map<std::string, Statistics> results;
    for (std::int64_t member = 0; member < num_members_; ++member) {
      OrderedJson entry{{"folder", name(member)}, {"seed", plan_.top.seed + member}, {"status", "not begun"}};
      const std::string path = folder_.path() + "/" + name(member) + "/summary.json";
      if (data::path_exists(path)) {
        const auto summary = read_object(path);
        entry["status"] = value_of<std::string>(summary, "status", "?");
        entry["wall_seconds"] = value_of(summary, "wall_seconds", 0.0);
        if (entry["status"] == "done") add_results(summary, results);
      }
      members.push_back(std::move(entry));
    }
    const char* word = status() == ExitStatus::done ? "done" : status() == ExitStatus::resumable ? "stopped" : "failed";
    write(word, members, results);
    log_tables(word, members, results);
  }

  static void add_results(const nlohmann::json& summary, std::map<std::string, Statistics>& results) {
    const auto stages = value_of(summary, "stages", nlohmann::json::array());
    for (const auto& stage : stages) {
      const auto name = value_of<std::string>(stage, "name", "?");
      const auto rows = value_of(stage, "results", nlohmann::json::object());
      for (const auto& [label, result] : rows.items()) {
        auto& statistics = results[name + ": " + label];
        statistics.unit = value_of<std::string>(result, "unit", "");
        statistics.values.push_back(value_of(result, "value", std::nan("")));
      }
    }
  }

  void write(const std::string& word, const OrderedJson& members,
             const std::map<std::string, Statistics>& results) const {
    OrderedJson statistics = OrderedJson::object();
    for (const auto& [label, result] : results) {
      const auto [low, high] = std::minmax_element(result.values.begin(), result.values.end());
      statistics[label] = {{"members", result.values.size()},
                           {"mean", result.mean()},
                           {"standard_error", result.standard_error()},
                           {"lowest", *low},
                           {"highest", *high},
                           {"unit", result.unit}};
    }
    const OrderedJson json{{"schema", 1},
                           {"status", word},
                           {"title", plan_.top.title},
                           {"deck", plan_.deck_path},
                           {"seed", plan_.top.seed},
                           {"ranks", comm_.size()},
                           {"groups", groups_.count},
                           {"wall_seconds", wall_time() - start_},
                           {"members", members},
                           {"results", statistics}};
    data::write_text_atomically(folder_.file("summary.json"),
                                json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
  }

  void log_tables(const char* word, const OrderedJson& members,
                  const std::map<std::string, Statistics>& results) const {
    const auto num_done = std::count_if(members.begin(), members.end(),
                                        [](const OrderedJson& entry) { return entry["status"] == "done"; });
    log::info("\nensemble: {} of {} members are done", num_done, num_members_);
    for (const auto& member : members)
      if (member["status"] != "done")
        log::info("  {}: {}", member["folder"].get<std::string>(), member["status"].get<std::string>());
    std::size_t width = 0;
    for (const auto& [label, result] : results) width = std::max(width, label.size());
    if (!results.empty())
      log::info("  {:<{}} {:>14} {:>10} {:>14} {:>14}", "", width, "mean", "std. error", "lowest", "highest");
    for (const auto& [label, result] : results) {
      const auto [low, high] = std::minmax_element(result.values.begin(), result.values.end());
      log::info("  {:<{}} {:>14.8g} {:>10.2g} {:>14.8g} {:>14.8g}{}{}", label, width, result.mean(),
                result.standard_error(), *low, *high, result.unit.empty() ? "" : " ", result.unit);
    }
    log::info("\n{} after {:.3g} s\nResults: {}{}", word, wall_time() - start_, folder_.path(),
              std::string_view(word) == "stopped" ? "; --resume goes on from here" : "");
  }

  const Comm& comm_;
  const Registry& registry_;
  const RunOptions& options_;
  const Plan& plan_;
  std::int64_t num_members_;
  RankGroups groups_;
  double start_;
  RunFolder folder_;
  std::vector<int> statuses_;  // by member, of those that this rank took part in
};

}  // namespace

std::string member_name(std::int64_t member, std::int64_t num_members) {
  return fmt::format("member_{:0{}}", member, std::to_string(num_members - 1).size());
}

ExitStatus run_ensemble(const Comm& comm, const Registry& registry, const RunOptions& options, const Plan& plan) {
  if (static_cast<double>(plan.top.seed + plan.top.members - 1) > max_seed)
    throw Error::input(fmt::format("{}: the seeds of {} members, from {} on, exceed {:.0f}", options.deck,
                                   plan.top.members, plan.top.seed, max_seed));
  return EnsembleRun(comm, registry, options, plan).execute();
}

}  // namespace tessera::run
