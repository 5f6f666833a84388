// Tiles and lists of pairs of particles that move: when they are made anew, and forces along them.
#pragma once

#include <cstdint>
#include <optional>

#include "data/io/state.hpp"
#include "data/neighbourhood.hpp"
#include "sim/balancer.hpp"
#include "sim/force_term.hpp"

namespace tessera::sim {

/// Lists hold pairs within cutoff + skin and are rebuilt when a particle may have moved half the skin.
struct NeighbourParams {
  double skin = 0.5;
  std::int64_t every = 1;   ///< lists may be rebuilt at multiples of this many steps
  bool check = true;        ///< false: rebuilt at each of those steps, whether needed or not
  double inner_skin = 0.2;  ///< lists are thinned out to cutoff + this between rebuilds
};

/// Of particles with the standard columns, "force" (3 components) and "built_position" (see add_columns). Its users say
/// how far particles have moved, and when to rebuild.
class PairLists {
 public:
  /// `is_grid_free`: the balance may ask for another grid of tiles.
  PairLists(data::Tiling tiling, double cutoff, double skin, double inner_skin, const BalanceParams& balance,
            bool is_grid_free, data::PairCount count);

  /// Local. Where particles were when their lists were built.
  static void add_columns(data::Particles& particles);

  /// Collective. Particles go home (their rows change), lists are built, and cuts moved where that is due; more often
  /// at the `first` time.
  void rebuild(data::Particles& particles, bool first);
  /// Further tiles, of the same grid, before the next rebuild.
  void set_tiling(const data::Tiling& tiling) { tiling_ = tiling; }

  /// Local. No particle has moved further than that since the last call or thinning.
  void moved(double distance) { drift_since_prune_ += distance; }

  /// Local. The box has changed, and all particles with it (the same on all ranks); lists go on while they hold.
  void set_box(const data::Box& box);
  /// Local. Whether pairs within the cutoff may be missing, if particles have moved at most that far since lists were
  /// built, not counting how the box has taken them along.
  bool are_outdated(double displacement) const { return 2.0 * displacement > skin_left(skin_, shrinkage_since_build_); }
  /// The box when lists were built, which "built_position" belongs to.
  const data::Box& built_box() const { return built_box_; }

  /// Collective, both: adds pair forces to the column "force". Positions travel between the two calls, in which the
  /// caller may set that column, or clear it, but move nothing.
  void begin_forces(const data::Particles& particles);
  void end_forces(const data::Particles& particles, const ForceTerm& force);

  /// Collective. Brings copies up to date where particles have moved since, for energies.
  void refresh(const data::Particles& particles) {
    near_.halo().forward(particles.get<double>("position"), data::Halo::Content::position);
  }

  const data::Tiling& tiling() const { return tiling_; }
  const data::Neighbourhood& neighbourhood() const { return near_; }
  const Balancer& balancer() const { return balancer_; }
  std::int64_t num_builds() const { return num_builds_; }
  std::int64_t num_prunes() const { return num_prunes_; }

  /// Collective. Cuts, and what the next rebuild depends on; particles are saved by their owner.
  void save(data::StateWriter& writer) const;
  /// Collective, before the particles are restored.
  void restore(data::StateReader& reader);
  /// Collective, behind it. On as many ranks as saved, the very lists that there were. `built_box`: the box at that
  /// time, where it has changed.
  void rebuild_restored(data::Particles& particles, bool same_ranks,
                        const std::optional<data::Box>& built_box = std::nullopt);

 private:
  void build(data::Particles& particles);
  void prune(const data::Particles& particles);
  double skin_left(double skin, double shrinkage) const;

  data::Tiling tiling_;
  data::Box built_box_, pruned_box_;
  // Largest factor by which a distance has shrunk with the box since.
  double shrinkage_since_build_ = 1.0, shrinkage_since_prune_ = 1.0;
  double cutoff_, skin_, inner_skin_;
  Balancer balancer_;
  data::PairCount count_;
  data::Neighbourhood near_;
  double drift_since_prune_ = 0.0;
  bool is_thinned_ = false;  // between begin_forces and end_forces: copies are here already
  std::int64_t num_builds_ = 0, num_prunes_ = 0;
};

}  // namespace tessera::sim
