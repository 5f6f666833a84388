#include "sim/boltzmann/diffusive/velocity_modes.hpp"

#include <cmath>

#include "base/error.hpp"

namespace tessera::sim::boltzmann::diffusive {

namespace {

/// How many eigenvalues of the symmetric matrix with zeros on its diagonal and b[1], b[2]... beside it are below x
/// (Sturm's theorem).
int count_below(const std::vector<double>& b, double x) {
  int below = 0;
  double pivot = -x;
  for (std::size_t n = 0;; ++n) {
    if (pivot < 0.0) ++below;
    if (n + 1 == b.size()) return below;
    if (pivot == 0.0) pivot = 1e-300;
    pivot = -x - b[n + 1] * b[n + 1] / pivot;
  }
}

/// x p_n = b[n + 1] p_{n+1} + b[n] p_{n-1}: the nodes are eigenvalues of that matrix (Golub and Welsch 1969), found by
/// bisection; weights are the inverse sums of squares of the polynomials.
VelocityModes gauss_modes(const std::vector<double>& b, double largest) {
  const std::size_t count = b.size();
  if (count < 2 || count % 2 != 0) throw Error::internal("an odd number of velocities");
  VelocityModes result;
  result.nodes.resize(count);
  result.weights.resize(count);
  result.polynomials.resize(count * count);
  for (std::size_t m = count / 2; m < count; ++m) {
    double low = 0.0, high = largest;
    for (double middle = 0.5 * high; middle > low && middle < high; middle = 0.5 * (low + high))
      (count_below(b, middle) > static_cast<int>(m) ? high : low) = middle;
    const double x = 0.5 * (low + high);
    std::vector<double> p(count, 1.0);
    double squares = 1.0;
    for (std::size_t n = 0; n + 1 < count; ++n) {
      p[n + 1] = (x * p[n] - (n > 0 ? b[n] * p[n - 1] : 0.0)) / b[n + 1];
      squares += p[n + 1] * p[n + 1];
    }
    const std::size_t mirror = count - 1 - m;
    result.nodes[m] = x;
    result.nodes[mirror] = -x;
    result.weights[m] = result.weights[mirror] = 1.0 / squares;
    for (std::size_t n = 0; n < count; ++n) {
      result.polynomials[n * count + m] = p[n];
      result.polynomials[n * count + mirror] = n % 2 == 0 ? p[n] : -p[n];
    }
  }
  return result;
}

void finish(VelocityModes& modes, double scale) {
  for (std::size_t m = 0; m < modes.nodes.size(); ++m) {
    modes.nodes[m] *= scale;
    modes.mean_square += modes.weights[m] * modes.nodes[m] * modes.nodes[m];
  }
}

}  // namespace

VelocityModes legendre_modes(int count) {
  std::vector<double> b;
  for (int n = 0; n < count; ++n) b.push_back(n / std::sqrt(std::fabs(4.0 * n * n - 1.0)));
  auto modes = gauss_modes(b, 1.0);
  finish(modes, 1.0);
  return modes;
}

VelocityModes hermite_modes(int count, double temperature) {
  std::vector<double> b;
  for (int n = 0; n < count; ++n) b.push_back(std::sqrt(n));
  auto modes = gauss_modes(b, 2.0 * std::sqrt(count));
  finish(modes, std::sqrt(temperature));
  return modes;
}

}  // namespace tessera::sim::boltzmann::diffusive
