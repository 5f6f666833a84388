#include "sim/md/observables/density_waves.hpp"

#include <algorithm>
#include <numbers>

namespace tessera::sim::md {

namespace {

/// Rows whose powers are kept at once: few enough for the cache.
constexpr int rows_at_once = 128;

/// exp(2 pi i n s_d) for n from 0 to the largest index along d: columns first(d) + 2 n and the next.
struct FillPowers {
  Array2<double> position, powers;
  data::Box box;
  data::Int3 largest;
  int first_row;

  KOKKOS_FUNCTION void operator()(int row) const {
    const int i = first_row + row;
    const data::Vec3 s = box.to_fractional({position(i, 0), position(i, 1), position(i, 2)});
    int column = 0;
    for (int d = 0; d < 3; ++d) {
      const double angle = 2.0 * std::numbers::pi * s[d];
      const double cosine = kmath::cos(angle), sine = kmath::sin(angle);
      double re = 1.0, im = 0.0;
      for (int n = 0; n <= largest[d]; ++n) {
        powers(row, column++) = re;
        powers(row, column++) = im;
        const double next = re * cosine - im * sine;
        im = re * sine + im * cosine;
        re = next;
      }
    }
  }
};

/// Adds a chunk to the sums of one wave vector.
struct AddWaves {
  Array2<double> powers;
  Array2<int> indices, type;
  Array1<ExactSum> sums;
  data::Int3 largest;
  int num_types, first_row, num_rows;

  KOKKOS_FUNCTION void operator()(int q) const {
    int column[3];
    double sign[3];
    for (int d = 0, first = 0; d < 3; first += 2 * (largest[d] + 1), ++d) {
      const int n = indices(q, d);
      column[d] = first + 2 * (n < 0 ? -n : n);
      sign[d] = n < 0 ? -1.0 : 1.0;
    }
    for (int row = 0; row < num_rows; ++row) {
      double re = 1.0, im = 0.0;
      for (int d = 0; d < 3; ++d) {
        const double cosine = powers(row, column[d]), sine = sign[d] * powers(row, column[d] + 1);
        const double next = re * cosine - im * sine;
        im = re * sine + im * cosine;
        re = next;
      }
      const int place = 2 * (q * num_types + type(first_row + row, 0));
      sums(place).add(re);
      sums(place + 1).add(im);
    }
  }
};

}  // namespace

DensityWaves::DensityWaves(const WaveVectors& vectors, int num_types)
    : num_vectors_(static_cast<int>(vectors.indices.size())),
      num_types_(num_types),
      largest_(vectors.largest),
      indices_("wave indices", vectors.indices.size(), 3),
      powers_("wave powers", rows_at_once, static_cast<std::size_t>(2 * (largest_[0] + largest_[1] + largest_[2] + 3))),
      sums_("wave sums", static_cast<std::size_t>(2 * num_vectors_ * num_types)) {
  const auto host = Kokkos::create_mirror_view(indices_);
  for (std::size_t n = 0; n < vectors.indices.size(); ++n)
    for (int d = 0; d < 3; ++d) host(n, d) = vectors.indices[n][d];
  Kokkos::deep_copy(indices_, host);
}

std::vector<double> DensityWaves::sample(const data::System& system) {
  const auto position = system.particles.get<double>("position");
  const auto type = system.particles.get<int>("type");
  const int rows = system.particles.num_owned();
  Kokkos::deep_copy(sums_, ExactSum{});
  for (int first = 0; first < rows; first += rows_at_once) {
    const int count = std::min(rows_at_once, rows - first);
    Kokkos::parallel_for("md/wave_powers", Range(0, count), FillPowers{position, powers_, system.box, largest_, first});
    Kokkos::parallel_for("md/density_waves", Range(0, num_vectors_),
                         AddWaves{powers_, indices_, type, sums_, largest_, num_types_, first, count});
  }
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), sums_);
  std::vector<ExactSum> sums(host.data(), host.data() + host.extent(0));
  all_reduce(system.particles.comm(), sums.data(), static_cast<int>(sums.size()));
  std::vector<double> values;
  values.reserve(sums.size());
  for (const auto& sum : sums) values.push_back(sum.value());
  return values;
}

}  // namespace tessera::sim::md
