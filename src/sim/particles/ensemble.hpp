// Particles in a potential, advanced by an integrator of Langevin's equation.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "data/io/state.hpp"
#include "data/particles.hpp"
#include "sim/particles/batched_pairs.hpp"
#include "sim/particles/forces.hpp"
#include "sim/particles/growth.hpp"
#include "sim/particles/listed_pairs.hpp"
#include "sim/particles/mean_field.hpp"
#include "sim/particles/moments.hpp"
#include "sim/particles/step_kernel.hpp"

namespace tessera::sim::particles {

/// Columns id (from 1), position, force, and, where there are such, velocity, image and log_weight; as many components
/// as space has dimensions (3 where there are lists of pairs). Each rank has a contiguous part of all particles in one
/// order, at first that of ids, which does not depend on the number of ranks: nothing pulls a particle to another rank,
/// but lists of pairs, with which each rank has the particles of its tile.
class Ensemble {
 public:
  Ensemble(const Comm& comm, const LangevinParams& params, std::uint32_t seed);

  /// Collective. Draws positions and velocities, or reads them from the start's file. Throws Error (input) as
  /// read_start.
  void start();
  /// Collective. One step. Returns the id of one of this rank's particles that is lost (not finite, or too far to
  /// follow), 0 if there is none. Throws Error (numeric) if all particles have died, and as Growth.
  std::int64_t step();

  std::int64_t num_steps_done() const { return step_; }
  double time() const { return static_cast<double>(step_) * params_.dt; }
  const data::Particles& particles() const { return particles_; }
  std::int64_t num_global() const { return num_global_; }
  const Space& space() const { return space_; }
  bool has_velocity() const { return steps_.has_velocity; }
  bool has_weights() const { return params_.has_weights(); }
  bool has_lists() const { return listed_.has_value(); }

  /// Collective.
  Moments moments() const;
  /// Collective. Of positions, row after row.
  std::vector<double> covariance(const Moments& moments) const;

  /// Collective.
  void save(data::StateWriter& writer) const;
  /// Collective, instead of start(). Bit for bit on any number of ranks.
  void restore(data::StateReader& reader);

 private:
  Columns columns() const;
  Sample sample(bool with_energy) const;
  void add_columns();
  void evaluate_forces(int evaluation, double time);
  double pair_energy() const;
  std::int64_t advance_fused() const;
  std::int64_t advance_by_segments();
  std::int64_t id_of(std::int64_t row) const;
  void grow();

  LangevinParams params_;
  std::uint32_t seed_;
  Space space_;
  Steps steps_;
  Forces forces_;
  std::optional<MeanField> mean_field_;
  std::optional<ListedPairs> listed_;
  std::optional<BatchedPairs> batched_;
  std::optional<Growth> growth_;
  data::Particles particles_;
  std::int64_t step_ = 0;
  std::int64_t num_global_ = 0, next_id_ = 0;
};

/// Bytes of one particle in an ensemble.
double bytes_per_particle(const LangevinParams& params);

}  // namespace tessera::sim::particles
