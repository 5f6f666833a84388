#include "math/control.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/error.hpp"
#include "math/linear.hpp"
#include "math/reachability.hpp"

namespace tessera::math {

namespace {

double largest_modulus(const std::vector<std::complex<double>>& values) {
  double most = 0.0;
  for (const auto value : values) most = std::max(most, std::abs(value));
  return most;
}

/// Weights of states and inputs together must not be negative in any direction.
void require_bounded(const Matrix& q, const Matrix& r, const Matrix& s, const char* what) {
  const auto values = symmetric_eigenvalues(symmetric_part(above(beside(q, s), beside(transposed(s), r))));
  if (!values.empty() && values.front() < -1e-10 * std::max(std::abs(values.front()), std::abs(values.back())))
    throw Error::input(
        fmt::format("{} is not positive semidefinite: it has the eigenvalue {:.6g}", what, values.front()));
}

double least_eigenvalue(const Matrix& a) {
  const auto values = symmetric_eigenvalues(symmetric_part(a));
  return values.empty() ? std::numeric_limits<double>::infinity() : values.front();
}

}  // namespace

Regulator regulator(const Matrix& a, const Matrix& b, const Matrix& q, const Matrix& r, const Matrix& s,
                    UnseenModes unseen) {
  const int n = a.rows(), m = b.cols();
  const Matrix cross = s.empty() ? Matrix(n, m) : s;
  require_symmetric(q, n, "Q");
  require_symmetric(r, m, "R");
  require(cross, n, m, "S");
  require_bounded(q, r, cross, "the cost [Q S; S' R]");
  auto found = solve_riccati(TimeDomain::discrete, {a, b, q, r, cross, RiccatiUse::regulator, unseen});
  return {-1.0 * found.gain, std::move(found.x), found.residual, largest_modulus(found.closed_loop)};
}

Matrix tracking_gain(const Matrix& a, const Matrix& b, const Matrix& q, const Matrix& r, const Regulator& lqr) {
  const int n = a.rows();
  const Matrix still = Matrix::identity(n) - transposed(a + b * lqr.gain);
  const Matrix sum = solve(still, q, "1 - (A + BK)': the closed loop has the eigenvalue 1, no target can be held; it");
  return solve(r + symmetric_part(transposed_times(b, lqr.riccati * b)), transposed_times(b, sum), "R + B'XB");
}

Filter kalman_filter(const Matrix& a, const Matrix& c, const Matrix& process, const Matrix& measurement,
                     const Matrix& correlation, UnseenModes unseen) {
  const int n = a.rows(), m = c.rows();
  const Matrix cross = correlation.empty() ? Matrix(n, m) : correlation;
  require(c, m, n, "C");
  require_symmetric(process, n, "the covariance of the disturbance");
  require_symmetric(measurement, m, "the covariance of the measurement");
  require(cross, n, m, "the correlation of disturbance and measurement");
  require_bounded(process, measurement, cross, "the covariance of disturbance and measurement");
  auto found = solve_riccati(TimeDomain::discrete,
                             {transposed(a), transposed(c), process, measurement, cross, RiccatiUse::filter, unseen});
  return {transposed(found.gain), std::move(found.x), found.residual, largest_modulus(found.closed_loop)};
}

namespace {

void require_plant(const Plant& plant) {
  const int n = plant.a.rows(), num_w = plant.b1.cols(), num_u = plant.b2.cols(), num_z = plant.c1.rows();
  require(plant.a, n, n, "A");
  require(plant.b1, n, num_w, "B1");
  require(plant.b2, n, num_u, "B2");
  require(plant.c1, num_z, n, "C1");
  require(plant.d11, num_z, num_w, "D11");
  require(plant.d12, num_z, num_u, "D12");
}

void judge(const Plant& plant, double gamma, RobustRegulator& found) {
  const auto block = [&](const Matrix& b, const Matrix& d) {
    return transposed_times(d, d) + transposed_times(b, found.riccati * b);
  };
  found.riccati_margin = least_eigenvalue(found.riccati);
  found.control_margin = least_eigenvalue(block(plant.b2, plant.d12));
  found.disturbance_margin =
      least_eigenvalue(Matrix::identity(plant.b1.cols(), gamma * gamma) - block(plant.b1, plant.d11));
}

void require_saddle_point(double gamma, const RobustRegulator& found) {
  const double rounding = 1e-10 * frobenius_norm(found.riccati);
  if (found.riccati_margin >= -rounding && found.control_margin > 0.0 && found.disturbance_margin > 0.0) return;
  throw Error::input(fmt::format(
      "there is no saddle point at gamma = {:.6g}, which is too small: smallest eigenvalue of P {:.3g}, of D12'D12 + "
      "B2'PB2 {:.3g}, of gamma^2 - D11'D11 - B1'PB1 {:.3g}",
      gamma, found.riccati_margin, found.control_margin, found.disturbance_margin));
}

}  // namespace

RobustRegulator robust_regulator(const Plant& plant, double gamma, UnseenModes unseen) {
  require_plant(plant);
  if (!(gamma > 0.0) || !std::isfinite(gamma))
    throw Error::input(fmt::format("gamma is {}, expected a positive number", gamma));
  const int num_u = plant.b2.cols(), num_w = plant.b1.cols();
  const Matrix b = beside(plant.b2, plant.b1), d = beside(plant.d12, plant.d11);
  Matrix r = transposed_times(d, d);
  for (int i = num_u; i < num_u + num_w; ++i) r(i, i) -= gamma * gamma;
  RiccatiProblem problem{
      plant.a, b, transposed_times(plant.c1, plant.c1), r, transposed_times(plant.c1, d), RiccatiUse::regulator,
      unseen};
  RiccatiSolution solution;
  try {
    solution = solve_riccati(TimeDomain::discrete, problem);
  } catch (const Error& error) {
    throw Error::input(fmt::format("at gamma = {:.6g}, {}", gamma, error.what()));  // another gamma has a solution
  }
  RobustRegulator found;
  found.gain = -1.0 * solution.gain.block(0, 0, num_u, plant.a.rows());
  found.worst_disturbance = -1.0 * solution.gain.block(num_u, 0, num_w, plant.a.rows());
  found.riccati = std::move(solution.x);
  found.residual = solution.residual;
  found.closed_loop_radius = spectral_radius(plant.a + plant.b2 * found.gain);
  found.worst_case_radius = largest_modulus(solution.closed_loop);
  judge(plant, gamma, found);
  require_saddle_point(gamma, found);
  return found;
}

Regulator h2_regulator(const Plant& plant, UnseenModes unseen) {
  require_plant(plant);
  return regulator(plant.a, plant.b2, transposed_times(plant.c1, plant.c1), transposed_times(plant.d12, plant.d12),
                   transposed_times(plant.c1, plant.d12), unseen);
}

}  // namespace tessera::math
