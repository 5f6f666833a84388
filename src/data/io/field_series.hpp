// Snapshots of fields in one HDF5 file a series, openPMD 1.1.0, written collectively, with XDMF beside it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "data/field.hpp"

namespace tessera::data {

/// One file <folder>/fields.h5 and fields.xdmf, as SnapshotSeries for particles. A component is a dataset of the whole
/// mesh, z slowest.
class FieldSeries {
 public:
  /// Collective. Creates the file, or (resuming) opens it and drops every iteration after `last_step`.
  /// `deck` is embedded as a byte dataset. Throws Error (io), or (input) if a file to go on with is missing or damaged.
  FieldSeries(const Comm& comm, const std::string& folder, const Units& units, const std::string& deck, bool resuming,
              std::int64_t last_step);
  ~FieldSeries();
  FieldSeries(const FieldSeries&) = delete;
  FieldSeries& operator=(const FieldSeries&) = delete;

  /// Collective. Appends these fields, ghosts left out. Steps must rise. Throws Error (internal) unless there is a
  /// field and all are of one mesh and have names of their own.
  void write(std::int64_t step, double time, double dt, const std::vector<const Field*>& fields);
  /// Collective. Without it the file is left to the end of the program.
  void close();
  /// Of all ranks, since it was opened.
  std::int64_t bytes_written() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct FieldSnapshot {
  std::int64_t step = 0;
  double time = 0.0;
  std::vector<Field> fields;  ///< by name
};

/// Collective. Reads one iteration (the last one if step < 0) of such a file, on a mesh cut as Mesh::best_grid says,
/// and fills the ghosts by exchange. Throws Error (input) for a damaged, truncated or foreign file, and if there are
/// more ranks than the mesh can be cut for.
FieldSnapshot read_fields(const Comm& comm, const std::string& path, int layers = 0, std::int64_t step = -1);

/// Collective. Fills a field of the same name and number of components from such a file, however its mesh is cut, and
/// its ghosts by exchange. Returns the step. Throws Error (input) as above, and if the mesh is another one.
std::int64_t read_field(const std::string& path, Field& field, std::int64_t step = -1);

}  // namespace tessera::data
