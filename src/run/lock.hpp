// A file that says which process a run folder belongs to.
#pragma once

#include <string>

namespace tessera::run {

/// Local. Takes a folder for this process. Throws Error (input) if the process that holds it is alive, or if it ran on
/// another host and nobody can tell; a batch job that was started again takes over from itself.
void take_lock(const std::string& path);
/// Local. False if there is none, or if its process is known to have ended.
bool may_be_locked(const std::string& path);
/// Local, never throws.
void release_lock(const std::string& path) noexcept;

}  // namespace tessera::run
