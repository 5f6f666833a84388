#include "math/sinkhorn.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "math/exponential.hpp"
#include "math/pair_sums.hpp"

namespace tessera::math {

namespace {

/// Coordinates, weight and potential of each sample.
struct Side {
  Columns columns;
  std::int64_t first_row, num_rows;
  int dimension;

  explicit Side(const Points& points)
      : columns("side", static_cast<std::size_t>(points.dimension()) + 2, points.columns().extent(1)),
        first_row(points.first_row()),
        num_rows(points.num_rows()),
        dimension(points.dimension()) {
    Kokkos::deep_copy(Kokkos::subview(columns, std::make_pair(0, dimension + 1), Kokkos::ALL()), points.columns());
    // Behind the last row there is nothing, whatever the potentials of others are.
    const auto padding = std::make_pair(static_cast<std::size_t>(num_rows), columns.extent(1));
    Kokkos::deep_copy(Kokkos::subview(columns, dimension + 1, padding), -1e300);
  }
  int weight() const { return dimension; }
  int potential() const { return dimension + 1; }
};

/// What the plan takes from row i to row j, over the mass of i; its cost, if asked for.
template <bool is_cost>
struct PlanTerm {
  Columns mine, others;
  int dimension;
  double inverse_eps;

  KOKKOS_FORCEINLINE_FUNCTION void operator()(int i, int j, const double (&r2)[pair_lanes],
                                              double (&sum)[pair_lanes]) const {
    const double w = others(dimension, j), g = others(dimension + 1, j), scale = inverse_eps;
    const double* f = &mine(dimension + 1, i);
    TESSERA_IVDEP
    for (int lane = 0; lane < pair_lanes; ++lane) {
      const double mass = w * Exp()((f[lane] + g - r2[lane]) * scale);
      sum[lane] += is_cost ? mass * r2[lane] : mass;
    }
  }
};

template <bool is_cost>
Array1<ExactSum> sums_over(const Comm& comm, const Side& mine, const Side& other, double eps) {
  const Array1<ExactSum> sums("plan", mine.columns.extent(1));
  ring(comm, other.columns, other.first_row, [&](const Columns& others, std::int64_t first) {
    add_pair_sums(mine.columns, mine.first_row, others, first, mine.dimension,
                  PlanTerm<is_cost>{mine.columns, others, mine.dimension, 1.0 / eps}, AllBlocks{}, sums);
  });
  return sums;
}

/// How far the plan was from taking from each row what is there.
struct Misfit {
  double mass = 0.0;
  double largest = 0.0;  ///< |log| of what was taken over what is there
};

/// Collective. Potentials of `mine` such that the plan takes from each of its rows what is there.
Misfit fit(const Comm& comm, const Side& mine, const Side& other, double eps) {
  const auto sums = sums_over<false>(comm, mine, other, eps);
  const Columns columns = mine.columns;
  const int weight = mine.weight(), potential = mine.potential();
  ExactSum wrong;
  Misfit misfit;
  Kokkos::parallel_reduce(
      "math/sinkhorn_fit", Range(0, static_cast<int>(mine.num_rows)),
      KOKKOS_LAMBDA(int i, ExactSum& sum, double& largest) {
        const double part = sums(i).value(), change = kmath::log(part);
        columns(potential, i) -= eps * change;
        sum.add(columns(weight, i) * kmath::fabs(part - 1.0));
        if (kmath::fabs(change) > largest) largest = kmath::fabs(change);
      },
      Kokkos::Sum<ExactSum>(wrong), Kokkos::Max<double>(misfit.largest));
  all_reduce(comm, &wrong, 1);
  misfit.mass = wrong.value();
  misfit.largest = comm.all_reduce(std::max(0.0, misfit.largest), Op::max);
  return misfit;
}

/// Collective. Not less than the square of any distance.
double largest_cost_of(const Comm& comm, const Side& x, const Side& y) {
  std::vector<double> ends(2 * static_cast<std::size_t>(x.dimension), -std::numeric_limits<double>::infinity());
  for (const Side* side : {&x, &y}) {
    const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), side->columns);
    for (int c = 0; c < x.dimension; ++c)
      for (std::int64_t i = 0; i < side->num_rows; ++i) {
        double* end = &ends[2 * static_cast<std::size_t>(c)];
        end[0] = std::max(end[0], host(c, i));
        end[1] = std::max(end[1], -host(c, i));
      }
  }
  comm.all_reduce(ends.data(), static_cast<int>(ends.size()), Op::max);
  double r2 = 0.0;
  for (std::size_t c = 0; c < ends.size(); c += 2) r2 += (ends[c] + ends[c + 1]) * (ends[c] + ends[c + 1]);
  return r2;
}

std::vector<double> potentials_of(const Side& side) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), side.columns);
  const double* begin = &host(side.potential(), 0);
  return side.num_rows == 0 ? std::vector<double>() : std::vector<double>(begin, begin + side.num_rows);
}

}  // namespace

SinkhornPlan sinkhorn(const Points& x, const Points& y, const SinkhornParams& params) {
  if (x.dimension() != y.dimension())
    throw Error::input(
        fmt::format("samples in {} and in {} dimensions cannot be compared", x.dimension(), y.dimension()));
  const Comm& comm = x.comm();
  const Side from(x), to(y);
  SinkhornPlan plan;
  // At the first eps no exponent is below -64. Halving it doubles exponents, of which the largest of each row is near 0
  // by then: nothing is ever lost.
  double eps = std::max(params.regularisation, largest_cost_of(comm, from, to) / 64.0);
  for (;; ++plan.iterations) {
    const bool is_last = eps == params.regularisation;
    if (plan.iterations == params.max_iterations)
      throw Error::numeric(
          fmt::format("Sinkhorn's iteration still has {:.2g} of the mass in a wrong place after {} iterations{}; "
                      "expected {:.2g}: a larger regularisation than {:.6g} converges faster",
                      plan.misplaced, plan.iterations, is_last ? "" : fmt::format(", at {:.2g}", eps), params.tolerance,
                      params.regularisation));
    const auto misfit = fit(comm, from, to, eps);
    plan.misplaced = misfit.mass;
    if (plan.iterations > 0 && is_last && misfit.mass <= params.tolerance) break;
    fit(comm, to, from, eps);
    if (!is_last && plan.iterations > 0 && misfit.largest < 1.0) eps = std::max(params.regularisation, 0.5 * eps);
  }
  const auto costs = sums_over<true>(comm, from, to, eps);
  const Columns columns = from.columns;
  const int weight = from.weight();
  ExactSum total;
  Kokkos::parallel_reduce(
      "math/sinkhorn_cost", Range(0, static_cast<int>(from.num_rows)),
      KOKKOS_LAMBDA(int i, ExactSum& sum) { sum.add(columns(weight, i) * costs(i).value()); },
      Kokkos::Sum<ExactSum>(total));
  all_reduce(comm, &total, 1);
  plan.cost = total.value();
  plan.first = potentials_of(from);
  plan.second = potentials_of(to);
  return plan;
}

}  // namespace tessera::math
