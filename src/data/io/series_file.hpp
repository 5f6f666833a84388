// Internal to snapshots: one openPMD file of iterations with its XDMF, whatever the iterations hold.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/growth.hpp"
#include "base/units.hpp"
#include "data/io/h5_input.hpp"
#include "data/io/h5_output.hpp"

namespace tessera::data {

/// <folder>/<name>.h5 and <name>.xdmf. All functions are collective; errors are those of SnapshotSeries.
struct SeriesFile {
  /// Local. The grid of a finished iteration in the XDMF.
  using Describe = std::function<std::string(const h5::Input&, std::int64_t step)>;
  /// Collective. Writes what is in an iteration and returns its grid.
  using Content = std::function<std::string()>;

  SeriesFile(const Comm& ranks, const std::string& place, const std::string& file_name, const Units& unit_system)
      : comm(ranks), units(unit_system), folder(place), name(file_name), file(ranks, place + "/" + file_name + ".h5") {}

  /// A new file, or one that goes on behind `last_step`.
  void begin(const std::string& deck, bool resuming, std::int64_t last_step, const Describe& describe);
  /// One more iteration of about so many bytes. If it fails, the file is without it.
  void write(std::int64_t step, double time, double dt, std::int64_t content_bytes, const Content& content);
  /// The XDMF has all iterations behind this.
  void close();
  /// This rank's block of a dataset of `total` values.
  void write_values(hid_t dataset, hid_t type, const void* values, const std::vector<hsize_t>& start,
                    const std::vector<hsize_t>& count, hsize_t total);

  Comm comm;
  Units units;
  std::string folder, name;
  h5::Output file;
  std::int64_t bytes = 0;

 private:
  void write_metadata(const std::string& deck);
  void resume(std::int64_t last_step, const Describe& describe);
  void write_xdmf();
  void drop(std::int64_t step);

  std::int64_t newest_ = -1, num_grids_ = 0;
  Growth listed_;                   // in the XDMF
  std::vector<std::string> grids_;  // on the root
};

}  // namespace tessera::data
