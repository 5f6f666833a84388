#include "data/balance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include "base/region.hpp"
#include "data/halo.hpp"

namespace tessera::data {

namespace {

constexpr int num_bins = 1024;

using Counts = std::vector<std::int64_t>;

/// Collective. Sums over all ranks.
Counts sum_up(const Comm& comm, const Array1<std::int64_t>& counts) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), counts);
  Counts sums(host.data(), host.data() + host.extent(0));
  comm.all_reduce(sums.data(), static_cast<int>(sums.size()), Op::sum);
  return sums;
}

/// Where a number from 0 to `num_bins` belongs; what lies outside counts for the ends.
KOKKOS_INLINE_FUNCTION int bin_of(double x) {
  return !(x > 0.0) ? 0 : x < num_bins ? static_cast<int>(x) : num_bins - 1;
}

KOKKOS_INLINE_FUNCTION Vec3 place_of(const Box& box, const Array2<double>& position, int i) {
  return box.to_fractional({position(i, 0), position(i, 1), position(i, 2)});
}

/// Coarse bins that are looked at more closely: each has a slot of as many fine ones.
struct Zoom {
  Array1<int> slot_of_bin;  // -1: none
  int num_slots;

  explicit Zoom(const std::map<int, int>& slots)
      : slot_of_bin("slots", num_bins), num_slots(static_cast<int>(slots.size())) {
    const auto host = Kokkos::create_mirror_view(slot_of_bin);
    Kokkos::deep_copy(host, -1);
    for (const auto& [bin, slot] : slots) host(bin) = slot;
    Kokkos::deep_copy(slot_of_bin, host);
  }
};

/// Who works where.
struct Work {
  Box box;
  Array2<double> position;
  Array1<int> amount;
  int rows;
  Comm comm;
};

/// Collective. Work in each bin along d.
Counts coarse_histogram(const Work& work, int d) {
  const Array1<std::int64_t> counts("work by place", num_bins);
  const auto position = work.position;
  const auto amount = work.amount;
  const Box box = work.box;
  Kokkos::parallel_for(
      "data/work_by_place", Range(0, work.rows), KOKKOS_LAMBDA(int i) {
        const int bin = bin_of(place_of(box, position, i)[d] * num_bins);
        Kokkos::atomic_add(&counts(bin), static_cast<std::int64_t>(amount(i)));
      });
  return sum_up(work.comm, counts);
}

/// Collective. Work in each fine bin of each slot.
Counts fine_histogram(const Work& work, int d, const Zoom& zoom) {
  const Array1<std::int64_t> counts("work by place", static_cast<std::size_t>(zoom.num_slots) * num_bins);
  const auto position = work.position;
  const auto amount = work.amount;
  const auto slot_of_bin = zoom.slot_of_bin;
  const Box box = work.box;
  Kokkos::parallel_for(
      "data/work_by_place", Range(0, work.rows), KOKKOS_LAMBDA(int i) {
        const double s = place_of(box, position, i)[d] * num_bins;
        const int bin = bin_of(s), slot = slot_of_bin(bin);
        if (slot < 0) return;
        Kokkos::atomic_add(&counts(slot * num_bins + bin_of((s - bin) * num_bins)),
                           static_cast<std::int64_t>(amount(i)));
      });
  return sum_up(work.comm, counts);
}

/// The last bin that begins at or below the target; `below` holds the work before each bin, and all work at its end.
int bin_with(const Counts& below, double target) {
  const auto above = std::find_if(below.begin() + 1, below.end() - 1,
                                  [&](std::int64_t sum) { return static_cast<double>(sum) > target; });
  return static_cast<int>(above - below.begin()) - 1;
}

int nearest_edge(const Counts& below, double target) {
  const int bin = bin_with(below, target);
  const double left = target - static_cast<double>(below[static_cast<std::size_t>(bin)]);
  const double right = static_cast<double>(below[static_cast<std::size_t>(bin) + 1]) - target;
  return left < right ? bin : bin + 1;
}

Counts sums_below(std::int64_t before, const std::int64_t* counts) {
  Counts below(num_bins + 1, before);
  for (std::size_t n = 0; n < num_bins; ++n) below[n + 1] = below[n] + counts[n];
  return below;
}

/// Collective. `tiles` - 1 places along d between which there is as much work, as nearly as single particles allow.
std::vector<double> equal_places(const Work& work, int d, const Counts& below, int tiles) {
  std::vector<double> targets;
  std::map<int, int> slots;
  for (int n = 1; n < tiles; ++n) {
    targets.push_back(static_cast<double>(below.back()) * n / tiles);
    slots.try_emplace(bin_with(below, targets.back()), static_cast<int>(slots.size()));
  }
  const Counts fine = fine_histogram(work, d, Zoom(slots));
  std::vector<double> places;
  for (const double target : targets) {
    const int bin = bin_with(below, target);
    const auto* counts = fine.data() + static_cast<std::ptrdiff_t>(slots.at(bin)) * num_bins;
    const int part = nearest_edge(sums_below(below[static_cast<std::size_t>(bin)], counts), target);
    places.push_back((bin + static_cast<double>(part) / num_bins) / num_bins);
  }
  return places;
}

/// Moves cuts apart until no tile is thinner than `least`, which an even tile is not.
std::vector<double> make_cuts(const std::vector<double>& places, double least) {
  std::vector<double> cuts{0.0};
  cuts.insert(cuts.end(), places.begin(), places.end());
  cuts.push_back(1.0);
  for (std::size_t n = 1; n + 1 < cuts.size(); ++n) cuts[n] = std::max(cuts[n], cuts[n - 1] + least);
  for (std::size_t n = cuts.size() - 2; n > 0; --n) cuts[n] = std::min(cuts[n], cuts[n + 1] - least);
  return cuts;
}

/// The owner of a place, on the device.
struct OwnerOf {
  Array1<double> cuts;  // of all directions
  Int3 begin, grid;

  explicit OwnerOf(const Tiling& tiling) : grid(tiling.grid()) {
    std::vector<double> all;
    for (int d = 0; d < 3; ++d) {
      begin[d] = static_cast<int>(all.size());
      all.insert(all.end(), tiling.cuts(d).begin(), tiling.cuts(d).end());
    }
    cuts = make_uninitialized<Array1<double>>("cuts", all.size());
    Kokkos::deep_copy(cuts, HostArray1<const double>(all.data(), all.size()));
  }
  KOKKOS_FUNCTION int tile(int d, double s) const {
    int low = 0, high = grid[d];
    while (high - low > 1) {
      const int middle = (low + high) / 2;
      if (s < cuts(begin[d] + middle))
        high = middle;
      else
        low = middle;
    }
    return low;
  }
  KOKKOS_FUNCTION int operator()(const Vec3& s) const {
    return tile(0, s[0]) + grid[0] * (tile(1, s[1]) + grid[1] * tile(2, s[2]));
  }
};

double imbalance_of(const Counts& work) {
  const auto total = std::accumulate(work.begin(), work.end(), std::int64_t{0});
  if (total == 0) return 1.0;
  const auto most = *std::max_element(work.begin(), work.end());
  return static_cast<double>(most) * static_cast<double>(work.size()) / static_cast<double>(total);
}

/// Collective. What the imbalance will be with these tiles.
double predict(const Tiling& tiling, const Work& work) {
  const Array1<std::int64_t> counts("work by tile", static_cast<std::size_t>(tiling.comm().size()));
  const auto position = work.position;
  const auto amount = work.amount;
  const Box box = tiling.box();
  const OwnerOf owner(tiling);
  Kokkos::parallel_for(
      "data/work_by_tile", Range(0, work.rows), KOKKOS_LAMBDA(int i) {
        Kokkos::atomic_add(&counts(owner(place_of(box, position, i))), static_cast<std::int64_t>(amount(i)));
      });
  return imbalance_of(sum_up(tiling.comm(), counts));
}

constexpr int tiles_within_halo = (Halo::max_targets - 1) / 2 - 1;

/// Grids other than this one whose even tiles a halo can serve, by rising surface.
std::vector<Int3> other_grids(const Tiling& tiling, double halo_width) {
  const Box& box = tiling.box();
  std::vector<Int3> grids;
  for (const auto& grid : Tiling::grids(tiling.comm().size())) {
    bool differs = false, fits = true;
    for (int d = 0; d < 3; ++d) {
      differs = differs || grid[d] != tiling.grid()[d];
      fits = fits && (grid[d] == 1 || grid[d] * halo_width / box.height(d) <= tiles_within_halo);
    }
    if (differs && fits) grids.push_back(grid);
  }
  std::stable_sort(grids.begin(), grids.end(),
                   [&](const Int3& a, const Int3& b) { return Tiling::surface(box, a) < Tiling::surface(box, b); });
  return grids;
}

/// Tries grids; cuts of one direction depend on the number of tiles along it only.
class Search {
 public:
  Search(const Work& work, double halo_width) : work_(work), halo_width_(halo_width) {
    for (int d = 0; d < 3; ++d) below_.push_back(sums_below(0, coarse_histogram(work, d).data()));
  }
  /// Collective.
  BalancedTiling operator()(const Int3& grid) {
    Tiling tiling(work_.comm, work_.box, grid);
    for (int d = 0; d < 3; ++d)
      if (grid[d] > 1) tiling.set_cuts(d, cuts(d, grid[d]));
    const double imbalance = predict(tiling, work_);
    return {std::move(tiling), imbalance};
  }

 private:
  const std::vector<double>& cuts(int d, int tiles) {
    const auto direction = static_cast<std::size_t>(d);
    auto& known = cuts_[direction];
    if (const auto found = known.find(tiles); found != known.end()) return found->second;
    const auto places = equal_places(work_, d, below_[direction], tiles);
    return known[tiles] = make_cuts(places, least_width(work_.box, d, tiles, halo_width_));
  }

  Work work_;
  double halo_width_;
  std::vector<Counts> below_;  // by direction
  std::array<std::map<int, std::vector<double>>, 3> cuts_;
};

}  // namespace

double imbalance_of(const Comm& comm, std::int64_t work) {
  const std::int64_t total = comm.all_reduce(work, Op::sum), most = comm.all_reduce(work, Op::max);
  return total > 0 ? static_cast<double>(most) * comm.size() / static_cast<double>(total) : 1.0;
}

double least_width(const Box& box, int d, int tiles, double halo_width) {
  const double reach = halo_width / box.height(d), even = 1.0 / tiles;
  return std::min(even, std::max({0.5 * std::min(reach, even), reach / tiles_within_halo, 1e-6 * even}));
}

BalancedTiling balance(const Tiling& tiling, const Particles& particles, const Array1<int>& work,
                       const BalanceLimits& limits) {
  const Region region("data/balance");
  constexpr double worth_more_surface = 0.05;  // what another grid must gain
  const Work all{tiling.box(), particles.get<double>("position"), work, particles.num_owned(), tiling.comm()};
  Search search(all, limits.halo_width);
  BalancedTiling best = search(tiling.grid());
  if (!limits.is_grid_free || best.imbalance <= limits.enough) return best;
  for (const auto& grid : other_grids(tiling, limits.halo_width)) {
    BalancedTiling next = search(grid);
    if (next.imbalance < best.imbalance - worth_more_surface) best = std::move(next);
    if (best.imbalance <= limits.enough) break;
  }
  return best;
}

}  // namespace tessera::data
