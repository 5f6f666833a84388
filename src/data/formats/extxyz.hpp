// Extended XYZ: count, a line of key=value, one line a particle.
#pragma once

#include <string>

#include "base/comm.hpp"
#include "data/formats/options.hpp"
#include "data/system.hpp"

namespace tessera::data {

/// Collective. One frame. Lattice (nine numbers: rows a, b, c), Origin, pbc, Properties, Time, Step, title, type_names
/// and type_masses are understood, other keys are ignored. Columns: species (or Z, or type from 1), pos and, if there,
/// velo, momenta, forces, charge, mass, mol, id, image, each by several usual names; others are skipped with a warning.
/// Momenta over masses become velocities, taken from ASE's unit sqrt(u eV) to that of options.units if given.
/// Types are the species in alphabetical order unless options.species or type_names give one; masses come from the
/// file, else from the table of elements, else are 1 with a warning. Ids are row numbers unless given.
/// Throws Error (input) "path:line: ...".
System read_extxyz(const Comm& comm, const std::string& path, const ReadOptions& options = {});

/// Collective. Rows by rising id, numbers in the shortest form that reads back exactly.
void write_extxyz(const Comm& comm, const std::string& path, const System& system);

}  // namespace tessera::data
