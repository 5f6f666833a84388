#include "sim/particles/batched_pairs.hpp"

#include <algorithm>

#include "base/region.hpp"
#include "base/sum.hpp"
#include "data/table.hpp"
#include "sim/particles/place_exchange.hpp"
#include "sim/particles/step_kernel.hpp"

namespace tessera::sim::particles {

namespace {

/// Pairs whose distances are kept at a time.
constexpr std::int64_t pairs_at_once = 1 << 20;

/// Places of whole batches, of `size` each; pairs are numbered by place, then by partner.
struct BatchRange {
  int first, count, size;
};

/// D: dimensions, or 0 for as many as space has.
template <int D>
struct BatchPairs {
  Array2<double> position;
  Space space;
  BatchRange range;

  KOKKOS_INLINE_FUNCTION int num_pairs() const { return range.count * (range.size - 1); }

  /// visit(other, delta): all partners of place n of the range, delta = x_n - x_other.
  KOKKOS_INLINE_FUNCTION int dimensions() const { return D > 0 ? D : space.dimensions; }

  template <class Visit>
  KOKKOS_INLINE_FUNCTION void operator()(int n, const Visit& visit) const {
    const int here = range.first + n, begin = range.first + n / range.size * range.size;
    double delta[D > 0 ? D : max_dimensions];
    for (int other = begin; other < begin + range.size; ++other) {
      if (other == here) continue;
      for (int c = 0; c < dimensions(); ++c) {
        delta[c] = position(here, c) - position(other, c);
        if (space.has_periodic && space.length[c] > 0.0)
          delta[c] -= space.length[c] * kmath::floor(delta[c] / space.length[c] + 0.5);
      }
      visit(delta);
    }
  }
};

template <class Pairs>
void fill_batch_distances(const Pairs& pairs, const Array1<double>& r) {
  Kokkos::parallel_for(
      "particles/batch_distances", Range(0, pairs.range.count), KOKKOS_LAMBDA(int n) {
        int next = n * (pairs.range.size - 1);
        pairs(n, [&](const double* delta) {
          double r2 = 0.0;
          for (int c = 0; c < pairs.dimensions(); ++c) r2 += delta[c] * delta[c];
          r(next++) = kmath::sqrt(r2);
        });
      });
}

template <class Pairs>
void sum_batch_forces(const Pairs& pairs, const Array1<double>& slope, double factor, const Array2<double>& force) {
  Kokkos::parallel_for(
      "particles/batch_forces", Range(0, pairs.range.count), KOKKOS_LAMBDA(int n) {
        int next = n * (pairs.range.size - 1);
        double sum[max_dimensions] = {};
        pairs(n, [&](const double* delta) {
          const double f = slope(next++);
          for (int c = 0; c < pairs.dimensions(); ++c) sum[c] += f * delta[c];
        });
        for (int c = 0; c < pairs.dimensions(); ++c) force(pairs.range.first + n, c) = factor * sum[c];
      });
}

void add_batch_energies(const Array1<double>& energy, int count, double factor, ExactSum& all) {
  ExactSum total;
  Kokkos::parallel_reduce(
      "particles/batch_energy", Range(0, count), KOKKOS_LAMBDA(int n, ExactSum& sum) { sum.add(factor * energy(n)); },
      Kokkos::Sum<ExactSum>(total));
  all += total;
}

Array1<std::int64_t> places_of(const Shuffle& shuffle, std::int64_t first, int rows) {
  const auto place = make_uninitialized<Array1<std::int64_t>>("particles/place", static_cast<std::size_t>(rows));
  Kokkos::parallel_for(
      "particles/shuffle", Range(0, rows), KOKKOS_LAMBDA(int row) { place(row) = shuffle(first + row); });
  return place;
}

}  // namespace

/// Shared out over the ranks, whole.
struct BatchedPairs::Batches {
  std::vector<std::int64_t> begin;  // first place of each rank, and the end
  std::vector<BatchRange> ranges;   // of equal batches here, whose pairs fit into memory
  double factor;                    // of the sum over all pairs, but for 1/(size - 1)
};

BatchedPairs::BatchedPairs(const LangevinParams& params, std::uint32_t seed)
    : params_(params), space_(make_space(params)), random_(seed, RandomPurpose::langevin_batches), potential_(params) {}

BatchedPairs::Batches BatchedPairs::make_batches(const Comm& comm, std::int64_t total) const {
  const std::int64_t size = params_.pair.batch, count = std::max<std::int64_t>(1, total / size);
  Batches batches;
  for (int rank = 0; rank <= comm.size(); ++rank) {
    const std::int64_t first = data::first_of_share(count, 1, rank, comm.size());
    batches.begin.push_back(first == count ? total : size * first);
  }
  batches.factor = static_cast<double>(total - 1) / (params_.pair.is_mean_field ? static_cast<double>(total) : 1.0);
  const auto me = static_cast<std::size_t>(comm.rank());
  const std::int64_t begin = batches.begin[me], end = batches.begin[me + 1];
  const std::int64_t equal = std::min(end, size * (count - 1)) - begin;  // places in batches that are not the last
  const std::int64_t step = std::max<std::int64_t>(1, pairs_at_once / (size * (size - 1))) * size;
  const auto add = [&](std::int64_t first, std::int64_t places, std::int64_t of) {
    batches.ranges.push_back({static_cast<int>(first), static_cast<int>(places), static_cast<int>(of)});
  };
  for (std::int64_t first = 0; first < equal; first += step) add(first, std::min(step, equal - first), size);
  const std::int64_t last = total - size * (count - 1);
  if (end == total && end > begin) add(equal, last, last);
  return batches;
}

Shuffle BatchedPairs::shuffle(std::int64_t total, const Draw& draw) const {
  return {total, random_, static_cast<std::uint64_t>(draw.step * evaluations_per_step + draw.evaluation)};
}

/// work(pairs, r, factor) for pairs of a group of batches of one size.
template <class Work>
void BatchedPairs::for_groups(const Batches& batches, const Array2<double>& position, const Work& work) const {
  Array1<double> r;
  for (const auto& range : batches.ranges) {
    const auto count = static_cast<std::size_t>(range.count * (range.size - 1));
    if (r.extent(0) < count) r = make_uninitialized<Array1<double>>("particles/batch_r", count);
    with_dimensions(space_.dimensions, [&](auto d) {
      const BatchPairs<decltype(d)::value> pairs{position, space_, range};
      fill_batch_distances(pairs, r);
      work(pairs, r, range.size > 1 ? batches.factor / (range.size - 1) : 0.0);
    });
  }
}

void BatchedPairs::add_force(const Comm& comm, const Array2<double>& position, const Array2<double>& force, int rows,
                             std::int64_t total, const Draw& draw, double time) const {
  const Region region("particles/batches");
  const Batches batches = make_batches(comm, total);
  PlaceExchange exchange(comm, places_of(shuffle(total, draw), comm.exclusive_sum(rows), rows), batches.begin);
  const auto placed = exchange.to_places(position, space_.dimensions);
  const auto found = make_uninitialized<Array2<double>>("particles/batch_force", placed.extent(0), placed.extent(1));
  Array1<double> slope;
  for_groups(batches, placed, [&](const auto& pairs, const Array1<double>& r, double factor) {
    if (slope.extent(0) < r.extent(0)) slope = make_uninitialized<Array1<double>>("particles/batch_slope", r.extent(0));
    potential_.slopes(r, pairs.num_pairs(), time, slope);
    sum_batch_forces(pairs, slope, factor, found);
  });
  exchange.add_to_rows(found, force, space_.dimensions);
}

double BatchedPairs::energy(const Comm& comm, const Array2<double>& position, int rows, std::int64_t total,
                            const Draw& draw, double time) const {
  const Region region("particles/batch_energy");
  const Batches batches = make_batches(comm, total);
  PlaceExchange exchange(comm, places_of(shuffle(total, draw), comm.exclusive_sum(rows), rows), batches.begin);
  const auto placed = exchange.to_places(position, space_.dimensions);
  ExactSum sum;
  for_groups(batches, placed, [&](const auto& pairs, const Array1<double>& r, double factor) {
    const Array1<double> energy("particles/batch_energy", r.extent(0));
    potential_.energies(r, pairs.num_pairs(), time, energy);
    add_batch_energies(energy, pairs.num_pairs(), 0.5 * factor, sum);
  });
  all_reduce(comm, &sum, 1);
  return sum.value();
}

}  // namespace tessera::sim::particles
