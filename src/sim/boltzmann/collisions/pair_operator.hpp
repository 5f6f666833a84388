// Internal to collision operators: what collisions of two species give, before sums over pairs and corrections.
#pragma once

#include <memory>

#include "math/direction_rule.hpp"
#include "sim/boltzmann/collisions/spectrum.hpp"
#include "sim/gas.hpp"

namespace tessera::sim::boltzmann {

/// Of one species: its modes, and sums that all pairs with it add to. Its gain is the sum of the waves of `gain` plus
/// `values`, its loss frequency the sum of the waves of `frequency`.
struct SpeciesSums {
  Modes modes;
  Complex* gain;       ///< [num_half]
  Complex* frequency;  ///< [num_half]
  double* values;      ///< [size]
};

/// Two species a and b, or one: B = kernel.strength |q|^gamma..., relative velocity up to `reach`.
struct PairSetup {
  std::shared_ptr<const Spectrum> spectrum;
  CollisionKernel kernel;
  double share_a = 0.5;  ///< m_a / (m_a + m_b)
  double share_b = 0.5;
  bool is_same = true;  ///< one species
  double reach = 0.0;   ///< R
  int radial_points = 16;
  math::DirectionRule rule;
};

class PairOperator {
 public:
  virtual ~PairOperator() = default;
  /// Local. Q_ab(f_a, f_b) into a's sums and Q_ba(f_b, f_a) into b's; for one species a's alone. Allocates nothing.
  virtual void add(const SpeciesSums& a, const SpeciesSums& b, Scratch& scratch) const = 0;
};

/// Everything that does not depend on how the gain is worked out. Throws Error (input) where a rule must be antipodal
/// and is not, the exponent is outside [0, 1], or the scattering is anisotropic in two dimensions.
void check(const PairSetup& setup);

/// The same sum of waves over the magnitude of k: table[k^2] for k^2 up to largest_square().
using SquareTable = std::vector<double>;

/// C int_0^R r^(d - 1 + gamma) mean_wave(share pi r |k| / L) dr, times the angle that is left.
SquareTable loss_modes(const PairSetup& setup);

/// sums[k] += table[|k|^2] half[k]
void add_weighted(const Spectrum& spectrum, const SquareTable& table, const Complex* half, Complex* sums);
/// The same for full modes.
void add_weighted(const Spectrum& spectrum, const SquareTable& table, const Modes& modes, Complex* sums);

/// How many directions are visited, of weight 2 where opposite ones give the same.
inline int num_visited(const PairSetup& setup) { return setup.is_same ? setup.rule.size() / 2 : setup.rule.size(); }

/// The ways to the gain.
std::unique_ptr<const PairOperator> make_classic(PairSetup setup);       ///< isotropic
std::unique_ptr<const PairOperator> make_soft_spheres(PairSetup setup);  ///< any angles, three dimensions
std::unique_ptr<const PairOperator> make_carleman(PairSetup setup);      ///< hard spheres in 3-D, Maxwell in 2-D
std::unique_ptr<const PairOperator> make_direct(PairSetup setup);        ///< all pairs of modes

}  // namespace tessera::sim::boltzmann
