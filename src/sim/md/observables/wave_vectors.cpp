#include "sim/md/observables/wave_vectors.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace tessera::sim::md {

namespace {

using data::Int3;
using data::Vec3;

double length(const Vec3& q) { return std::sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2]); }

/// Of q and -q one is enough.
bool is_upper(const Int3& h) {
  if (h[2] != 0) return h[2] > 0;
  if (h[1] != 0) return h[1] > 0;
  return h[0] > 0;
}

/// Whether a number below `count` is among the `most` that are spread evenly.
bool is_kept(std::int64_t number, std::int64_t count, std::int64_t most) {
  return count <= most || number * most / count != (number + 1) * most / count;
}

}  // namespace

Vec3 wave_vector(const data::Box& box, const Int3& indices) {
  Vec3 q{0.0, 0.0, 0.0};
  for (int c = 0; c < 3; ++c)
    for (int d = 0; d < 3; ++d) q[c] += 2.0 * std::numbers::pi * box.inverse[c][d] * indices[d];
  return q;
}

WaveVectors wave_vectors(const data::Box& box, double width, int bins, std::int64_t most) {
  if (!(box.is_periodic[0] && box.is_periodic[1] && box.is_periodic[2]))
    throw Error::input("a structure factor needs a box that is periodic in all directions");
  const double limit = width * bins;
  // q . a = 2 pi h, so |h| <= |q| |a| / (2 pi).
  Int3 reach{0, 0, 0};
  double count = 0.5;
  for (int d = 0; d < 3; ++d) {
    const double edge = length({box.cell[d][0], box.cell[d][1], box.cell[d][2]});
    const double most_waves = limit * edge / (2.0 * std::numbers::pi);
    count *= 2.0 * most_waves + 1.0;
    if (count > 0x1p30)
      throw Error::input(fmt::format("this box has more than 2^30 wave vectors up to {}; use a smaller q_max", limit));
    reach[d] = static_cast<int>(most_waves);
  }
  const auto for_each = [&](const auto& visit) {
    for (int l = 0; l <= reach[2]; ++l)
      for (int k = -reach[1]; k <= reach[1]; ++k)
        for (int h = -reach[0]; h <= reach[0]; ++h) {
          const Int3 indices{h, k, l};
          if (!is_upper(indices)) continue;
          const double bin = std::floor(length(wave_vector(box, indices)) / width);
          if (bin < bins) visit(indices, static_cast<int>(bin));
        }
  };
  std::vector<std::int64_t> in_bin(static_cast<std::size_t>(bins), 0), seen = in_bin;
  for_each([&](const Int3&, int bin) { ++in_bin[static_cast<std::size_t>(bin)]; });
  WaveVectors kept;
  for_each([&](const Int3& indices, int bin) {
    const auto b = static_cast<std::size_t>(bin);
    if (!is_kept(seen[b]++, in_bin[b], most)) return;
    kept.indices.push_back(indices);
    kept.bin.push_back(bin);
    for (int d = 0; d < 3; ++d) kept.largest[d] = std::max(kept.largest[d], std::abs(indices[d]));
  });
  return kept;
}

}  // namespace tessera::sim::md
