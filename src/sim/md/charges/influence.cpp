#include "sim/md/charges/influence.hpp"

#include <cmath>
#include <numbers>

#include "sim/md/charges/constant_part.hpp"

namespace tessera::sim::md {

namespace {

/// (sin x / x)^(2 order), x = pi n/points: U^2 of wave number n.
double squared_transform(double n, int points, int order) {
  if (n == 0.0) return 1.0;
  const double x = std::numbers::pi * n / points;
  return std::pow(std::sin(x) / x, 2 * order);
}

}  // namespace

InfluenceFunction::InfluenceFunction(const data::Box& box, const data::Int3& points, int order, double alpha, int reach)
    : points_(points), alpha_(alpha), reach_(reach) {
  constexpr int rows = 2 * most_aliases + 2;
  int next = 0;
  for (int d = 0; d < 3; ++d) {
    for (int c = 0; c < 3; ++c) reciprocal_[d][c] = 2.0 * std::numbers::pi * box.inverse[c][d];
    first_[d] = next;
    next += rows * points[d];
  }
  table_ = Array1<double>("assignment in k space", static_cast<std::size_t>(next));
  const auto table = Kokkos::create_mirror_view(table_);
  for (int d = 0; d < 3; ++d)
    for (int n = 0; n < points[d]; ++n) {
      const int signed_n = 2 * n > points[d] ? n - points[d] : n;
      // They fall as m^-6 at least.
      constexpr int far = 30;
      double all = 0.0;
      for (int m = -far; m <= far; ++m) {
        const double u2 = squared_transform(signed_n + static_cast<double>(m) * points[d], points[d], order);
        all += u2;
        if (std::abs(m) <= most_aliases) table(first_[d] + (m + most_aliases) * points[d] + n) = u2;
      }
      table(first_[d] + (rows - 1) * points[d] + n) = all;
    }
  Kokkos::deep_copy(table_, table);
}

}  // namespace tessera::sim::md
