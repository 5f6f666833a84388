// `tessera info`.
#include <fmt/ranges.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "data/formats/formats.hpp"
#include "data/io/contents.hpp"
#include "data/io/field_series.hpp"
#include "data/io/file.hpp"
#include "run/commands.hpp"
#include "run/json_file.hpp"
#include "run/lock.hpp"
#include "run/run_folder.hpp"

namespace tessera::run {

namespace {

using Json = nlohmann::json;

/// The objects in an array of a summary that may be damaged.
std::vector<Json> objects_of(const Json& summary, const char* key) {
  std::vector<Json> objects;
  for (const auto& entry : value_of(summary, key, Json::array()))
    if (entry.is_object()) objects.push_back(entry);
  return objects;
}

void log_stages(const Json& summary) {
  for (const auto& stage : objects_of(summary, "stages"))
    log::info("  stage \"{}\" ({}): step {} of {}, t = {:.6g}", value_of<std::string>(stage, "name", "?"),
              value_of<std::string>(stage, "type", "?"), value_of(stage, "last_step", 0), value_of(stage, "steps", 0),
              value_of(stage, "time", 0.0));
}

/// Of an ensemble.
void log_members(const Json& summary) {
  for (const auto& member : objects_of(summary, "members"))
    log::info("  {}: {}, seed {}", value_of<std::string>(member, "folder", "?"),
              value_of<std::string>(member, "status", "?"), value_of(member, "seed", std::int64_t{0}));
}

/// Local. "stage 1, step 123, written by 2 ranks"
std::string describe_manifest(const std::string& checkpoint) {
  const Json manifest = read_object(checkpoint + "/manifest.json");
  const int ranks = value_of(manifest, "ranks", 0);
  return fmt::format("stage {}, step {}, written by {} rank{}", value_of(manifest, "stage", std::int64_t{0}) + 1,
                     value_of(manifest, "step", std::int64_t{0}), ranks, ranks == 1 ? "" : "s");
}

/// Local.
void log_checkpoints(const std::string& folder) {
  for (const auto& name : data::list_folder(folder)) {
    if (data::path_exists(folder + "/" + name + "/manifest.json"))
      log::info("  checkpoint/{}: {}", name, describe_manifest(folder + "/" + name));
    else if (name != "latest")
      log::info("  checkpoint/{}: not complete", name);
  }
}

/// Local. What the summary of a run that was killed does not say.
std::string status_of(const Json& summary, const std::string& folder) {
  const auto status = value_of<std::string>(summary, "status", "?"),
             reason = value_of<std::string>(summary, "reason", "");
  if (status == "running" && !may_be_locked(folder + "/lock")) return "killed; --resume goes on with it";
  return reason.empty() ? status : status + ": " + reason;
}

/// Local.
void log_hdf5(const std::string& path) {
  for (const auto& line : data::describe_hdf5(path)) log::info("  {}", line);
}

/// Local. A folder that holds no run.
void describe_folder(const std::string& folder) {
  if (!data::path_exists(folder + "/manifest.json"))
    throw Error::input(folder + ": this folder holds no run\nexpected a run folder, a checkpoint or a file");
  log::info("{}: {}", folder, describe_manifest(folder));
  log_hdf5(folder + "/data.h5");
}

/// Local.
void describe_run(const std::string& folder) {
  if (data::path_exists(folder + "/summary.json")) {
    const Json summary = read_object(folder + "/summary.json");
    log::info("{}: {}", folder, value_of<std::string>(summary, "title", ""));
    log::info("  {}", status_of(summary, folder));
    const int ranks = value_of(summary, "ranks", 0);
    log::info("  deck {}, seed {}, {} rank{}, {:.3g} s", value_of<std::string>(summary, "deck", "?"),
              value_of(summary, "seed", std::int64_t{0}), ranks, ranks == 1 ? "" : "s",
              value_of(summary, "wall_seconds", 0.0));
    log_stages(summary);
    log_members(summary);
  } else {
    log::info("{}: a run that has written no summary", folder);
  }
  log_checkpoints(folder + "/checkpoint");
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

void describe_fields(const Comm& comm, const std::string& path) {
  const auto snapshot = data::read_fields(comm, path);
  std::vector<std::string> names;
  for (const auto& field : snapshot.fields) names.push_back(field.name());
  const auto& mesh = snapshot.fields.front().mesh();
  std::string points;
  for (int d = 0; d < mesh.dimensions(); ++d) points += fmt::format("{}{}", d > 0 ? " x " : "", mesh.num_cells()[d]);
  log::info("  fields {} on {} points, step {}, t = {:.6g}", fmt::join(names, ", "), points, snapshot.step,
            snapshot.time);
}

/// An HDF5 file may hold particles, fields, something else, or nothing yet.
void describe_contents(const Comm& comm, const std::string& path, bool is_hdf5) {
  try {
    describe_system(comm, path);
    return;
  } catch (const Error& error) {
    if (!is_hdf5 || error.kind() != ErrorKind::input) throw;
  }
  try {
    describe_fields(comm, path);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::input) throw;
    log::info("  neither particles nor fields that can be read");
  }
}

}  // namespace

void info(const Comm& comm, const std::string& path) {
  enum class Kind { run, folder, file };
  const Kind kind = agree(comm, [&] {
    if (holds_run(path)) return Kind::run;
    return std::filesystem::is_directory(path) ? Kind::folder : Kind::file;
  });
  if (kind != Kind::file) {
    agree(comm, [&] {
      if (comm.is_root()) kind == Kind::run ? describe_run(path) : describe_folder(path);
    });
    return;
  }
  const bool is_hdf5 = agree(comm, [&] { return data::is_hdf5(path); });
  if (is_hdf5)
    agree(comm, [&] {
      if (!comm.is_root()) return;
      log::info("{}:", path);
      log_hdf5(path);
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
  if (is_system) describe_contents(comm, path, is_hdf5);
  for (const auto& warning : log::collect_warnings(comm)) log::message(log::Level::warning, warning.text);
}

}  // namespace tessera::run
