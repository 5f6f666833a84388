#include "run/run_folder.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "data/io/file.hpp"
#include "run/lock.hpp"

namespace tessera::run {

namespace {

constexpr const char* own_files[] = {"deck.toml", "log.txt", "summary.json", "checkpoint", "stop"};

/// Files of a run: its own, and the folders of stages.
std::vector<std::string> files_of_run(const std::string& path) {
  std::vector<std::string> files;
  for (const char* name : own_files)
    if (data::path_exists(path + "/" + name)) files.emplace_back(name);
  for (const auto& name : data::list_folder(path))
    if (data::path_exists(path + "/" + name + "/series.csv")) files.push_back(name);
  return files;
}

void remove_run(const std::string& path) {
  const auto files = files_of_run(path);
  if (files.empty()) return;
  log::info("Removing what {} holds of an earlier run: {}", path, fmt::join(files, ", "));
  for (const auto& name : files) data::remove_tree(path + "/" + name);
}

void check_folder(const std::string& path, FolderMode mode) {
  const bool is_run = holds_run(path);
  if (mode == FolderMode::resume) {
    if (!is_run) throw Error::input(fmt::format("{}: there is no run here to go on with", path));
    return;
  }
  if (is_run && mode == FolderMode::fresh)
    throw Error::input(fmt::format(
        "{}: this folder holds a run already\nexpected --resume to go on with it, --force to replace it, or --out with "
        "another folder",
        path));
  if (!is_run && !data::list_folder(path).empty())
    throw Error::input(fmt::format("{}: this folder holds other things\nexpected an empty or a new folder", path));
}

}  // namespace

bool holds_run(const std::string& path) { return data::path_exists(path + "/deck.toml"); }

RunFolder::RunFolder(const Comm& comm, const std::string& path, FolderMode mode) : path_(path) {
  const std::string lock = file("lock");
  agree(comm, [&] {
    if (!comm.is_root()) return;
    // A lock alone is what a run leaves that died before it wrote anything.
    if (!data::path_exists(lock) || holds_run(path)) check_folder(path, mode);
    data::make_folder(path);
    take_lock(lock);
    has_lock_ = true;
    if (mode == FolderMode::force) remove_run(path);
    data::remove_tree(file("stop"));
  });
}

RunFolder::~RunFolder() {
  if (has_lock_) release_lock(file("lock"));
}

}  // namespace tessera::run
