// When the cuts between tiles move, and by whose work.
#pragma once

#include <cstdint>

#include "data/io/state.hpp"
#include "data/neighbourhood.hpp"
#include "deck/binder.hpp"

namespace tessera::sim {

/// nothing: tiles stay even. work: counted list entries, the same in every run. time: what the ranks needed for them.
enum class BalanceBy { nothing, work, time };

struct BalanceParams {
  BalanceBy by = BalanceBy::work;
  std::int64_t every = 10;  ///< list rebuilds between two looks
  double threshold = 1.1;   ///< cuts stay while the imbalance is below
};
void bind(deck::Binder& binder, BalanceParams& params);

/// Imbalance is the largest work of a rank over the mean.
class Balancer {
 public:
  Balancer(const BalanceParams& params, bool is_grid_free) : params_(params), is_grid_free_(is_grid_free) {}

  bool is_due(std::int64_t num_builds) const { return num_builds % params_.every == 0; }

  /// Collective, with lists just built. Gives `tiling` new cuts if the work is uneven and they will better it by much;
  /// then particles must migrate, and lists be built anew.
  bool move_cuts(data::Tiling& tiling, const data::Particles& particles, const data::Neighbourhood& near,
                 double halo_width);

  /// What this rank's forces took in one step.
  void add_time(double seconds) { seconds_ += seconds; }
  bool wants_time() const { return params_.by == BalanceBy::time; }

  /// Collective. Of counted work, now.
  static double imbalance(const data::Particles& particles, const data::Neighbourhood& near);
  double first_imbalance() const { return first_imbalance_; }  ///< when the stage began, with even tiles
  std::int64_t num_moves() const { return num_moves_; }

  /// Collective. Counters, and the tiles themselves; on other ranks than those that saved, tiles stay as they are.
  void save(data::StateWriter& writer, const data::Tiling& tiling) const;
  void restore(data::StateReader& reader, data::Tiling& tiling);

 private:
  int take_time_factor(const Comm& comm, std::int64_t work);

  BalanceParams params_;
  bool is_grid_free_;
  double first_imbalance_ = 0.0;  // 0: not yet known
  std::int64_t num_moves_ = 0;
  double seconds_ = 0.0;  // on forces since the last look
};

}  // namespace tessera::sim
