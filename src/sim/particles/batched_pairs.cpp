#include "sim/particles/batched_pairs.hpp"

#include <algorithm>

#include "base/region.hpp"
#include "base/sum.hpp"
#include "sim/particles/step_kernel.hpp"

namespace tessera::sim::particles {

namespace {

/// Pairs whose distances are kept at a time: on processors, as many as a thread's cache holds.
std::int64_t pairs_at_once() { return device_is_host ? std::int64_t{4096} * ExecSpace().concurrency() : 1 << 20; }

constexpr std::int64_t pairs_of(std::int64_t particles) { return particles * (particles - 1) / 2; }

/// Places of whole batches, of `size` each.
struct BatchRange {
  int first, count, size;

  int num_pairs() const { return static_cast<int>(count / size * pairs_of(size)); }
};

/// D: dimensions, or 0 for as many as space has. Pairs are numbered by batch, then by the first, then by the second.
template <int D>
struct BatchPairs {
  data::RowArray<double> position;
  Space space;
  BatchRange range;
  double inverse_length[max_dimensions] = {};

  BatchPairs(const data::RowArray<double>& places, const Space& in, const BatchRange& of)
      : position(places), space(in), range(of) {
    for (int c = 0; c < max_dimensions; ++c) inverse_length[c] = in.length[c] > 0.0 ? 1.0 / in.length[c] : 0.0;
  }

  KOKKOS_INLINE_FUNCTION int dimensions() const { return D > 0 ? D : space.dimensions; }

  /// visit(pair, first, second, delta): all pairs of a batch, delta = x_first - x_second.
  template <class Visit>
  KOKKOS_INLINE_FUNCTION void operator()(int batch, const Visit& visit) const {
    const int begin = range.first + batch * range.size, end = begin + range.size;
    int pair = batch * (range.size * (range.size - 1) / 2);
    double delta[D > 0 ? D : max_dimensions];
    for (int first = begin; first < end; ++first)
      for (int second = first + 1; second < end; ++second) {
        for (int c = 0; c < dimensions(); ++c) delta[c] = position(first, c) - position(second, c);
        if (space.has_periodic)
          for (int c = 0; c < dimensions(); ++c)
            delta[c] -= space.length[c] * kmath::floor(delta[c] * inverse_length[c] + 0.5);
        visit(pair++, first, second, delta);
      }
  }
};

template <class Pairs>
void fill_batch_distances(const Pairs& pairs, const Array1<double>& r) {
  Kokkos::parallel_for(
      "particles/batch_distances", Range(0, pairs.range.count / pairs.range.size), KOKKOS_LAMBDA(int batch) {
        pairs(batch, [&](int pair, int, int, const double* delta) {
          double r2 = 0.0;
          for (int c = 0; c < pairs.dimensions(); ++c) r2 += delta[c] * delta[c];
          r(pair) = kmath::sqrt(r2);
        });
      });
}

template <class Pairs>
void sum_batch_forces(const Pairs& pairs, const Array1<double>& slope, double factor,
                      const data::RowArray<double>& force) {
  Kokkos::parallel_for(
      "particles/batch_forces", Range(0, pairs.range.count / pairs.range.size), KOKKOS_LAMBDA(int batch) {
        const int begin = pairs.range.first + batch * pairs.range.size;
        for (int place = begin; place < begin + pairs.range.size; ++place)
          for (int c = 0; c < pairs.dimensions(); ++c) force(place, c) = 0.0;
        pairs(batch, [&](int pair, int first, int second, const double* delta) {
          const double f = factor * slope(pair);
          for (int c = 0; c < pairs.dimensions(); ++c) {
            force(first, c) += f * delta[c];
            force(second, c) -= f * delta[c];
          }
        });
      });
}

void add_batch_energies(const Array1<double>& energy, int count, double factor, ExactSum& all) {
  ExactSum total;
  Kokkos::parallel_reduce(
      "particles/batch_energy", Range(0, count), KOKKOS_LAMBDA(int n, ExactSum& sum) { sum.add(factor * energy(n)); },
      Kokkos::Sum<ExactSum>(total));
  all += total;
}

void fill_places(const RandomOrder& order, std::int64_t first, const Array1<std::int64_t>& place) {
  const auto rows = static_cast<int>(place.extent(0));
  Kokkos::parallel_for(
      "particles/random_places", Range(0, (rows + rows_at_once - 1) / rows_at_once), KOKKOS_LAMBDA(int group) {
        const int begin = group * rows_at_once;
        std::int64_t found[rows_at_once];
        order.places_of(first + begin, found);
        for (int n = 0; n < rows_at_once && begin + n < rows; ++n) place(begin + n) = found[n];
      });
}

}  // namespace

BatchedPairs::BatchedPairs(const Comm& comm, const LangevinParams& params, std::uint32_t seed)
    : comm_(comm),
      params_(params),
      space_(make_space(params)),
      random_(seed, RandomPurpose::langevin_batches),
      potential_(params),
      work_{PlaceExchange(comm), {}, {}, {}, {}, {}, {}} {}

/// Shares batches out over the ranks, whole.
void BatchedPairs::cut(std::int64_t total) const {
  Batches& batches = work_.batches;
  if (total == batches.total) return;
  batches.total = total;
  const std::int64_t size = params_.pair.batch, count = std::max<std::int64_t>(1, total / size);
  batches.begin.clear();
  for (int rank = 0; rank <= comm_.size(); ++rank) {
    const std::int64_t first = data::first_of_share(count, 1, rank, comm_.size());
    batches.begin.push_back(first == count ? total : size * first);
  }
  const auto me = static_cast<std::size_t>(comm_.rank());
  const std::int64_t begin = batches.begin[me], end = batches.begin[me + 1];
  const bool has_last = end == total && end > begin;
  batches.equal = static_cast<int>(std::min(end, size * (count - 1)) - begin);
  batches.last = has_last ? static_cast<int>(total - size * (count - 1)) : 0;
}

/// Collective. Positions, each at its place in the order.
void BatchedPairs::put_in_order(const Array2<double>& position, int rows, std::int64_t total, const Draw& draw) const {
  cut(total);
  const RandomOrder order(random_, static_cast<std::uint64_t>(draw.step * evaluations_per_step + draw.evaluation),
                          total);
  const auto room = static_cast<std::size_t>(rows);
  if (work_.place.extent(0) < room) work_.place = make_uninitialized<Array1<std::int64_t>>("particles/place", room);
  const Array1<std::int64_t> place(work_.place, std::make_pair(0, rows));
  fill_places(order, comm_.exclusive_sum(rows), place);
  work_.exchange.set_places(place, work_.batches.begin);
  work_.exchange.to_places(position, space_.dimensions, work_.position);
}

/// visit(pairs, factor) for batches of one size, as many as there is room for, with the distances of their pairs in
/// work_.r and room for as many values.
template <class Visit>
void BatchedPairs::for_ranges(const Visit& visit) const {
  const Batches& batches = work_.batches;
  const double scale =
      static_cast<double>(batches.total - 1) / (params_.pair.is_mean_field ? static_cast<double>(batches.total) : 1.0);
  const auto go_through = [&](const BatchRange& range) {
    const auto count = static_cast<std::size_t>(range.num_pairs());
    if (work_.r.extent(0) < count) {
      work_.r = make_uninitialized<Array1<double>>("particles/batch_r", count);
      work_.value = make_uninitialized<Array1<double>>("particles/batch_value", count);
    }
    with_dimensions(space_.dimensions, [&](auto d) {
      const BatchPairs<decltype(d)::value> pairs(work_.position, space_, range);
      fill_batch_distances(pairs, work_.r);
      visit(pairs, range.size > 1 ? scale / (range.size - 1) : 0.0);
    });
  };
  const auto size = static_cast<int>(params_.pair.batch);
  const int step =
      batches.equal > 0 ? static_cast<int>(std::max<std::int64_t>(1, pairs_at_once() / pairs_of(size))) * size : 1;
  for (int first = 0; first < batches.equal; first += step)
    go_through({first, std::min(step, batches.equal - first), size});
  if (batches.last > 0) go_through({batches.equal, batches.last, batches.last});
}

void BatchedPairs::add_force(const Array2<double>& position, const Array2<double>& force, int rows, std::int64_t total,
                             const Draw& draw, double time) const {
  const Region region("particles/batches");
  put_in_order(position, rows, total, draw);
  auto& found = work_.force;
  if (found.extent(0) < work_.position.extent(0))
    found = make_uninitialized<data::RowArray<double>>("particles/batch_force", work_.position.extent(0),
                                                       work_.position.extent(1));
  for_ranges([&](const auto& pairs, double factor) {
    potential_.slopes(work_.r, pairs.range.num_pairs(), time, work_.value);
    sum_batch_forces(pairs, work_.value, factor, found);
  });
  work_.exchange.add_to_rows(found, force, space_.dimensions);
}

double BatchedPairs::energy(const Array2<double>& position, int rows, std::int64_t total, const Draw& draw,
                            double time) const {
  const Region region("particles/batch_energy");
  put_in_order(position, rows, total, draw);
  ExactSum sum;
  for_ranges([&](const auto& pairs, double factor) {
    potential_.energies(work_.r, pairs.range.num_pairs(), time, work_.value);
    add_batch_energies(work_.value, pairs.range.num_pairs(), factor, sum);
  });
  all_reduce(comm_, &sum, 1);
  return sum.value();
}

}  // namespace tessera::sim::particles
