// Pair forces between Langevin particles within a cutoff, in up to three dimensions: particles live on tiles, whose
// neighbours know of each other.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sim/pair_lists.hpp"
#include "sim/particles/formula_pairs.hpp"
#include "sim/particles/space.hpp"

namespace tessera::sim::particles {

/// Positions, forces and images have three components, whatever the dimension: those beyond it are 0. Open directions
/// are cut into tiles of a box around all particles, which follows them.
class ListedPairs {
 public:
  explicit ListedPairs(const LangevinParams& params);

  /// Local. What tiles and lists need besides id, position, force and image.
  static void add_columns(data::Particles& particles);

  /// Collective. Brings drawn particles home and lists their pairs: rows change.
  void start(data::Particles& particles);
  /// Collective, after particles have moved: again, where one may have come within the cutoff of another that is on no
  /// list. Throws Error (numeric) on all ranks if a position is not finite.
  void update(data::Particles& particles);

  /// Collective, at the end of a step that moves particles after its last force: lists and copies are those of now.
  void settle(data::Particles& particles);

  /// Collective, both: adds to the column "force", which may be set between the two.
  void begin_forces(const data::Particles& particles) { lists_->begin_forces(particles); }
  void end_forces(const data::Particles& particles, double time);
  /// Collective. Of all pairs together; the same on any number of ranks up to rounding.
  double energy(const data::Particles& particles, double time) const;

  std::int64_t num_builds() const { return lists_->num_builds(); }

  void save(data::StateWriter& writer) const;
  /// Collective, before and behind the particles are restored.
  void restore(data::StateReader& reader, const Comm& comm);
  void rebuild_restored(data::Particles& particles, bool same_ranks);

 private:
  bool fit_box(const data::Particles& particles);
  void make_lists(const Comm& comm, const data::Box& box);

  PairParams params_;
  Space space_;
  FormulaPairs* formula_ = nullptr;  // the force, if it is one
  std::unique_ptr<ForceTerm> force_;
  std::optional<PairLists> lists_;
};

}  // namespace tessera::sim::particles
