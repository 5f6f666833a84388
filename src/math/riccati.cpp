#include "math/riccati.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "math/linear.hpp"
#include "math/lyapunov.hpp"
#include "math/reachability.hpp"
#include "math/riccati_failure.hpp"
#include "math/riccati_pencil.hpp"

namespace tessera::math {

namespace {

constexpr double good_residual = 1e-14;  // no refinement below
constexpr double worst_residual = 1e-8;  // not a solution above
constexpr int most_newton_steps = 20;

Matrix gain_of(TimeDomain domain, const RiccatiProblem& problem, const Matrix& x) {
  const Matrix bx = transposed_times(problem.b, x);
  if (domain == TimeDomain::continuous) return solve(problem.r, bx + transposed(problem.s), "R");
  return solve(problem.r + symmetric_part(bx * problem.b), bx * problem.a + transposed(problem.s), "R + B'XB");
}

struct LeftOver {
  Matrix equation;
  double relative;
};

/// The equation written with the gain k that belongs to x: the last term is (b'xa + s')' k.
LeftOver left_over(TimeDomain domain, const RiccatiProblem& problem, const Matrix& x, const Matrix& gain) {
  const bool is_discrete = domain == TimeDomain::discrete;
  const Matrix xa = x * problem.a;
  const Matrix cross = is_discrete ? transposed_times(xa, problem.b) + problem.s : x * problem.b + problem.s;
  const Matrix paid = symmetric_part(cross * gain);
  const Matrix moved = is_discrete ? symmetric_part(transposed_times(problem.a, xa)) : xa + transposed(xa);
  LeftOver left{moved - paid + problem.q, 0.0};
  double terms = frobenius_norm(moved) + frobenius_norm(paid) + frobenius_norm(problem.q);
  if (is_discrete) {
    left.equation -= x;
    terms += frobenius_norm(x);
  }
  left.relative = terms == 0.0 ? 0.0 : frobenius_norm(left.equation) / terms;
  return left;
}

/// x of basis = [basis_x; x basis_x], if the upper half can be inverted.
std::optional<Matrix> graph_of(const Matrix& basis) {
  const int n = basis.cols();
  try {
    const Matrix upper = transposed(basis.block(0, 0, n, n)), lower = transposed(basis.block(n, 0, n, n));
    Matrix x = symmetric_part(solve(upper, lower, "the stable subspace", 0.0));
    if (is_finite(x)) return x;
  } catch (const Error&) {  // singular
  }
  return std::nullopt;
}

/// Newton's method: the correction is the solution of a Lyapunov equation of the closed loop. Stops where it no longer
/// helps.
void refine(TimeDomain domain, const RiccatiProblem& problem, Matrix& x) {
  Matrix gain = gain_of(domain, problem, x);
  LeftOver left = left_over(domain, problem, x, gain);
  for (int step = 0; step < most_newton_steps && left.relative > good_residual; ++step) {
    const Matrix closed = transposed(problem.a - problem.b * gain);
    Matrix next = x + solve_lyapunov(domain, closed, left.equation).x;
    Matrix next_gain = gain_of(domain, problem, next);
    LeftOver next_left = left_over(domain, problem, next, next_gain);
    if (!(next_left.relative < 0.5 * left.relative)) return;
    x = std::move(next);
    gain = std::move(next_gain);
    left = std::move(next_left);
  }
}

/// Least margin over all values; infinity for none.
double least_margin(TimeDomain domain, const std::vector<std::complex<double>>& values, double scale,
                    bool either_side) {
  double least = std::numeric_limits<double>::infinity();
  for (const auto value : values) {
    const double margin = stability_margin(domain, value, scale);
    least = std::min(least, either_side ? std::abs(margin) : margin);
  }
  return least;
}

/// Refines x and says what is wrong with it: nothing, if it is the stabilising solution.
std::string refine_and_judge(TimeDomain domain, const RiccatiProblem& problem, Matrix& x) {
  Matrix gain;
  try {
    refine(domain, problem, x);
    gain = gain_of(domain, problem, x);
  } catch (const Error& error) {
    return error.what();
  }
  const double residual = left_over(domain, problem, x, gain).relative;
  if (!(residual <= worst_residual))
    return fmt::format("it is too ill-conditioned, a relative residual of {:.1e} remains", residual);
  const auto closed = eigenvalues(problem.a - problem.b * gain);
  const double margin = least_margin(domain, closed, scale_of(closed), false);
  if (margin < near_border) name_hopeless_modes(domain, problem);  // modes out of reach stay as they are
  if (!(margin > 0.0)) return "the closed loop of what comes nearest is not stable";
  return {};
}

/// Throws if there is no solution.
Matrix solve_in_units(TimeDomain domain, const RiccatiProblem& problem) {
  const int n = problem.a.rows();
  const StableSubspace subspace = riccati_subspace(domain, problem);
  if (subspace.is_singular)
    throw Error::input(
        problem.use == RiccatiUse::filter
            ? "the noise of the measurements is singular, and so is what disturbances add to it: some combination of "
              "measurements is exact (pencil with eigenvalue 0/0)"
            : "R is singular, and the cost does not tell inputs apart: some input can be cancelled by the others or "
              "undone later at no cost (pencil with eigenvalue 0/0)");
  const double margin = least_margin(domain, subspace.values, scale_of(subspace.values), true);
  if (margin < near_border) name_hopeless_modes(domain, problem);
  std::string flaw = "a pair of eigenvalues cannot be told from a double one on the border of stability";
  if (subspace.num_stable != n) {
    flaw = fmt::format("{} eigenvalues of the pencil are stable, expected {}", subspace.num_stable, n);
  } else if (margin > marginal) {
    auto x = graph_of(subspace.basis);
    flaw = x ? refine_and_judge(domain, problem, *x)
             : "the pencil's stable subspace does not give one costate for each state";
    if (flaw.empty()) return *x;
  }
  name_hopeless_modes(domain, problem);
  fail_without_mode(domain, problem, subspace.values, flaw);
}

Matrix solve_in_any_units(TimeDomain domain, const RiccatiProblem& problem) {
  const RiccatiScaling scaling = balance(domain, problem);
  Matrix x = from_units(solve_in_units(domain, in_units(problem, scaling)), scaling);
  refine(domain, problem, x);
  return x;
}

/// Solves beside the marginal modes that the cost does not see, which are spanned by orthonormal columns.
Matrix solve_beside(TimeDomain domain, const RiccatiProblem& problem, const Matrix& unseen) {
  const Matrix rest = null_space(transposed(unseen), 0.5);
  RiccatiProblem smaller = problem;
  smaller.a = transposed_times(rest, problem.a * rest);
  smaller.b = transposed_times(rest, problem.b);
  smaller.q = symmetric_part(transposed_times(rest, problem.q * rest));
  smaller.s = transposed_times(rest, problem.s);
  return times_transposed(rest * solve_in_any_units(domain, smaller), rest);
}

Matrix solve_as_asked(TimeDomain domain, const RiccatiProblem& problem) {
  if (problem.unseen == UnseenModes::refuse) return solve_in_any_units(domain, problem);
  const auto plain = without_cross_term(problem);
  return solve_beside(domain, problem, unseen_marginal_space(domain, plain.a, plain.q));
}

RiccatiProblem checked(const RiccatiProblem& given) {
  RiccatiProblem problem = given;
  const int n = problem.a.rows(), m = problem.b.cols();
  if (problem.s.empty()) problem.s = Matrix(n, m);
  require(problem.a, n, n, "A");
  require(problem.b, n, m, "B");
  require_symmetric(problem.q, n, "Q");
  require_symmetric(problem.r, m, "R");
  require(problem.s, n, m, "S");
  problem.q = symmetric_part(problem.q);
  problem.r = symmetric_part(problem.r);
  return problem;
}

}  // namespace

RiccatiSolution solve_riccati(TimeDomain domain, const RiccatiProblem& given) {
  const RiccatiProblem problem = checked(given);
  if (domain == TimeDomain::continuous) {
    const int m = problem.r.rows();
    try {
      solve(problem.r, Matrix::identity(m), "R");
    } catch (const Error& error) {
      throw Error::input(std::string(error.what()) + ": every input must have its cost");
    }
  }
  RiccatiSolution solution;
  solution.x = solve_as_asked(domain, problem);
  solution.gain = gain_of(domain, problem, solution.x);
  solution.residual = left_over(domain, problem, solution.x, solution.gain).relative;
  solution.closed_loop = eigenvalues(problem.a - problem.b * solution.gain);
  return solution;
}

}  // namespace tessera::math
