// Checkpoints: written aside, verified, renamed into place; the last two are kept.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/comm.hpp"
#include "data/io/state.hpp"

namespace tessera::data {

/// What the manifest of a checkpoint says.
struct CheckpointInfo {
  std::string folder;       ///< <run folder>/checkpoint/checkpoint_000012, numbered by serial
  std::int64_t stage = 0;   ///< index of the stage that was running
  std::int64_t step = 0;    ///< its step
  std::int64_t serial = 0;  ///< counts checkpoints of this run folder: the newest has the largest
  int ranks = 1;            ///< that wrote it
  std::uint32_t seed = 0;
  std::string deck_hash;
};

/// Collective. Writes a checkpoint below `<run_folder>/checkpoint`: data with a checksum a column into a ".partial"
/// folder, fsync, read back and verify, manifest.json last, rename, `latest`; then all but the newest two are deleted.
/// `save` is called with a writer for each section. Returns `info` with folder, serial and ranks filled in: these three
/// are not read. Throws Error (io); what was there before stays intact.
CheckpointInfo write_checkpoint(const Comm& comm, const std::string& run_folder, const CheckpointInfo& info,
                                const std::vector<std::pair<std::string, std::function<void(StateWriter&)>>>& sections);

/// A verified checkpoint, open for reading.
class Checkpoint {
 public:
  /// Collective. The newest checkpoint that verifies, or nullptr if the folder has none at all. Says in the log which
  /// are skipped and why. Throws Error (input) if there are some but none verifies, or if one comes from a newer
  /// version of the format.
  static std::unique_ptr<Checkpoint> open_newest(const Comm& comm, const std::string& run_folder);
  virtual ~Checkpoint() = default;
  virtual const CheckpointInfo& info() const = 0;
  virtual bool has_section(const std::string& section) const = 0;
  /// Collective. Throws Error (input) if there is no such section. The reader may outlive the checkpoint.
  virtual std::unique_ptr<StateReader> section(const std::string& section) = 0;
};

}  // namespace tessera::data
