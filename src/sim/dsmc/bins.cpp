#include "sim/dsmc/bins.hpp"

#include <algorithm>
#include <tuple>

namespace tessera::sim::dsmc {

namespace {

/// Counts become places; returns their sum.
int add_up(const Array1<int>& counts, const Array1<int>& offsets, int num_bins) {
  int total = 0;
  Kokkos::parallel_scan(
      "dsmc/add_up", Range(0, num_bins),
      KOKKOS_LAMBDA(int bin, int& sum, bool final) {
        const int count = counts(bin);
        if (final) {
          offsets(bin) = sum;
          counts(bin) = sum;
          if (bin == num_bins - 1) offsets(num_bins) = sum + count;
        }
        sum += count;
      },
      total);
  return total;
}

void put_in_order(const Array1<int>& target, const Array1<int>& next, const Array1<int>& order, int rows) {
  Kokkos::parallel_for(
      "dsmc/put_in_order", Range(0, rows), KOKKOS_LAMBDA(int row) {
        const int bin = target(row);
        if (bin >= 0) order(take_next(&next(bin))) = row;
      });
}

/// Several threads have put rows in an order of their own.
void sort_each(const Array1<int>& offsets, const Array1<int>& order, int num_bins) {
  Kokkos::parallel_for(
      "dsmc/sort_each", Range(0, num_bins), KOKKOS_LAMBDA(int bin) {
        for (int n = offsets(bin) + 1; n < offsets(bin + 1); ++n) {
          const int row = order(n);
          int place = n;
          for (; place > offsets(bin) && order(place - 1) > row; --place) order(place) = order(place - 1);
          order(place) = row;
        }
      });
}

void number_rows(const Array1<int>& order, int rows) {
  Kokkos::parallel_for(
      "dsmc/number_rows", Range(0, rows), KOKKOS_LAMBDA(int row) { order(row) = row; });
}

}  // namespace

Bins::Bins(int num_bins)
    : num_bins_(num_bins),
      offsets_("dsmc/offsets", static_cast<std::size_t>(num_bins) + 1),
      before_("dsmc/offsets before", static_cast<std::size_t>(num_bins) + 1),
      counts_("dsmc/counts", static_cast<std::size_t>(num_bins)) {
  reserve(1);
}

void Bins::reserve(std::int64_t rows) {
  if (static_cast<std::int64_t>(target_.extent(0)) >= rows) return;
  const auto room = static_cast<std::size_t>(rows + rows / 32 + 8);
  const auto grown = [&](Array1<int>& array, const char* label) {
    const auto fresh = make_uninitialized<Array1<int>>(label, room);
    const auto kept = std::make_pair(std::size_t{0}, array.extent(0));
    if (array.extent(0) > 0) Kokkos::deep_copy(Kokkos::subview(fresh, kept), array);
    array = fresh;
  };
  grown(target_, "dsmc/target");
  grown(order_, "dsmc/order");
}

void Bins::begin() { Kokkos::deep_copy(counts_, 0); }

void Bins::count_extras(const std::vector<Extra>& extras) {
  if (extras.empty()) return;
  const auto host_target = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), target_);
  const auto host_counts = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), counts_);
  for (const auto& extra : extras) {
    host_target(extra.row) = extra.bin;
    if (extra.bin >= 0) ++host_counts(extra.bin);
  }
  Kokkos::deep_copy(target_, host_target);
  Kokkos::deep_copy(counts_, host_counts);
}

void Bins::finish(int rows, int num_sorted, const std::vector<Extra>& extras, const CellGrid& grid, int num_species) {
  count_extras(extras);
  std::swap(offsets_, before_);
  total_ = add_up(counts_, offsets_, num_bins_);
  put_in_order(target_, counts_, order_, rows);
  if (!has_one_thread) sort_each(offsets_, order_, num_bins_);
  place_extras(extras, num_sorted, grid, num_species);
}

void Bins::place_extras(const std::vector<Extra>& extras, int num_sorted, const CellGrid& grid, int num_species) {
  if (extras.empty()) return;
  touched_.clear();
  for (const auto& extra : extras)
    if (extra.bin >= 0) touched_.push_back(extra.bin);
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  const auto now = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), offsets_);
  const auto then = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), before_);
  const auto rows = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), order_);
  const auto origin_of = [&](int row) {
    if (row >= num_sorted) return extras[static_cast<std::size_t>(row - num_sorted)].origin;
    const int* begin = then.data();
    const auto bin = static_cast<int>(std::upper_bound(begin, begin + num_bins_ + 1, row) - begin) - 1;
    const int cell = bin / num_species;
    return Origin{grid.to_global(cell), row - then(cell * num_species)};
  };
  const auto is_before = [](const Origin& a, const Origin& b) {
    return std::tie(a.source, a.index) < std::tie(b.source, b.index);
  };
  for (const int bin : touched_) {
    // Those of this rank come first, in order; the others go between them, from the last one on.
    int* begin = rows.data() + now(bin);
    int* end = rows.data() + now(bin + 1);
    int* own_end = std::lower_bound(begin, end, num_sorted);
    placed_.clear();
    for (const int* row = own_end; row < end; ++row) placed_.push_back({origin_of(*row), *row});
    std::sort(placed_.begin(), placed_.end(),
              [&](const Placed& a, const Placed& b) { return is_before(a.origin, b.origin); });
    for (auto extra = placed_.rbegin(); extra != placed_.rend(); ++extra) {
      int* place =
          std::partition_point(begin, own_end, [&](int row) { return is_before(origin_of(row), extra->origin); });
      end = std::move_backward(place, own_end, end);
      *--end = extra->row;
      own_end = place;
    }
  }
  Kokkos::deep_copy(order_, rows);
}

void Bins::set_sorted() { number_rows(order_, total_); }

}  // namespace tessera::sim::dsmc
