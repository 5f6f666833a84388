// Tridiagonal systems cut over ranks.
#include <cmath>

#include "catch.hpp"
#include "sim/boltzmann/diffusive/line_solver.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::boltzmann::diffusive;

namespace {

constexpr int num_rows = 23;

double hash(int n) { return std::fmod(std::fabs(1e4 * std::sin(1e4 * n + 1.0)), 1.0); }

/// Rows [first, last) of the system, and its right-hand side.
struct Part {
  int first, last;
  LineRows rows;
  std::vector<double> x;
};
Part part_of(int rank, int size, double step) {
  Part part{num_rows * rank / size, num_rows * (rank + 1) / size, {}, {}};
  for (int n = part.first; n < part.last; ++n) {
    part.rows.lower.push_back(-step * (0.5 + hash(3 * n)));
    part.rows.upper.push_back(-step * (0.5 + hash(3 * n + 1)));
    part.rows.diagonal.push_back(1.0 - part.rows.lower.back() - part.rows.upper.back());
    part.x.push_back(hash(3 * n + 2) - 0.5);
  }
  return part;
}

/// All of the solution, on all ranks.
std::vector<double> solve(const Comm& group, double step, bool is_periodic) {
  auto part = part_of(group.rank(), group.size(), step);
  const LineSolver solver(group, part.rows, is_periodic);
  solver.solve(part.x);
  std::vector<double> all(num_rows, 0.0);
  for (int n = part.first; n < part.last; ++n)
    all[static_cast<std::size_t>(n)] = part.x[static_cast<std::size_t>(n - part.first)];
  group.all_reduce(all.data(), num_rows, Op::sum);
  return all;
}

}  // namespace

TEST_CASE("a tridiagonal system is solved, the same on any number of ranks", "[boltzmann][ranks]") {
  for (const bool is_periodic : {false, true})
    for (const double step : {1e-3, 1.0, 1e4}) {
      INFO("periodic " << is_periodic << ", step " << step);
      const auto x = solve(comm(), step, is_periodic);
      CHECK(x == solve(comm().split(comm().rank()), step, is_periodic));
      const auto all = part_of(0, 1, step);
      double worst = 0.0;
      for (std::size_t n = 0; n < num_rows; ++n) {
        const double below = n > 0         ? x[n - 1]
                             : is_periodic ? x[num_rows - 1]
                                           : 0.0,
                     above = n + 1 < num_rows ? x[n + 1]
                             : is_periodic    ? x[0]
                                              : 0.0;
        worst = std::max(worst, std::fabs(all.rows.lower[n] * below + all.rows.diagonal[n] * x[n] +
                                          all.rows.upper[n] * above - all.x[n]));
      }
      CHECK(worst < 1e-13 * (1.0 + step));
    }
}
