#include "sim/particles/listed_pairs.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/region.hpp"
#include "base/sum.hpp"
#include "sim/pair_force.hpp"
#include "sim/particles/box_around.hpp"

namespace tessera::sim::particles {

namespace {

/// Largest squared distance from where the lists were built; infinite if one is not finite.
double largest_move2(const data::Particles& particles, int dimensions) {
  const auto now = particles.get<double>("position"), then = particles.get<double>("built_position");
  double most = 0.0;
  Kokkos::parallel_reduce(
      "particles/largest_move", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int row, double& largest) {
        double sum = 0.0;
        for (int c = 0; c < dimensions; ++c) sum += (now(row, c) - then(row, c)) * (now(row, c) - then(row, c));
        if (!(sum <= largest)) largest = sum == sum ? sum : HUGE_VAL;
      },
      Kokkos::Max<double>(most));
  return most;
}

/// What was wrapped from just below a box may be rounded to its upper end; a tile must not wrap it once more, behind an
/// integrator's back.
void keep_inside(const Array2<double>& position, const Space& space, int rows) {
  Space ends = space;
  for (int c = 0; c < space.dimensions; ++c) ends.low[c] = std::nextafter(space.low[c] + space.length[c], space.low[c]);
  Kokkos::parallel_for(
      "particles/keep_inside", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < ends.dimensions; ++c)
          if (ends.length[c] > 0.0 && position(row, c) > ends.low[c]) position(row, c) = ends.low[c];
      });
}

void clear_beyond(const Array2<double>& position, const Array2<double>& force, const Array2<int>& image,
                  const Array2<int>& type, int dimensions, int rows) {
  Kokkos::parallel_for(
      "particles/clear_beyond", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int c = dimensions; c < 3; ++c) {
          position(row, c) = 0.0;
          force(row, c) = 0.0;
        }
        for (int c = 0; c < 3; ++c) image(row, c) = 0;
        type(row, 0) = 0;
      });
}

}  // namespace

ListedPairs::ListedPairs(const LangevinParams& params) : params_(params.pair), space_(make_space(params)) {
  const double factor = params_.is_mean_field ? 1.0 / static_cast<double>(params.particles) : 1.0;
  const PairTable table = pair_table(params_, factor);
  switch (params_.kind) {
    case PairKind::gaussian:
      force_ = make_gaussian_repulsion(table);
      break;
    case PairKind::quadratic:
      force_ = make_quadratic_repulsion(table);
      break;
    case PairKind::wca:
    case PairKind::lennard_jones:
      force_ = make_lennard_jones(table);
      break;
    case PairKind::formula: {
      auto formula = std::make_unique<FormulaPairs>(params, factor);
      formula_ = formula.get();
      force_ = std::move(formula);
      break;
    }
    case PairKind::none:
      throw Error::internal("pairs of no kind");
  }
}

void ListedPairs::add_columns(data::Particles& particles) {
  particles.add<int>("type", 1, data::Column::saved | data::Column::halo);
  PairLists::add_columns(particles);
}

/// Collective. A box around all particles, if they have left the old one, or fill less than half of it.
bool ListedPairs::fit_box(const data::Particles& particles) {
  const Extent extent = extent_of(particles, space_.dimensions);
  bool is_new = !lists_;
  for (int c = 0; c < space_.dimensions && !is_new; ++c) {
    const double size = extent.high[c] - extent.low[c];
    if (space_.length[c] > 0.0 || !std::isfinite(size)) continue;
    const data::Box& box = lists_->tiling().box();
    const double low = box.origin[c], edge = box.cell[c][c];
    is_new = extent.low[c] < low || extent.high[c] > low + edge || size < 0.5 * edge;
  }
  if (!is_new) return false;
  const data::Box box = box_around(space_, extent, params_.cutoff.value());
  if (lists_)
    lists_->set_tiling({particles.comm(), box, lists_->tiling().grid()});
  else
    make_lists(particles.comm(), box);
  return true;
}

void ListedPairs::make_lists(const Comm& comm, const data::Box& box) {
  // A formula is evaluated on both sides; the others share out pairs as molecular dynamics does.
  const auto count = formula_ != nullptr ? data::PairCount::full : data::preferred_pair_count();
  lists_.emplace(data::Tiling(comm, box), params_.cutoff.value(), params_.skin.value(), params_.skin.value(),
                 BalanceParams{}, true, count);
}

void ListedPairs::start(data::Particles& particles) {
  clear_beyond(particles.get<double>("position"), particles.get<double>("force"), particles.get<int>("image"),
               particles.get<int>("type"), space_.dimensions, particles.num_owned());
  lists_.reset();
  fit_box(particles);
  lists_->rebuild(particles, true);
}

void ListedPairs::update(data::Particles& particles) {
  const double most = largest_move2(particles, space_.dimensions), skin = params_.skin.value();
  const int must_rebuild = 4.0 * most <= skin * skin ? 0 : 1;
  if (particles.comm().all_reduce(must_rebuild, Op::max) == 0) return;
  const Region region("particles/list_pairs");
  if (space_.has_periodic) keep_inside(particles.get<double>("position"), space_, particles.num_owned());
  lists_->rebuild(particles, fit_box(particles));
}

void ListedPairs::settle(data::Particles& particles) {
  update(particles);
  lists_->refresh(particles);
}

void ListedPairs::end_forces(const data::Particles& particles, double time) {
  if (formula_ != nullptr) formula_->set_time(time);
  lists_->end_forces(particles, *force_);
}

double ListedPairs::energy(const data::Particles& particles, double time) const {
  if (formula_ != nullptr) formula_->set_time(time);
  auto sums = force_->sums(particles, lists_->neighbourhood());
  all_reduce(particles.comm(), &sums.energy, 1);
  return sums.energy.value();
}

void ListedPairs::save(data::StateWriter& writer) const {
  const data::Box& box = lists_->tiling().box();
  const std::vector<double> edges{box.origin[0],  box.cell[0][0], box.origin[1],
                                  box.cell[1][1], box.origin[2],  box.cell[2][2]};
  writer.put("tiles", edges);
  lists_->save(writer);
}

void ListedPairs::restore(data::StateReader& reader, const Comm& comm) {
  std::vector<double> edges;
  reader.get("tiles", edges);
  if (edges.size() != 6) throw Error::input("the checkpoint of this stage has a box of the wrong size");
  const auto is_closed = [&](int c) { return c < space_.dimensions && space_.length[c] > 0.0; };
  make_lists(comm, data::Box::orthogonal({edges[0], edges[2], edges[4]}, {edges[1], edges[3], edges[5]},
                                         {is_closed(0), is_closed(1), is_closed(2)}));
  lists_->restore(reader);
}

void ListedPairs::rebuild_restored(data::Particles& particles, bool same_ranks) {
  lists_->rebuild_restored(particles, same_ranks);
}

}  // namespace tessera::sim::particles
