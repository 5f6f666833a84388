// Coulomb forces of periodic charges but for their short-ranged part q q' erfc(alpha r)/r, which is a matter of pairs.
#pragma once

#include <memory>

#include "base/units.hpp"
#include "math/fft_shape.hpp"
#include "sim/force_term.hpp"
#include "sim/md/charges/splitting.hpp"

namespace tessera::sim::md {

/// The sum over waves, minus the energy of each charge's own Gaussian, plus that of a uniform background where charges
/// do not cancel; the box stands in a conductor ("tin foil"). All pairs are in it, those of a molecule too: where the
/// pair part leaves a pair out, q q' erf(alpha r)/r must be taken off. Wants the column "charge" of owned rows, and box
/// and charges as they were given; the box must be periodic in all directions.
class LongRange : public ForceTerm {
 public:
  /// Collective. Particles have been carried along into another box. alpha and the waves, or the mesh, stay: for a box
  /// that breathes, not for one that doubles.
  void set_box(const data::Box& box) override = 0;
  /// Waves or points of the mesh.
  virtual std::int64_t num_waves() const = 0;
};

/// Local. Sum over all waves below a cutoff (Ewald, Ann. Phys. 369, 253 (1921)), for boxes of any shape: costs
/// N^(3/2) at best. Throws Error (input) for open boxes, charges that do not cancel, and cutoffs without sense.
std::unique_ptr<LongRange> make_ewald(const data::Box& box, const Units& units, const ChargeSums& charges,
                                      const EwaldParams& params);

/// A mesh in place of waves: Hockney and Eastwood, Computer Simulation Using Particles (1988), chapter 8, with
/// differentiation by ik: costs N log N.
struct PppmParams {
  double alpha = 0.0;
  data::Int3 points{0, 0, 0};  ///< of the mesh along the cell vectors
  int order = 5;               ///< points that a charge is spread over along a direction: 3 to 7
  /// Length that particles are expected to move between list builds; what moves further costs time, not accuracy.
  double drift = 1.0;
  math::FftEffort effort = math::FftEffort::measure;
  bool allow_background = false;  ///< as of EwaldParams
};

/// Local. The coarsest mesh that reaches the accuracy, with alpha from the cutoff. Throws Error (input) where no mesh
/// of that order does.
PppmParams choose_pppm(double accuracy, double cutoff, int order, const ChargeSums& charges, const data::Box& box);
/// Of the mesh, the rms force error as in splitting.hpp (Hockney and Eastwood, eq. 8-23; Deserno and Holm, J. Chem.
/// Phys. 109, 7694 (1998), eq. 9).
double pppm_error(const PppmParams& params, const ChargeSums& charges, const data::Box& box);

/// Collective. Throws Error (input) as make_ewald does, and for meshes and orders without sense.
std::unique_ptr<LongRange> make_pppm(const Comm& comm, const data::Box& box, const Units& units,
                                     const ChargeSums& charges, const PppmParams& params);

}  // namespace tessera::sim::md
