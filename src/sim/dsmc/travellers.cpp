#include "sim/dsmc/travellers.hpp"

#include <algorithm>
#include <cstring>

namespace tessera::sim::dsmc {

namespace {

/// Rows that leave, in their order.
Array1<int> list_leaving(const Array1<int>& target, int rows, std::int64_t count) {
  const auto leaving = make_uninitialized<Array1<int>>("dsmc/leaving", static_cast<std::size_t>(count));
  Kokkos::parallel_scan(
      "dsmc/list_leaving", Range(0, rows), KOKKOS_LAMBDA(int row, int& n, bool final) {
        if (target(row) != is_leaving) return;
        if (final) leaving(n) = row;
        ++n;
      });
  return leaving;
}

/// The bin that a row is in: the last one that does not begin behind it.
KOKKOS_INLINE_FUNCTION int bin_of(const Array1<int>& offsets, int num_bins, int row) {
  int low = 0, high = num_bins;
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    if (offsets(middle) <= row)
      low = middle;
    else
      high = middle;
  }
  return low;
}

void fill_travellers(const ParticleColumns& columns, const Array1<int>& offsets, int num_bins, const CellGrid& grid,
                     int num_species, const Array1<int>& rows, const Array1<Traveller>& result) {
  Kokkos::parallel_for(
      "dsmc/pack", Range(0, rows.extent(0)), KOKKOS_LAMBDA(int n) {
        const int row = rows(n), bin = bin_of(offsets, num_bins, row), cell = bin / num_species;
        Traveller one{};
        for (int d = 0; d < grid.dimensions; ++d) one.x[d] = columns.position(row, d);
        for (int c = 0; c < 3; ++c) one.v[c] = columns.velocity(row, c);
        one.id = columns.id(row, 0);
        one.origin = {grid.to_global(cell), row - offsets(cell * num_species)};
        one.cell = grid.global_of(one.x);
        one.type = bin % num_species;
        result(n) = one;
      });
}

void write_rows(const Array1<Traveller>& travellers, const ParticleColumns& columns, int first, int directions) {
  Kokkos::parallel_for(
      "dsmc/unpack", Range(0, travellers.extent(0)), KOKKOS_LAMBDA(int n) {
        for (int d = 0; d < directions; ++d) columns.position(first + n, d) = travellers(n).x[d];
        for (int c = 0; c < 3; ++c) columns.velocity(first + n, c) = travellers(n).v[c];
        columns.id(first + n, 0) = travellers(n).id;
      });
}

}  // namespace

Owners::Owners(const data::Mesh& mesh) : tiling_(mesh.tiling()), cells_(mesh.num_cells()) {
  for (int d = 0; d < 3; ++d)
    for (int tile = 0; tile < tiling_.grid()[d]; ++tile) first_[d].push_back(mesh.first_of(d, tile));
}

int Owners::rank_of(std::int64_t cell) const {
  data::Int3 tile{0, 0, 0};
  for (std::size_t d = 0; d < 3; ++d) {
    const auto& first = first_[d];
    tile[static_cast<int>(d)] =
        static_cast<int>(std::upper_bound(first.begin(), first.end(), cell % cells_[d]) - first.begin()) - 1;
    cell /= cells_[d];
  }
  return tiling_.rank_of(tile);
}

std::vector<Traveller> exchange(const Comm& comm, const Owners& owners, const std::vector<Traveller>& leaving) {
  static_assert(std::is_trivially_copyable_v<Traveller>);
  std::vector<std::pair<int, std::size_t>> by_rank;
  for (std::size_t n = 0; n < leaving.size(); ++n) by_rank.emplace_back(owners.rank_of(leaving[n].cell), n);
  std::sort(by_rank.begin(), by_rank.end());
  std::vector<Comm::Message> messages;
  for (const auto& [rank, n] : by_rank) {
    if (messages.empty() || messages.back().first != rank) messages.emplace_back(rank, std::vector<std::byte>());
    const auto* bytes = reinterpret_cast<const std::byte*>(&leaving[n]);
    messages.back().second.insert(messages.back().second.end(), bytes, bytes + sizeof(Traveller));
  }
  std::vector<Traveller> arrived;
  for (const auto& message : comm.sparse_exchange(messages)) {
    const std::size_t before = arrived.size(), count = message.second.size() / sizeof(Traveller);
    arrived.resize(before + count);
    std::memcpy(arrived.data() + before, message.second.data(), count * sizeof(Traveller));
  }
  return arrived;
}

std::vector<Traveller> pack_leaving(const ParticleColumns& columns, const Bins& bins, int rows, std::int64_t count,
                                    const CellGrid& grid, int num_species) {
  std::vector<Traveller> travellers(static_cast<std::size_t>(count));
  if (count == 0) return travellers;
  const auto leaving = list_leaving(bins.target(), rows, count);
  const Array1<Traveller> packed("dsmc/packed", static_cast<std::size_t>(count));
  fill_travellers(columns, bins.offsets(), bins.num_bins(), grid, num_species, leaving, packed);
  Kokkos::deep_copy(HostArray1<Traveller>(travellers.data(), travellers.size()), packed);
  return travellers;
}

void unpack(const std::vector<Traveller>& travellers, const ParticleColumns& columns, int first, int directions) {
  if (travellers.empty()) return;
  const auto packed = make_uninitialized<Array1<Traveller>>("dsmc/packed", travellers.size());
  Kokkos::deep_copy(packed, Kokkos::View<const Traveller*, Kokkos::HostSpace>(travellers.data(), travellers.size()));
  write_rows(packed, columns, first, directions);
}

}  // namespace tessera::sim::dsmc
