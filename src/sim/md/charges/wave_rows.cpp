#include "sim/md/charges/wave_rows.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "sim/md/charges/constant_part.hpp"

namespace tessera::sim::md {

namespace {

std::array<double, 3> wave_vector(const data::Box& box, int n0, int n1, int n2) {
  std::array<double, 3> k{};
  const double n[3] = {static_cast<double>(n0), static_cast<double>(n1), static_cast<double>(n2)};
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t d = 0; d < 3; ++d) k[c] += 2.0 * std::numbers::pi * n[d] * box.inverse[c][d];
  return k;
}

double square(const std::array<double, 3>& k) { return k[0] * k[0] + k[1] * k[1] + k[2] * k[2]; }

/// Along a direction no wave has a larger number: |n_d| = |k . a_d|/2 pi.
int largest_number(const data::Box& box, int d, double k_cutoff) {
  const auto& a = box.cell[d];
  const double largest = k_cutoff * std::sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]) / (2.0 * std::numbers::pi);
  constexpr double most = 2000.0;
  if (!(largest < most))
    throw Error::input(fmt::format(
        "an Ewald sum with up to {:.6g} waves along a direction; expected fewer than {}: a mesh does better", largest,
        most));
  return static_cast<int>(largest);
}

}  // namespace

Waves find_waves(const data::Box& box, double alpha, double k_cutoff) {
  if (!(k_cutoff > 0.0)) throw Error::input(fmt::format("an Ewald sum of waves below {:.6g}", k_cutoff));
  int most[3];
  for (int d = 0; d < 3; ++d) most[d] = largest_number(box, d, k_cutoff);
  const double limit = k_cutoff * k_cutoff;
  Waves waves;
  for (int n0 = 0; n0 <= most[0]; ++n0)
    for (int n1 = n0 == 0 ? 0 : -most[1]; n1 <= most[1]; ++n1) {
      int last = -1;
      const auto first = static_cast<int>(waves.weight.size() / 2);
      std::vector<double> inside;
      for (int n2 = 0; n2 <= most[2]; ++n2)
        for (const int sign : {1, -1}) {
          const bool is_again = sign < 0 && (n2 == 0 || (n0 == 0 && n1 == 0));
          const bool counts =
              !is_again && (n0 != 0 || n1 != 0 || n2 != 0) && square(wave_vector(box, n0, n1, sign * n2)) < limit;
          inside.push_back(counts ? 1.0 : 0.0);
          if (counts) last = n2;
        }
      if (last < 0) continue;
      inside.resize(2 * static_cast<std::size_t>(last + 1));
      for (const double one : inside) waves.count += one > 0.0 ? 2 : 0;
      waves.weight.insert(waves.weight.end(), inside.begin(), inside.end());
      waves.rows.push_back({{n0, n1}, first, last + 1});
      waves.largest[0] = std::max(waves.largest[0], n0);
      waves.largest[1] = std::max(waves.largest[1], std::abs(n1));
      waves.largest[2] = std::max(waves.largest[2], last);
    }
  waves.k.resize(3 * waves.weight.size());
  move_waves(box, alpha, waves);
  return waves;
}

void move_waves(const data::Box& box, double alpha, Waves& waves) {
  const double factor = 4.0 * std::numbers::pi / box.volume();
  for (const auto& row : waves.rows)
    for (int n2 = 0; n2 < row.length; ++n2)
      for (int side = 0; side < 2; ++side) {
        const auto at = static_cast<std::size_t>(2 * (row.first + n2) + side);
        const auto k = wave_vector(box, row.n[0], row.n[1], side == 0 ? n2 : -n2);
        std::copy(k.begin(), k.end(), waves.k.begin() + static_cast<std::ptrdiff_t>(3 * at));
        if (waves.weight[at] == 0.0) continue;
        const double k2 = square(k);
        // Never zero, which would mean that the wave does not count.
        waves.weight[at] = std::max(factor * std::exp(-k2 / (4.0 * alpha * alpha)) / k2, 1e-300);
      }
}

}  // namespace tessera::sim::md
