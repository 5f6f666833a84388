// Coefficients of bonded forces by type, from the deck and from the sections of a data file, in one form.
#pragma once

#include <string>
#include <vector>

#include "data/system.hpp"
#include "sim/md/topology/params.hpp"

namespace tessera::sim::md {

/// One type: style and numbers as in LAMMPS data files (docs of bond_style, angle_style... of 2021), angles in degrees.
///   bonds:     harmonic k r0; morse d alpha r0; fene k R0 epsilon sigma; rigid r0
///   angles:    harmonic k theta0; charmm k theta0 k_ub r_ub; rigid theta0
///   dihedrals: opls k1 k2 k3 k4; harmonic k d n; charmm k n phase weight (weight 0)
///   impropers: harmonic k chi0; cvff k d n
struct TypeCoefficients {
  std::string style;  ///< empty: this type has none
  std::vector<double> values;
};

/// Of all types of the table `name` (bonds, angles...), by type from 1 (element 0 is that of type 1); the deck goes
/// before the file. Throws Error (input) for a type that the deck gives twice, a style that is not known, and a wrong
/// number of values.
std::vector<TypeCoefficients> coefficients_of(const std::string& name, const MoleculeParams& deck,
                                              const data::System& system);

/// As text for checkpoints, and back.
std::string to_text(const std::vector<data::TopologyCoefficients>& coefficients);
std::vector<data::TopologyCoefficients> coefficients_from_text(const std::string& text);

}  // namespace tessera::sim::md
