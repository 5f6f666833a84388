#include "learn/fsgld/noise.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/normals.hpp"
#include "base/random_order.hpp"
#include "base/region.hpp"

namespace tessera::learn::fsgld {

namespace {

/// Draws of chains one behind the other, `at_once` of them a call: chain and draw of number n are n / a_chain and
/// n % a_chain.
template <int at_once>
struct Lanes {
  std::int64_t chain[at_once];
  std::uint64_t id[at_once], update[at_once];
  std::uint32_t draw[at_once];

  /// From `first` on; those beyond `total` repeat the last one.
  KOKKOS_INLINE_FUNCTION Lanes(const UpdateKeys& keys, std::int64_t first, std::int64_t total, std::int64_t a_chain) {
    std::int64_t c = first / a_chain, d = first % a_chain;
    for (int n = 0; n < at_once; ++n) {
      chain[n] = c;
      draw[n] = static_cast<std::uint32_t>(d);
      id[n] = static_cast<std::uint64_t>(keys.chain(c));
      update[n] = static_cast<std::uint64_t>(keys.now(c));
      if (first + n + 1 >= total) continue;
      if (++d == a_chain) {
        d = 0;
        ++c;
      }
    }
  }
};

/// As many calls.
inline std::int64_t num_calls(std::int64_t total, int at_once) { return (total + at_once - 1) / at_once; }

}  // namespace

void draw_batches(const Random& random, const UpdateKeys& keys, const Array1<std::int64_t>& count,
                  const data::RowArray<std::int32_t>& drawn) {
  const Region region("fsgld/batches");
  constexpr int at_once = normal_blocks_at_once;
  const auto size = static_cast<std::int64_t>(drawn.extent(1));
  const std::int64_t a_chain = (size + 3) / 4, total = a_chain * static_cast<std::int64_t>(drawn.extent(0));
  Kokkos::parallel_for(
      "fsgld batches", Range(0, num_calls(total, at_once)), KOKKOS_LAMBDA(const std::int64_t call) {
        const std::int64_t first = call * at_once;
        const Lanes<at_once> lanes(keys, first, total, a_chain);
        std::uint32_t words[4][at_once];
        random.blocks<at_once>(lanes.id, lanes.update, lanes.draw, words);
        for (int n = 0; n < at_once && first + n < total; ++n) {
          const auto rows = static_cast<std::uint64_t>(count(lanes.chain[n]));
          const std::int64_t place = 4 * static_cast<std::int64_t>(lanes.draw[n]);
          std::int32_t* row = &drawn(lanes.chain[n], place);
          const int here = static_cast<int>(size - place < 4 ? size - place : 4);
          for (int w = 0; w < here; ++w) row[w] = static_cast<std::int32_t>((words[w][n] * rows) >> 32);
        }
      });
}

void draw_different_rows(const Random& random, const UpdateKeys& keys, const Array1<std::int64_t>& count,
                         const data::RowArray<std::int32_t>& drawn) {
  const Region region("fsgld/batches");
  const auto size = static_cast<std::int64_t>(drawn.extent(1));
  const auto on_host = [](const auto& view) { return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view); };
  const auto chain = on_host(keys.chain), update = on_host(keys.update), counts = on_host(count);
  std::vector<std::int32_t> rows;
  for (std::size_t n = 0; n < chain.extent(0); ++n) {
    if (counts(n) != 0 && counts(n) < size) throw Error::internal("a batch of more different rows than a client has");
    // The first numbers of an order of the client's rows that belongs to this chain and update.
    const Random own(static_cast<std::uint32_t>(random.block(static_cast<std::uint64_t>(chain(n)), 0, 0).v[0]),
                     RandomPurpose::fsgld_batch, 2);
    const auto now = static_cast<std::uint64_t>(update(n) + keys.later);
    const RandomOrder order(own, now, std::max<std::int64_t>(counts(n), 1));
    for (std::int64_t k = 0; k < size; ++k) rows.push_back(counts(n) == 0 ? 0 : static_cast<std::int32_t>(order[k]));
  }
  data::set_rows(drawn, 0, rows);
}

void draw_normals(const Random& random, const UpdateKeys& keys, const data::RowArray<double>& normals) {
  const Region region("fsgld/noise");
  constexpr int at_once = normal_blocks_at_once;
  const auto width = static_cast<std::int64_t>(normals.extent(1));
  const int most = static_cast<int>(width < 4 ? width : 4);
  const std::int64_t a_chain = (width + 3) / 4, total = a_chain * static_cast<std::int64_t>(normals.extent(0));
  Kokkos::parallel_for(
      "fsgld noise", Range(0, num_calls(total, at_once)), KOKKOS_LAMBDA(const std::int64_t call) {
        const std::int64_t begin = call * at_once;
        const Lanes<at_once> lanes(keys, begin, total, a_chain);
        double numbers[4][at_once];
        tessera::draw_normals(random, lanes.id, lanes.update, lanes.draw, numbers, most);
        for (int n = 0; n < at_once && begin + n < total; ++n) {
          const std::int64_t place = 4 * static_cast<std::int64_t>(lanes.draw[n]);
          double* row = &normals(lanes.chain[n], place);
          const int here = static_cast<int>(width - place < 4 ? width - place : 4);
          for (int k = 0; k < here; ++k) row[k] = numbers[k][n];
        }
      });
}

void add_noise(const Random& random, const UpdateKeys& keys, double deviation, const data::RowArray<double>& scratch,
               const data::RowArray<double>& sums) {
  draw_normals(random, keys, scratch);
  const auto width = static_cast<std::int64_t>(sums.extent(1));
  Kokkos::parallel_for(
      "fsgld add noise", Range(0, sums.size()),
      KOKKOS_LAMBDA(const std::int64_t n) { sums(n / width, n % width) += deviation * scratch(n / width, n % width); });
}

}  // namespace tessera::learn::fsgld
