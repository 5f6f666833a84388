#include "sim/pair_lists.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/region.hpp"
#include "data/deformation.hpp"

namespace tessera::sim {

namespace {

/// From even tiles: work shifts with the cuts, and a second or third move brings them closer.
constexpr int first_moves = 4;

void copy_places(const Array2<double>& from, const Array2<double>& to, int rows) {
  const auto owned = std::make_pair(0, rows);
  for (int c = 0; c < 3; ++c) Kokkos::deep_copy(Kokkos::subview(to, owned, c), Kokkos::subview(from, owned, c));
}

}  // namespace

PairLists::PairLists(data::Tiling tiling, double cutoff, double skin, double inner_skin, const BalanceParams& balance,
                     bool is_grid_free, data::PairCount count)
    : tiling_(std::move(tiling)),
      built_box_(tiling_.box()),
      pruned_box_(tiling_.box()),
      cutoff_(cutoff),
      skin_(skin),
      inner_skin_(std::min(inner_skin, skin)),
      balancer_(balance, is_grid_free),
      count_(count) {}

void PairLists::add_columns(data::Particles& particles) {
  if (!particles.has_column("built_position"))
    particles.add<double>("built_position", 3, data::Column::saved, "length");
}

/// Lists say who works how much: where cuts move by that, lists are built once more.
void PairLists::rebuild(data::Particles& particles, bool first) {
  const int most_moves = first ? first_moves : balancer_.is_due(num_builds_) ? 1 : 0;
  migrate(tiling_, particles);
  build(particles);
  for (int n = 0; n < most_moves && balancer_.move_cuts(tiling_, particles, near_, cutoff_ + skin_); ++n) {
    migrate(tiling_, particles);
    build(particles);
  }
  copy_places(particles.get<double>("position"), particles.get<double>("built_position"), particles.num_owned());
  ++num_builds_;
}

void PairLists::build(data::Particles& particles) {
  near_.build(tiling_, particles, cutoff_ + skin_, count_);
  built_box_ = tiling_.box();
  shrinkage_since_build_ = 1.0;
  prune(particles);
}

void PairLists::prune(const data::Particles& particles) {
  near_.prune(particles, cutoff_ + inner_skin_);
  pruned_box_ = tiling_.box();
  shrinkage_since_prune_ = 1.0;
  drift_since_prune_ = 0.0;
  ++num_prunes_;
}

void PairLists::set_box(const data::Box& box) {
  drift_since_prune_ *= data::longest_stretch(data::deformation(tiling_.box(), box));
  tiling_.set_box(box);
  near_.halo().set_shifts(box);
  shrinkage_since_build_ = data::longest_stretch(data::deformation(box, built_box_));
  shrinkage_since_prune_ = data::longest_stretch(data::deformation(box, pruned_box_));
}

/// A pair within the cutoff now was no further apart than shrinkage * (cutoff + what both have moved since), and lists
/// hold pairs within cutoff + skin then.
double PairLists::skin_left(double skin, double shrinkage) const {
  return shrinkage == 1.0 ? skin : (cutoff_ + skin) / shrinkage - cutoff_;
}

void PairLists::begin_forces(const data::Particles& particles) {
  const auto position = particles.get<double>("position");
  near_.halo().forward_begin(position, data::Halo::Content::position);
  // Thinning out the lists needs the copies; otherwise the interior is computed while they travel.
  is_thinned_ = inner_skin_ < skin_ && 2.0 * drift_since_prune_ > skin_left(inner_skin_, shrinkage_since_prune_);
  if (!is_thinned_) return;
  near_.halo().forward_end(position);
  prune(particles);
}

void PairLists::end_forces(const data::Particles& particles, const ForceTerm& force) {
  const auto timed = [&](const auto& work) {
    if (!balancer_.wants_time()) return work();
    const double begin = wall_time();
    work();
    Kokkos::fence();
    balancer_.add_time(wall_time() - begin);
  };
  timed([&] { force.add_interior(particles, near_); });
  if (!is_thinned_) near_.halo().forward_end(particles.get<double>("position"));
  timed([&] { force.add_boundary(particles, near_); });
}

void PairLists::save(data::StateWriter& writer) const {
  writer.put("num_builds", num_builds_);
  writer.put("num_prunes", num_prunes_);
  balancer_.save(writer, tiling_);
}

void PairLists::restore(data::StateReader& reader) {
  reader.get("num_builds", num_builds_);
  reader.get("num_prunes", num_prunes_);
  balancer_.restore(reader, tiling_);
}

void PairLists::rebuild_restored(data::Particles& particles, bool same_ranks,
                                 const std::optional<data::Box>& built_box) {
  if (!same_ranks) return rebuild(particles, true);
  // The same lists again: rows are sorted already, so that building from the old places keeps their order.
  const int rows = particles.num_owned();
  const Array2<double> now("position now", static_cast<std::size_t>(rows), 3);
  copy_places(particles.get<double>("position"), now, rows);
  copy_places(particles.get<double>("built_position"), particles.get<double>("position"), rows);
  const data::Box box_now = tiling_.box();
  if (built_box) tiling_.set_box(*built_box);
  build(particles);
  copy_places(now, particles.get<double>("position"), rows);
  if (built_box) set_box(box_now);
  drift_since_prune_ = HUGE_VAL;  // thins the list out again at the present positions
}

}  // namespace tessera::sim
