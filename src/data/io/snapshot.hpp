// Snapshots of particles in one HDF5 file a series, openPMD 1.1.0, written collectively, with XDMF beside it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "data/system.hpp"

namespace tessera::data {

/// One file <folder>/particles.h5 and particles.xdmf. Flushed after every snapshot, so that a killed run keeps them.
class SnapshotSeries {
 public:
  /// Collective. Creates the file, or (resuming) opens it and drops every iteration after `last_step`.
  /// `deck` is embedded as a byte dataset. Throws Error (io), or (input) if a file to go on with is missing or damaged.
  SnapshotSeries(const Comm& comm, const std::string& folder, const Units& units, const std::string& deck,
                 bool resuming, std::int64_t last_step);
  ~SnapshotSeries();
  SnapshotSeries(const SnapshotSeries&) = delete;
  SnapshotSeries& operator=(const SnapshotSeries&) = delete;

  /// Collective. Appends the columns flagged `output` (id and type always) of all owned particles. Steps must rise.
  void write(std::int64_t step, double time, double dt, const Box& box, const Particles& particles,
             const std::vector<Species>& species);
  /// Collective. Without it the file is left to the end of the program.
  void close();
  /// Of all ranks, since it was opened.
  std::int64_t bytes_written() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Collective. Reads one iteration (the last one if step < 0) of such a file into a System.
/// Throws Error (input) for a damaged, truncated or foreign file.
System read_snapshot(const Comm& comm, const std::string& path, std::int64_t step = -1);

}  // namespace tessera::data
