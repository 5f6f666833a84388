// Thermal conductivity from the fluctuations of the heat flux (Green and Kubo).
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "deck/binder.hpp"
#include "sim/md/observables/observable.hpp"

namespace tessera::sim::md {

struct ThermalConductivityParams {
  std::int64_t every = 4;
  std::int64_t lags = 500;
};
void bind(deck::Binder& binder, ThermalConductivityParams& params);

/// Collective. J = sum_i e_i v_i + 1/2 sum_{i<j} [f_ij . (v_i + v_j)] r_ij with e_i = m v_i^2/2 + 1/2 sum_j u_ij, f_ij
/// the force on i from j and r_ij = x_i - x_j (Irving and Kirkwood, J. Chem. Phys. 18, 817 (1950); Allen and Tildesley,
/// Computer Simulation of Liquids, 2nd ed., eq. 2.130); velocities are those relative to the centre of mass, which
/// makes J the heat that one kind of particles conducts. Energy times velocity, of the whole system.
std::array<double, 3> heat_flux(const Engine& engine);

/// lambda(t) = V/(3 k_B T^2) integral from 0 to t of <j(0) . j(s)> ds, j = J/V. Table thermal_conductivity.csv: time,
/// acf (mean over the three components of j), normalised, conductivity (trapezoidal rule), and conductivity_error from
/// blocks of samples (BlockAverage of the integral that ends at each sample). Results: the last row, which must lie on
/// the plateau. A sample costs a pass over all pairs. Throws Error (input) for several types of particles, whose heat
/// flux is not that of conduction alone, and for forces without a heat flux (ForceTerm::has_heat_flux).
std::unique_ptr<Observable> make_thermal_conductivity(const ThermalConductivityParams& params, const Engine& engine);

}  // namespace tessera::sim::md
