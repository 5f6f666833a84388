// Charged particles, and their Coulomb forces from the definition of each part.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "samples.hpp"
#include "sim/md/charges/long_range.hpp"

namespace tessera::test {

/// Particle n has charge[n]. Pairs of one molecule do not act on each other; no molecules: all do.
struct Charged {
  Sample sample;
  std::vector<double> charge;
  std::vector<int> molecule;
};

struct Coulomb {
  std::vector<double> force;
  double energy = 0.0;
  double virial[6] = {};  ///< xx yy zz xy xz yz

  Coulomb& operator+=(const Coulomb& other);
};

/// Rock salt of cells^3 cubes of eight ions, nearest neighbours 1 apart.
Charged rock_salt(int cells);
/// Caesium chloride, one cube.
Charged caesium_chloride();
/// Without order, charges from -2 to 2 that cancel.
Charged ions(const data::Box& box, int count, double distance, std::uint64_t seed);
/// A triclinic box.
data::Box skewed(double edge);
/// Stored water, units "real".
Charged water(const std::string& model);
/// All of it a times along x, b along y, c along z.
Charged replicated(const Charged& one, const data::Int3& times);
/// x_a += strain x_b, for the box too.
Charged strained(const Charged& one, int a, int b, double strain);

sim::md::ChargeSums sums_of(const Charged& charged);

/// Local. q q' erfc(alpha r)/r up to the range, and -q q' erf(alpha r)/r within molecules; k_e = coulomb.
Coulomb pair_part(const Charged& charged, double alpha, double range, double coulomb = 1.0);

/// Units with k_e = 1 of Lennard-Jones's.
inline Units plain_units() { return make_units("lj"); }

using MakeTerm = std::function<std::unique_ptr<sim::md::LongRange>(const Comm&, const sim::md::ChargeSums&)>;
MakeTerm ewald(const data::Box& box, const sim::md::EwaldParams& params, const Units& units = plain_units());
MakeTerm pppm(const data::Box& box, const sim::md::PppmParams& params, const Units& units = plain_units());

/// A term at work on particles that are shared out over the ranks.
class Evaluation {
 public:
  /// Collective over comm.
  Evaluation(const Charged& charged, const MakeTerm& make, const Comm& comm);
  /// Collective. The column "force", where particles are now.
  void forces();
  /// Collective. Forces, energy and virial where particles are now.
  Coulomb now();
  /// Local. Adds to all positions what `shift` says of an id, from 0.
  void move(const std::function<data::Vec3(std::size_t)>& shift);

  sim::md::LongRange& term() { return *term_; }
  double flops() const { return term_->cost(system_.particles, near_).flops; }

 private:
  data::System system_;
  data::Neighbourhood near_;  // nothing in it: waves know no neighbours
  std::unique_ptr<sim::md::LongRange> term_;
  std::size_t count_;
};

Coulomb evaluate(const Charged& charged, const MakeTerm& make, const Comm& comm);

/// Converged to all digits, pairs included.
Coulomb exact(const Charged& charged, double alpha, const Units& units, const Comm& comm);

/// Checks forces relative to their rms, energies and virials relative to the energy.
void compare(const Coulomb& a, const Coulomb& b, double tolerance);
double rms_difference(const std::vector<double>& a, const std::vector<double>& b);  ///< of vectors

}  // namespace tessera::test
