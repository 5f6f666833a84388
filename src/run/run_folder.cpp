#include "run/run_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "data/io/file.hpp"
#include "run/lock.hpp"

namespace tessera::run {

namespace {

/// Files of a run, in the order in which they are removed: while the deck is there, the folder holds a run.
std::vector<std::string> files_of_run(const std::string& path) {
  std::vector<std::string> files{"checkpoint"};
  for (const auto& name : data::list_folder(path))
    if (data::path_exists(path + "/" + name + "/series.csv") || holds_run(path + "/" + name)) files.push_back(name);
  files.insert(files.end(), {"stop", "log.txt", "summary.json", "deck.toml"});
  std::erase_if(files, [&](const auto& name) { return !data::path_exists(path + "/" + name); });
  return files;
}

/// A run that failed before its first step has left nothing to guard.
bool has_begun(const std::vector<std::string>& files) {
  const std::set<std::string_view> of_any{"stop", "log.txt", "summary.json", "deck.toml"};
  return std::any_of(files.begin(), files.end(), [&](const auto& name) { return !of_any.contains(name); });
}

void remove_run(const std::string& path) {
  const auto files = files_of_run(path);
  if (files.empty()) return;
  log::info("Removing what {} holds of an earlier run: {}", path, fmt::join(files, ", "));
  for (const auto& name : files) data::remove_tree(path + "/" + name);
}

/// Things that no run has left there, not even one that died before its deck was written.
bool holds_other_things(const std::string& path) {
  const auto names = data::list_folder(path);
  return std::any_of(names.begin(), names.end(),
                     [](const auto& name) { return name.rfind("lock", 0) != 0 && name != "deck.toml.new"; });
}

void check_folder(const std::string& path, FolderMode mode) {
  const bool is_run = holds_run(path);
  if (mode == FolderMode::resume && !is_run)
    throw Error::input(fmt::format("{}: there is no run here to go on with", path));
  if (mode == FolderMode::fresh && is_run && has_begun(files_of_run(path)))
    throw Error::input(fmt::format(
        "{}: this folder holds a run already\nexpected --resume to go on with it, --force to replace it, or --out with "
        "another folder",
        path));
  if (!is_run && holds_other_things(path))
    throw Error::input(fmt::format("{}: this folder holds other things\nexpected an empty or a new folder", path));
}

}  // namespace

bool holds_run(const std::string& path) { return data::path_exists(path + "/deck.toml"); }

RunFolder::RunFolder(const Comm& comm, const std::string& path, FolderMode mode) : path_(path) {
  const std::string lock = file("lock");
  agree(comm, [&] {
    if (!comm.is_root()) return;
    check_folder(path, mode);
    data::make_folder(path);
    take_lock(lock);
    try {
      check_folder(path, mode);  // another run may have come and gone
      if (mode != FolderMode::resume) remove_run(path);
      data::remove_tree(file("stop"));
    } catch (const Error&) {
      release_lock(lock);
      throw;
    }
    has_lock_ = true;
  });
}

RunFolder::~RunFolder() {
  if (has_lock_) release_lock(file("lock"));
}

}  // namespace tessera::run
