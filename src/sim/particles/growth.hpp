// Birth and death at a rate g(x, t): as weights of the particles, d log w = g dt, or by branching, where a particle has
// exp(g dt) successors on average.
#pragma once

#include <cstdint>

#include "base/comm.hpp"
#include "base/random.hpp"
#include "data/particles.hpp"
#include "sim/particles/params.hpp"
#include "sim/particles/particle_formulas.hpp"

namespace tessera::sim::particles {

class Growth {
 public:
  Growth(const LangevinParams& params, std::uint32_t seed);

  /// Local. Adds g dt at the particles' places to the column log_weight.
  void weigh(const data::Particles& particles, double time) const;
  /// Collective. Every particle is followed by its further successors, all like it but for their ids, which go on from
  /// `next_id` in the order of all particles: the same on any number of ranks. Throws Error (numeric) on all ranks
  /// where a rate is not finite, or has more than max_successors in a step.
  void branch(data::Particles& particles, std::int64_t step, double time, std::int64_t& next_id) const;
  static constexpr int max_successors = 64;

 private:
  Array1<double> rates(const data::Particles& particles, double time) const;

  ParticleFormulas rate_;
  double dt_;
  Random random_;
};

}  // namespace tessera::sim::particles
