// Barostats: couplings that change the box.
#pragma once

#include <memory>

#include "sim/md/engine.hpp"
#include "sim/md/ensembles/coupling.hpp"
#include "sim/md/ensembles/target.hpp"

namespace tessera::sim::md {

/// How the box may change: all lengths by one factor, each cell vector's Cartesian components by one factor a
/// direction, or any strain without rotation.
enum class BoxCoupling { isotropic, anisotropic, triclinic };

/// What all barostats aim at.
struct PressureTarget {
  double pressure = 0.0;  ///< energy / volume
  double time = 1.0;
  BoxCoupling coupling = BoxCoupling::isotropic;
  double tail = 0.0;  ///< tail corrections of the pressure, times volume^2: energy * volume
};

/// V (P - P_target) as a matrix, isotropic (the mean of the diagonal), diagonal or symmetric as the coupling has it.
/// `virial` xx yy zz xy xz yz.
data::Matrix3 cell_force(const Engine& engine, const PressureTarget& target, const Kinetic& kinetic,
                         const std::array<double, 6>& virial);

/// Martyna, Tobias and Klein, J. Chem. Phys. 101, 4177 (1994): the cell has a mass of its own, W = (N + 1) k_B T tau^2
/// for each direction, and a Nose-Hoover chain. Split as by Martyna, Tuckerman, Tobias and Klein, Mol. Phys. 87, 1117
/// (1996). Strains are symmetric matrices, so that the cell does not turn.
std::unique_ptr<Coupling> make_mtk(const PressureTarget& target, const Ramp& temperature, int chain, int parts);

/// Stochastic cell rescaling: Bernetti and Bussi, J. Chem. Phys. 153, 114107 (2020); of shapes: Del Tatto, Raiteri,
/// Bernetti and Bussi, Appl. Sci. 12, 1139 (2022). `compressibility` in volume / energy; acts every so many steps.
std::unique_ptr<Coupling> make_stochastic_cell(const PressureTarget& target, const Ramp& temperature,
                                               double compressibility, std::int64_t every, std::uint32_t seed);

/// Berendsen et al., J. Chem. Phys. 81, 3684 (1984): for equilibration; volumes hardly fluctuate.
std::unique_ptr<Coupling> make_berendsen_barostat(const PressureTarget& target, double compressibility,
                                                  std::int64_t every);

}  // namespace tessera::sim::md
