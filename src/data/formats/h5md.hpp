// H5MD 1.1 trajectories (de Buyl, Colberg, Hoefling, Comput. Phys. Commun. 185 (2014) 1546) in HDF5.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "base/units.hpp"
#include "data/formats/options.hpp"
#include "data/system.hpp"

namespace tessera::data {

/// Collective. One frame of one group of particles: position (float, three components) and, if there, image, velocity,
/// force, charge, mass, species, id, molecule, fixed or time-dependent. Shapes are checked against the file before
/// anything is allocated. Species are numbered as the file does if it names them (an enumeration, or the attribute
/// `names` of this project), else in the order of their numbers. Ids begin at 1: if the lowest is 0, all are raised.
/// Throws Error (input) naming file and dataset.
System read_h5md(const Comm& comm, const std::string& path, const ReadOptions& options = {});

/// A trajectory that grows frame by frame. Particles lie in order of id; id, species, mass, charge and molecule are
/// written once, all other columns for output with each frame. Each frame is flushed: a killed run keeps it.
class H5mdWriter {
 public:
  /// Collective. Creates the file, or (resuming) opens it and cuts off all frames after last_step. `title` is kept with
  /// a new file. Throws Error (io), or (input) if a file to go on with is missing or foreign.
  H5mdWriter(const Comm& comm, const std::string& path, const Units& units, const std::string& title = "",
             bool resuming = false, std::int64_t last_step = -1);
  ~H5mdWriter();
  H5mdWriter(const H5mdWriter&) = delete;
  H5mdWriter& operator=(const H5mdWriter&) = delete;

  /// Collective. Particles must be the same ones in every frame; steps must rise.
  void write(std::int64_t step, double time, const Box& box, const Particles& particles,
             const std::vector<Species>& species);
  /// Collective. Without it the file is left to the end of the program.
  void close();
  std::int64_t num_frames() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tessera::data
