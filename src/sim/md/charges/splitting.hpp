// How the Coulomb sum is split in two: erfc(alpha r)/r for pairs within a cutoff, the smooth rest as a sum over waves.
//
// Errors are the rms error of the force on a particle, relative to the force of two unit charges at unit distance, so
// that they do not depend on units of energy. Each of the two parts may reach the accuracy that is asked for.
#pragma once

#include "data/box.hpp"
#include "sim/md/charges/charge_sums.hpp"

namespace tessera::sim::md {

/// alpha (1/length) with which pairs within `cutoff` reach the accuracy. Throws Error (input) unless both are positive
/// and the accuracy is below 1.
double splitting(double accuracy, double cutoff, const ChargeSums& charges, const data::Box& box);

/// Of pairs beyond the cutoff (Kolafa and Perram, Mol. Simul. 9, 351 (1992), eq. 18).
double pair_error(double alpha, double cutoff, const ChargeSums& charges, const data::Box& box);
/// Of waves k >= k_cutoff (their eq. 32, for boxes of any shape).
double wave_error(double alpha, double k_cutoff, const ChargeSums& charges, const data::Box& box);

/// An Ewald sum: waves with 0 < |k| < k_cutoff (2 pi/length).
struct EwaldParams {
  double alpha = 0.0;
  double k_cutoff = 0.0;
  bool allow_background = false;  ///< charges that do not cancel are neutralised by a uniform background
};
EwaldParams choose_ewald(double accuracy, double cutoff, const ChargeSums& charges, const data::Box& box);
/// For an alpha of one's own.
double choose_k_cutoff(double accuracy, double alpha, const ChargeSums& charges, const data::Box& box);

}  // namespace tessera::sim::md
