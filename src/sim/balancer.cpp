#include "sim/balancer.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/region.hpp"
#include "data/balance.hpp"

namespace tessera::sim {

namespace {

/// Of a particle besides its pairs, in list entries (about 10 ns): to move it, and to begin and end its list.
constexpr int own_work = 2;

/// What a particle with ordinary speed counts by measured time.
constexpr int time_unit = 64;

std::int64_t count_work(const data::Particles& particles, const data::Neighbourhood& near) {
  const auto entries = near.inner().num_total;
  std::int64_t sum = 0;
  Kokkos::parallel_reduce(
      "sim/count_work", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, std::int64_t& total) { total += entries(i) + own_work; }, sum);
  return sum;
}

Array1<int> work_of_rows(const data::Particles& particles, const data::Neighbourhood& near, int factor) {
  const int rows = particles.num_owned();
  const auto work = make_uninitialized<Array1<int>>("work", static_cast<std::size_t>(rows));
  const auto entries = near.inner().num_total;
  Kokkos::parallel_for(
      "sim/work_of_rows", Range(0, rows), KOKKOS_LAMBDA(int i) { work(i) = (entries(i) + own_work) * factor; });
  return work;
}

}  // namespace

void bind(deck::Binder& b, BalanceParams& p) {
  b.choice("by", p.by, {{"nothing", BalanceBy::nothing}, {"work", BalanceBy::work}, {"time", BalanceBy::time}},
           {"cuts between tiles move so that ranks have equal work, by counted list entries; time: by what these took, "
            "for nodes of unequal speed, but then two runs differ by rounding, and so does one that is taken up again; "
            "nothing: tiles stay even"});
  b.value("every", p.every, {.low = 1}, {"list rebuilds from one look at the balance to the next"});
  b.value("threshold", p.threshold, {.low = 1.0},
          {"largest over mean work of a rank beyond which cuts move, and other grids are tried if none is given"});
}

bool Balancer::move_cuts(data::Tiling& tiling, const data::Particles& particles, const data::Neighbourhood& near,
                         double halo_width) {
  const Region region("sim/balance");
  const Comm& comm = tiling.comm();
  std::int64_t work = count_work(particles, near);
  if (first_imbalance_ == 0.0) first_imbalance_ = data::imbalance_of(comm, work);
  if (comm.size() == 1 || params_.by == BalanceBy::nothing) return false;
  const int factor = wants_time() ? take_time_factor(comm, work) : 1;
  work *= factor;
  const double now = data::imbalance_of(comm, work);
  if (now <= params_.threshold) return false;
  const auto better = data::balance(tiling, particles, work_of_rows(particles, near, factor),
                                    {halo_width, is_grid_free_, params_.threshold});
  // Cuts that cannot get better stay where they are, whatever the threshold.
  constexpr double least_gain = 0.2;
  if (better.imbalance - 1.0 > (1.0 - least_gain) * (now - 1.0)) return false;
  tiling = better.tiling;
  ++num_moves_;
  return true;
}

/// Collective. Seconds a work on this rank over the mean, in time_units.
int Balancer::take_time_factor(const Comm& comm, std::int64_t work) {
  double sums[2] = {seconds_, static_cast<double>(work)};
  comm.all_reduce(sums, 2, Op::sum);
  const double mine = seconds_ * sums[1], expected = sums[0] * static_cast<double>(work);
  seconds_ = 0.0;
  if (!(mine > 0.0 && expected > 0.0)) return time_unit;
  constexpr double farthest = 16.0;  // a rank that was held up once must not lose everything
  return static_cast<int>(std::lround(time_unit * std::clamp(mine / expected, 1.0 / farthest, farthest)));
}

double Balancer::imbalance(const data::Particles& particles, const data::Neighbourhood& near) {
  return data::imbalance_of(particles.comm(), count_work(particles, near));
}

void Balancer::save(data::StateWriter& writer, const data::Tiling& tiling) const {
  writer.put("first_imbalance", first_imbalance_);
  writer.put("num_balance_moves", num_moves_);
  std::vector<double> cuts;
  for (int d = 0; d < 3; ++d) cuts.insert(cuts.end(), tiling.cuts(d).begin(), tiling.cuts(d).end());
  const auto& grid = tiling.grid();
  writer.put("tile_grid", std::vector<std::int64_t>{grid[0], grid[1], grid[2]});
  writer.put("tile_cuts", cuts);
}

void Balancer::restore(data::StateReader& reader, data::Tiling& tiling) {
  reader.get("first_imbalance", first_imbalance_);
  reader.get("num_balance_moves", num_moves_);
  std::vector<std::int64_t> grid;
  std::vector<double> cuts;
  reader.get("tile_grid", grid);
  reader.get("tile_cuts", cuts);
  if (!reader.same_ranks()) return;
  const auto in_range = [](std::int64_t n) { return n >= 1 && n <= data::Tiling::max_tiles; };
  if (grid.size() != 3 || !std::all_of(grid.begin(), grid.end(), in_range) ||
      static_cast<std::int64_t>(cuts.size()) != grid[0] + grid[1] + grid[2] + 3)
    throw Error::input("the checkpoint of this stage has tiles of the wrong number");
  tiling = data::Tiling(tiling.comm(), tiling.box(),
                        {static_cast<int>(grid[0]), static_cast<int>(grid[1]), static_cast<int>(grid[2])});
  auto next = cuts.begin();
  for (int d = 0; d < 3; ++d) {
    const auto end = next + static_cast<std::ptrdiff_t>(tiling.cuts(d).size());
    tiling.set_cuts(d, {next, end});
    next = end;
  }
}

}  // namespace tessera::sim
