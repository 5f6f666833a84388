// Files of many configurations: trajectories, and configurations with what became of them some time later.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/comm.hpp"
#include "data/box.hpp"

namespace tessera::data {

/// A configuration on the host, particles in the order of their ids. Lists of three numbers a particle are empty where
/// a file has no such thing. Numbers are those of the file.
struct Frame {
  Box box;
  std::optional<double> time;
  double interval = 0.0;             ///< between this configuration and what it became; 0 where the file does not say
  std::vector<std::string> species;  ///< by particle
  std::vector<double> mass;          ///< by particle; empty where the file does not say
  std::vector<double> position, velocity;
  std::vector<double> displacement, new_velocity;  ///< what it became
  /// What a unit of length and of time is in SI, where the file says so, else 0.
  double si_length = 0.0, si_time = 0.0;
  bool has_momenta = false;  ///< `velocity` holds momenta of ASE, in sqrt(u eV)

  std::size_t size() const { return species.size(); }
};

/// An open file, whose frames each rank reads for itself.
class Frames {
 public:
  virtual ~Frames() = default;
  virtual std::int64_t size() const = 0;
  /// Local. Throws Error (input) naming file and frame for whatever is wrong in it.
  virtual Frame read(std::int64_t frame) const = 0;
  /// Local. Without the rest of it, as read() would say.
  virtual std::optional<double> time(std::int64_t frame) const = 0;
};

/// HDF5 files of pairs have groups for training and for tests.
enum class FramePart { training, validation };

/// Collective. Extended XYZ with the columns species, pos and velocities (or momenta), of the TrajCast library also
/// with displacements and update_velocities and the key timestep; H5MD; the engine's own snapshots; and HDF5 files of
/// pairs: /train and /validation (or one group of another name) with positions, velocities, displacements and
/// new_velocities (or update_velocities), each (frames, particles, 3), and cell, atomic_numbers, masses, pbc and
/// horizon_fs there or above, as attributes or datasets. Throws Error (input) for other files.
std::unique_ptr<Frames> open_frames(const Comm& comm, const std::string& path, FramePart part,
                                    const std::string& group = "");
/// Local. Whether a file of pairs has its own group for this part.
bool has_frame_part(const std::string& path, FramePart part);

/// Local. Text of one configuration in the column order of the TrajCast library, numbers in the shortest form that
/// reads back exactly.
std::string format_pair_frame(const Frame& frame);

namespace frames {

// Of the formats. Collective.
std::unique_ptr<Frames> open_extxyz(const Comm& comm, const std::string& path);
std::unique_ptr<Frames> open_pairs(const Comm& comm, const std::string& path, FramePart part, const std::string& group);
std::unique_ptr<Frames> open_systems(const Comm& comm, const std::string& path, const std::string& group);
/// Local. An HDF5 file that is neither H5MD nor a snapshot.
bool is_pair_file(const std::string& path);

}  // namespace frames

}  // namespace tessera::data
