// LAMMPS data files (docs of read_data, release of 2021).
#pragma once

#include <string>

#include "base/comm.hpp"
#include "data/formats/options.hpp"
#include "data/system.hpp"

namespace tessera::data {

/// Collective. Atom styles atomic, charge, bond, angle, molecular and full; orthogonal and triclinic boxes; sections in
/// any order. Coefficients of bonds, angles, dihedrals and impropers are kept as they stand (System::coefficients);
/// those of pairs are skipped with a warning. Types count from 0 here; species are named by options.species, Atom Type
/// Labels, or a one-word comment behind the mass. The file says nothing about units, and about open sides only if this
/// project wrote it (options.periodic otherwise). Throws Error (input) "path:line: ...".
System read_lammps_data(const Comm& comm, const std::string& path, const ReadOptions& options = {});

/// Collective. Rows by rising id. The style is atomic, charge or full; empty: the least that holds all columns.
/// Cells that are not lower triangular are rotated to LAMMPS's convention, vectors of particles with them; of
/// left-handed ones b and c are exchanged.
void write_lammps_data(const Comm& comm, const std::string& path, const System& system,
                       const std::string& atom_style = "");

}  // namespace tessera::data
