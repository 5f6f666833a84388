#include "math/riccati_pencil.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "math/lapacke.hpp"

namespace tessera::math {

namespace {

/// h z = lambda j z.
struct Pencil {
  Matrix h, j;
};

/// Optimality along a trajectory with costate p (p = x state on the solution), z = (state, p, input). Discrete:
///   state+ = a state + b u,  p = a'p+ + q state + s u,  0 = b'p+ + r u + s'state;
/// continuous: with derivatives in place of the next values, p' = -a'p - q state - s u, 0 = b'p + r u + s'state.
Pencil extended_pencil(TimeDomain domain, const RiccatiProblem& problem) {
  const int n = problem.a.rows(), m = problem.b.cols();
  const Matrix one = Matrix::identity(n);
  Pencil pencil{Matrix(2 * n + m, 2 * n + m), Matrix(2 * n + m, 2 * n + m)};
  pencil.h.set_block(0, 0, problem.a);
  pencil.h.set_block(0, 2 * n, problem.b);
  pencil.h.set_block(n, 0, -1.0 * problem.q);
  pencil.h.set_block(n, 2 * n, -1.0 * problem.s);
  pencil.h.set_block(2 * n, 0, transposed(problem.s));
  pencil.h.set_block(2 * n, 2 * n, problem.r);
  pencil.j.set_block(0, 0, one);
  if (domain == TimeDomain::discrete) {
    pencil.h.set_block(n, n, one);
    pencil.j.set_block(n, n, transposed(problem.a));
    pencil.j.set_block(2 * n, n, -1.0 * transposed(problem.b));
  } else {
    pencil.h.set_block(n, n, -1.0 * transposed(problem.a));
    pencil.h.set_block(2 * n, n, transposed(problem.b));
    pencil.j.set_block(n, n, one);
  }
  return pencil;
}

/// Scales that LAPACK's balancing finds for this matrix of magnitudes.
std::vector<double> balancing_scales(Matrix& magnitudes) {
  const int size = magnitudes.rows();
  std::vector<double> scales(static_cast<std::size_t>(size), 1.0);
  int low = 0, high = 0;
  if (LAPACKE_dgebal(LAPACK_COL_MAJOR, 'S', size, magnitudes.data(), size, &low, &high, scales.data()) != 0)
    throw Error::internal("balancing a Riccati equation fails");
  return scales;
}

double power_of_two_near(double log2_value) { return std::ldexp(1.0, static_cast<int>(std::lround(log2_value))); }

}  // namespace

RiccatiScaling balance(TimeDomain domain, const RiccatiProblem& problem) {
  const int n = problem.a.rows(), m = problem.b.cols();
  const Pencil pencil = extended_pencil(domain, problem);
  Matrix magnitudes(2 * n + m, 2 * n + m);
  for (int col = 0; col < magnitudes.cols(); ++col)
    for (int row = 0; row < magnitudes.rows(); ++row)
      if (row != col) magnitudes(row, col) = std::abs(pencil.h(row, col)) + std::abs(pencil.j(row, col));
  const auto scales = balancing_scales(magnitudes);
  // A costate has the inverse units of its state: both share what was found for each of them.
  RiccatiScaling scaling;
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
    scaling.state.push_back(
        power_of_two_near(0.5 * (std::log2(scales[i]) - std::log2(scales[i + static_cast<std::size_t>(n)]))));
  for (std::size_t i = 0; i < static_cast<std::size_t>(m); ++i)
    scaling.input.push_back(power_of_two_near(std::log2(scales[i + 2 * static_cast<std::size_t>(n)])));
  return scaling;
}

RiccatiProblem in_units(const RiccatiProblem& problem, const RiccatiScaling& scaling) {
  RiccatiProblem scaled = problem;
  const auto scale = [](Matrix& matrix, const auto& row_factor, const auto& col_factor) {
    for (int j = 0; j < matrix.cols(); ++j)
      for (int i = 0; i < matrix.rows(); ++i)
        matrix(i, j) *= row_factor(static_cast<std::size_t>(i)) * col_factor(static_cast<std::size_t>(j));
  };
  const auto state = [&](std::size_t i) { return scaling.state[i]; };
  const auto inverse = [&](std::size_t i) { return 1.0 / scaling.state[i]; };
  const auto input = [&](std::size_t i) { return scaling.input[i]; };
  scale(scaled.a, inverse, state);
  scale(scaled.b, inverse, input);
  scale(scaled.q, state, state);
  scale(scaled.r, input, input);
  scale(scaled.s, state, input);
  return scaled;
}

Matrix from_units(Matrix x, const RiccatiScaling& scaling) {
  for (int j = 0; j < x.cols(); ++j)
    for (int i = 0; i < x.rows(); ++i)
      x(i, j) /= scaling.state[static_cast<std::size_t>(i)] * scaling.state[static_cast<std::size_t>(j)];
  return x;
}

StableSubspace riccati_subspace(TimeDomain domain, const RiccatiProblem& problem) {
  const int n = problem.a.rows(), m = problem.b.cols(), size = 2 * n + m;
  const Pencil pencil = extended_pencil(domain, problem);
  Matrix inputs = pencil.h.columns(2 * n, m);
  Matrix h = pencil.h.columns(0, 2 * n), j = pencil.j.columns(0, 2 * n);
  if (m > 0 && n > 0) {
    const double norm = frobenius_norm(inputs);
    std::vector<double> factors(static_cast<std::size_t>(m));
    std::vector<int> pivots(static_cast<std::size_t>(m));
    int info = LAPACKE_dgeqp3(LAPACK_COL_MAJOR, size, m, inputs.data(), size, pivots.data(), factors.data());
    if (!(std::abs(inputs(m - 1, m - 1)) > size * std::numeric_limits<double>::epsilon() * norm))
      throw Error::input(
          problem.use == RiccatiUse::filter
              ? "the noise of the measurements is singular: some combination of them is exact, and sees no state"
              : "R is singular: some combination of inputs acts neither on the states nor on the cost, so any amount "
                "of it is optimal");
    for (Matrix* part : {&h, &j})
      info += LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'T', size, 2 * n, m, inputs.data(), size, factors.data(),
                             part->data(), size);
    if (info != 0) throw Error::internal("the inputs of a Riccati equation cannot be eliminated");
  }
  return stable_subspace(domain, h.block(m, 0, 2 * n, 2 * n), j.block(m, 0, 2 * n, 2 * n));
}

}  // namespace tessera::math
