// The folder of a run: made anew, gone on with, or replaced, by one run at a time.
#pragma once

#include <string>

#include "base/comm.hpp"

namespace tessera::run {

enum class FolderMode {
  fresh,   ///< must not hold a run that has begun its first stage
  resume,  ///< must hold one
  force,   ///< whatever run it holds is removed
};

class RunFolder {
 public:
  /// Collective. Takes the lock. Throws Error (input) if the folder is not as the mode wants it, holds other files, or
  /// belongs to a run that is still alive.
  RunFolder(const Comm& comm, const std::string& path, FolderMode mode);
  /// Local: gives the lock back.
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::string stage_folder(const std::string& stage) const { return path_ + "/" + stage; }

 private:
  std::string path_;
  bool has_lock_ = false;
};

/// Local. True if a folder looks like that of a run.
bool holds_run(const std::string& path);

}  // namespace tessera::run
