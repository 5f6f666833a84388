#include "learn/fsgld/noise.hpp"

#include "base/region.hpp"

namespace tessera::learn::fsgld {

void draw_batches(const Random& random, const Array1<std::int64_t>& chain, std::int64_t update,
                  const Array1<std::int64_t>& count, const data::RowArray<std::int32_t>& drawn) {
  const Region region("fsgld/batches");
  const auto size = static_cast<std::int64_t>(drawn.extent(1));
  Kokkos::parallel_for(
      "fsgld batches", Range(0, drawn.extent(0)), KOKKOS_LAMBDA(const int c) {
        const auto rows = static_cast<std::uint64_t>(count(c));
        if (rows == 0) return;
        std::int32_t* place = &drawn(c, 0);
        for (std::int64_t first = 0; first < size; first += 4) {
          const auto words = random.block(static_cast<std::uint64_t>(chain(c)), static_cast<std::uint64_t>(update),
                                          static_cast<std::uint32_t>(first / 4));
          for (int n = 0; n < 4 && first + n < size; ++n)
            place[first + n] = static_cast<std::int32_t>((words.v[n] * rows) >> 32);
        }
      });
}

void draw_normals(const Random& random, const Array1<std::int64_t>& chain, std::int64_t update,
                  const data::RowArray<double>& normals) {
  const Region region("fsgld/noise");
  const auto width = static_cast<std::int64_t>(normals.extent(1));
  Kokkos::parallel_for(
      "fsgld noise", Range(0, normals.extent(0)), KOKKOS_LAMBDA(const int c) {
        double* number = &normals(c, 0);
        for (std::int64_t k = 0; k < width; k += 2) {
          const auto pair = random.normal(static_cast<std::uint64_t>(chain(c)), static_cast<std::uint64_t>(update),
                                          static_cast<std::uint32_t>(k / 2));
          number[k] = pair.first;
          if (k + 1 < width) number[k + 1] = pair.second;
        }
      });
}

}  // namespace tessera::learn::fsgld
