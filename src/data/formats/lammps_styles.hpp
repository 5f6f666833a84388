// Internal to the reader of LAMMPS data files: what its rows of atoms hold.
#pragma once

#include <string>
#include <vector>

#include "data/formats/lammps_sections.hpp"
#include "data/formats/options.hpp"
#include "data/formats/row_table.hpp"
#include "data/system.hpp"

namespace tessera::data::lammps {

/// Which columns the Atoms section has: id, then these, then x y z.
struct AtomStyle {
  const char* name;
  bool has_molecule, has_charge;
  bool is_sphere;  ///< diameter and density; velocities come with angular ones

  std::size_t columns() const { return 5 + (has_molecule ? 1U : 0U) + (has_charge ? 1U : 0U) + (is_sphere ? 2U : 0U); }
};

/// By the file or, where it does not say, by the options. Throws Error (input).
const AtomStyle& choose_style(const std::string& path, const Section& atoms, const ReadOptions& options);

/// Collective. Of spheres, each type's diameter and mass must be one: masses of types, from the field "_mass". Throws
/// Error (input).
void take_masses_of_spheres(const Comm& comm, const std::string& path, const Section& atoms, const RowTable& table,
                            std::vector<Species>& species);

}  // namespace tessera::data::lammps
