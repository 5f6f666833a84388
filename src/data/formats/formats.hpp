// Files of particles in all formats that the project knows.
#pragma once

#include <string>

#include "base/comm.hpp"
#include "data/formats/options.hpp"
#include "data/system.hpp"

namespace tessera::data {

enum class FileFormat { extxyz, lammps_data, h5md, snapshot };

/// Local. By content for HDF5 files, else by name (.extxyz, .xyz, .data, .lmp, .lammps, data.*) and then by the first
/// lines. Throws Error (input) if the file is missing or none of them.
FileFormat detect_format(const std::string& path);

/// Collective. Reads a file of any of the formats; rows end up in blocks of rising id, evenly over the ranks.
/// Throws Error (input) naming file and line for whatever is wrong in it.
System read_system(const Comm& comm, const std::string& path, const ReadOptions& options = {});

/// Collective. Writes by name: .extxyz or .xyz; .data, .lmp or .lammps (the least LAMMPS style that holds all columns);
/// .h5md; .h5 (openPMD). Text is sorted by id, the same for any number of ranks. An existing file is replaced.
/// Throws Error (input) for another name, Error (io) if the system refuses.
void write_system(const Comm& comm, const std::string& path, const System& system);

}  // namespace tessera::data
