// Which mesh reaches an accuracy.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "sim/md/charges/constant_part.hpp"
#include "sim/md/charges/influence.hpp"

namespace tessera::sim::md {

namespace {

/// The next number of points that transforms like: factors 2, 3 and 5 alone.
int good_size(int least) {
  for (int n = std::max(least, 1);; ++n) {
    int rest = n;
    for (const int factor : {2, 3, 5})
      while (rest % factor == 0) rest /= factor;
    if (rest == 1) return n;
  }
}

constexpr int largest_mesh = 1 << 14;  // along one direction

}  // namespace

double pppm_error(const PppmParams& params, const ChargeSums& charges, const data::Box& box) {
  // Q is smooth in k on the scale of alpha, so that the sum over the waves of a smaller box with the same spacings, in
  // which they are less dense, is the same but for the number of waves.
  constexpr double enough = 7.0;  // alpha times the edge
  data::Int3 points = params.points;
  double vectors[3][3], share = 1.0;
  for (int d = 0; d < 3; ++d) {
    const double spacing = box.height(d) / params.points[d];
    points[d] = std::clamp(static_cast<int>(std::ceil(enough / (params.alpha * spacing))),
                           std::min(params.points[d], params.order + 1), params.points[d]);
    const double part = static_cast<double>(points[d]) / params.points[d];
    share *= part;
    for (int c = 0; c < 3; ++c) vectors[d][c] = part * box.cell[d][c];
  }
  const InfluenceFunction influence(data::Box::triclinic({0, 0, 0}, vectors), points, params.order, params.alpha, 1);
  const int nx = points[0], ny = points[1], total = points[0] * points[1] * points[2];
  double sum = 0.0;
  Kokkos::parallel_reduce(
      "md/mesh_error", Range(0, total),
      KOKKOS_LAMBDA(int n, double& part) { part += influence.at(n % nx, n / nx % ny, n / nx / ny).error; }, sum);
  return charges.sum_of_squares / box.volume() *
         std::sqrt(std::max(sum, 0.0) / share / static_cast<double>(std::max<std::int64_t>(charges.count, 1)));
}

PppmParams choose_pppm(double accuracy, double cutoff, int order, const ChargeSums& charges, const data::Box& box) {
  PppmParams params;
  params.alpha = splitting(accuracy, cutoff, charges, box);
  params.order = order;
  constexpr double finer = 0.94;
  for (double spacing = 2.0 / params.alpha;; spacing *= finer) {
    data::Int3 points{0, 0, 0};
    for (int d = 0; d < 3; ++d) {
      const double number = std::ceil(box.height(d) / spacing);
      if (number > largest_mesh)
        throw Error::input(fmt::format(
            "no mesh for Coulomb forces to a relative accuracy of {:.3g} at order {} and cutoff {:.6g}; expected a "
            "higher order (up to 7), a longer cutoff or less accuracy",
            accuracy, order, cutoff));
      points[d] = good_size(std::max(static_cast<int>(number), order));
    }
    if (points[0] == params.points[0] && points[1] == params.points[1] && points[2] == params.points[2]) continue;
    params.points = points;
    if (pppm_error(params, charges, box) <= accuracy) return params;
  }
}

}  // namespace tessera::sim::md
