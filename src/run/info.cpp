// `tessera info`.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "data/formats/formats.hpp"
#include "data/io/contents.hpp"
#include "data/io/file.hpp"
#include "run/commands.hpp"
#include "run/run_folder.hpp"

namespace tessera::run {

namespace {

using Json = nlohmann::json;

constexpr std::int64_t max_json_bytes = std::int64_t{1} << 24;

/// Local. A JSON object from a file.
Json read_object(const std::string& path) {
  const Json json = Json::parse(data::read_text(path, max_json_bytes), nullptr, false);
  if (!json.is_object()) throw Error::input(path + ": expected a JSON object; the file is damaged");
  return json;
}

template <class T>
T value_of(const Json& json, const char* key, T otherwise) {
  const auto found = json.find(key);
  if (found == json.end()) return otherwise;
  try {
    return found->get<T>();
  } catch (const Json::exception&) {
    return otherwise;
  }
}

void log_stages(const Json& summary) {
  const auto stages = summary.find("stages");
  if (stages == summary.end() || !stages->is_array()) return;
  for (const auto& stage : *stages)
    if (stage.is_object())
      log::info("  stage \"{}\" ({}): step {} of {}, t = {:.6g}", value_of<std::string>(stage, "name", "?"),
                value_of<std::string>(stage, "type", "?"), value_of(stage, "last_step", 0), value_of(stage, "steps", 0),
                value_of(stage, "time", 0.0));
}

/// Local.
void describe_run(const std::string& folder) {
  if (data::path_exists(folder + "/summary.json")) {
    const Json summary = read_object(folder + "/summary.json");
    log::info("{}: {} (status {}){}", folder, value_of<std::string>(summary, "title", ""),
              value_of<std::string>(summary, "status", "?"),
              value_of<std::string>(summary, "reason", "").empty()
                  ? ""
                  : ", " + value_of<std::string>(summary, "reason", ""));
    log::info("  deck {}, seed {}, {} ranks, {:.3g} s", value_of<std::string>(summary, "deck", "?"),
              value_of(summary, "seed", std::int64_t{0}), value_of(summary, "ranks", 0),
              value_of(summary, "wall_seconds", 0.0));
    log_stages(summary);
  } else {
    log::info("{}: a run that has written no summary", folder);
  }
  for (const auto& name : data::list_folder(folder + "/checkpoint")) log::info("  checkpoint/{}", name);
}

void describe_system(const Comm& comm, const std::string& path) {
  const auto system = data::read_system(comm, path);
  const auto& box = system.box;
  log::info("  {} particles, step {}, t = {:.6g}{}", system.particles.num_global(), system.step, system.time,
            system.title.empty() ? "" : ": " + system.title);
  for (int d = 0; d < 3; ++d)
    log::info("  cell vector {}: ({:.10g}, {:.10g}, {:.10g}), {}", d + 1, box.cell[d][0], box.cell[d][1],
              box.cell[d][2], box.is_periodic[d] ? "periodic" : "open");
  for (const auto& species : system.species) log::info("  species {}: mass {:.8g}", species.name, species.mass);
  std::string columns;
  for (const auto& column : system.particles.columns())
    columns += fmt::format("{}{}{}", columns.empty() ? "" : ", ", column.name,
                           column.components > 1 ? fmt::format(" ({})", column.components) : "");
  log::info("  columns: {}", columns);
  for (const auto& table : system.topology) {
    const auto rows = static_cast<std::int64_t>(table.rows.size()) / (table.ids_per_row + 1);
    log::info("  {}: {}", table.name, comm.all_reduce(rows, Op::sum));
  }
}

}  // namespace

void info(const Comm& comm, const std::string& path) {
  const bool is_run = agree(comm, [&] { return holds_run(path); });
  if (is_run) {
    agree(comm, [&] {
      if (comm.is_root()) describe_run(path);
    });
    return;
  }
  const bool is_hdf5 = agree(comm, [&] { return data::is_hdf5(path); });
  if (is_hdf5)
    agree(comm, [&] {
      if (!comm.is_root()) return;
      log::info("{}:", path);
      for (const auto& line : data::describe_hdf5(path)) log::info("  {}", line);
    });
  else
    log::info("{}:", path);
  const bool is_system = agree(comm, [&] {
    try {
      data::detect_format(path);
      return true;
    } catch (const Error&) {
      if (!is_hdf5) throw;
      return false;
    }
  });
  if (is_system) describe_system(comm, path);
  for (const auto& warning : log::collect_warnings(comm)) log::message(log::Level::warning, warning.text);
}

}  // namespace tessera::run
