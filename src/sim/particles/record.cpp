#include "sim/particles/record.hpp"

#include <algorithm>
#include <utility>

#include "base/random_order.hpp"
#include "base/region.hpp"
#include "sim/particles/place_exchange.hpp"

namespace tessera::sim::particles {

namespace {

/// Rows of `from`, one behind the other.
template <class T, class Column>
void copy_rows(const Column& from, const Array1<int>& chosen, const data::RowArray<T>& to, std::int64_t first,
               int components) {
  Kokkos::parallel_for(
      "particles/record", Range(0, static_cast<int>(chosen.extent(0))), KOKKOS_LAMBDA(int n) {
        for (int c = 0; c < components; ++c) to(first + n, c) = static_cast<T>(from(chosen(n), c));
      });
}

template <class T>
void fill_rows(const data::RowArray<T>& to, T value, std::int64_t first, std::int64_t rows) {
  Kokkos::parallel_for(
      "particles/record_same", Range(0, static_cast<int>(rows)),
      KOKKOS_LAMBDA(int row) { to(first + row, 0) = value; });
}

template <class T, class Column>
void copy_column(const Column& from, const Array2<T>& to, int rows) {
  Kokkos::parallel_for(
      "particles/copy_column", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (std::size_t c = 0; c < to.extent(1); ++c) to(row, c) = static_cast<T>(from(row, c));
      });
}

/// Particles in the order of the record.
struct OrderedRows {
  Array2<std::int64_t> id;
  Array2<double> position, velocity, image;
  std::int64_t first = 0;  // number of the first one here
  int rows = 0;
};

Array1<std::int64_t> places_by_id(const Array2<std::int64_t>& id, int rows) {
  const auto place = make_uninitialized<Array1<std::int64_t>>("particles/place", static_cast<std::size_t>(rows));
  Kokkos::parallel_for(
      "particles/places_by_id", Range(0, rows), KOKKOS_LAMBDA(int row) { place(row) = id(row, 0) - 1; });
  return place;
}

void number_rows(const Array2<std::int64_t>& id, std::int64_t first, int rows) {
  Kokkos::parallel_for(
      "particles/number_rows", Range(0, rows), KOKKOS_LAMBDA(int row) { id(row, 0) = first + row + 1; });
}

/// Collective. As they are, but for particles on tiles, which come back to the order of their ids.
OrderedRows ordered_rows(const Ensemble& ensemble) {
  const data::Particles& particles = ensemble.particles();
  const Comm& comm = particles.comm();
  const int d = ensemble.space().dimensions;
  OrderedRows result{
      particles.get<std::int64_t>("id"), particles.get<double>("position"), {}, {}, 0, particles.num_owned()};
  if (ensemble.has_velocity()) result.velocity = particles.get<double>("velocity");
  if (ensemble.space().has_periodic) {
    result.image =
        Array2<double>("particles/images", static_cast<std::size_t>(result.rows), static_cast<std::size_t>(d));
    copy_column<double>(particles.get<int>("image"), result.image, result.rows);
  }
  result.first = comm.exclusive_sum(result.rows);
  if (!ensemble.has_lists()) return result;
  std::vector<std::int64_t> begin;
  for (int rank = 0; rank <= comm.size(); ++rank)
    begin.push_back(data::first_of_share(ensemble.num_global(), 1, rank, comm.size()));
  PlaceExchange exchange(comm);
  exchange.set_places(places_by_id(result.id, result.rows), begin);
  const auto in_order = [&](Array2<double>& rows) {
    const Array2<double> from = std::exchange(rows, {});
    exchange.to_places(from, d, rows);
  };
  in_order(result.position);
  if (ensemble.has_velocity()) in_order(result.velocity);
  if (ensemble.space().has_periodic) in_order(result.image);
  result.rows = exchange.num_places();
  result.first = begin[static_cast<std::size_t>(comm.rank())];
  result.id = Array2<std::int64_t>("particles/ids", static_cast<std::size_t>(result.rows), 1);
  number_rows(result.id, result.first, result.rows);
  return result;
}

/// Rows here of those `wanted` that come first in a random order of all.
Array1<int> choose_rows(const RandomOrder& order, std::int64_t first, int rows, std::int64_t wanted) {
  const Array1<int> all("particles/chosen", static_cast<std::size_t>(rows));
  int count = 0;
  Kokkos::parallel_scan(
      "particles/choose_rows", Range(0, rows),
      KOKKOS_LAMBDA(int row, int& sum, bool is_final) {
        if (order.place_of(first + row) >= wanted) return;
        if (is_final) all(sum) = row;
        ++sum;
      },
      count);
  return {all, std::make_pair(0, count)};
}

}  // namespace

Record::Record(const Ensemble& ensemble, const RecordParams& params, std::uint32_t seed)
    : params_(params), random_(seed, RandomPurpose::langevin_subset), table_(ensemble.particles().comm()) {
  const int dimensions = ensemble.space().dimensions;
  table_.add<std::int64_t>("step");
  table_.add<double>("time", 1, "time");
  table_.add<std::int64_t>("id");
  table_.add<double>("position", dimensions, "length");
  if (ensemble.has_velocity()) table_.add<double>("velocity", dimensions, "velocity");
  if (ensemble.has_weights()) table_.add<double>("log_weight");
  if (ensemble.space().has_periodic) table_.add<std::int64_t>("image", dimensions);
}

void Record::add(const Ensemble& ensemble) {
  const Region region("particles/record");
  const OrderedRows now = ordered_rows(ensemble);
  const std::int64_t step = ensemble.num_steps_done(), all = ensemble.num_global();
  const RandomOrder order(random_, static_cast<std::uint64_t>(step), all);
  const auto chosen = choose_rows(order, now.first, now.rows, std::min(all, params_.particles.value_or(all)));
  const int d = ensemble.space().dimensions;
  const auto count = static_cast<std::int64_t>(chosen.extent(0)), first = table_.num_rows();
  table_.append(count);
  fill_rows(table_.get<std::int64_t>("step"), step, first, count);
  fill_rows(table_.get<double>("time"), ensemble.time(), first, count);
  copy_rows(now.id, chosen, table_.get<std::int64_t>("id"), first, 1);
  copy_rows(now.position, chosen, table_.get<double>("position"), first, d);
  if (ensemble.has_velocity()) copy_rows(now.velocity, chosen, table_.get<double>("velocity"), first, d);
  if (ensemble.has_weights())
    copy_rows(ensemble.particles().get<double>("log_weight"), chosen, table_.get<double>("log_weight"), first, 1);
  if (ensemble.space().has_periodic) copy_rows(now.image, chosen, table_.get<std::int64_t>("image"), first, d);
}

double record_bytes_per_particle(const LangevinParams& params) {
  const double lists = 1.0 + (is_overdamped(params.scheme) ? 0.0 : 1.0) + (params.box ? 1.0 : 0.0);
  const double share =
      static_cast<double>(params.record->particles.value_or(params.particles)) / static_cast<double>(params.particles);
  const double ordered = params.has_lists() || params.box ? 8.0 * (1.0 + lists * params.dimensions) : 0.0;
  return share * 8.0 * (3.0 + (params.has_weights() ? 1.0 : 0.0) + lists * params.dimensions) + ordered;
}

}  // namespace tessera::sim::particles
