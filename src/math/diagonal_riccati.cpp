#include "math/diagonal_riccati.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "math/matrix.hpp"
#include "math/riccati.hpp"

namespace tessera::math {

namespace {

using Complex = std::complex<double>;
using Vector = std::vector<Complex>;

constexpr double slow_modulus = 0.98;
constexpr std::size_t most_slow_modes = 200;
constexpr double vanishing = 1e-17;
constexpr double most_work = 2e10;  // modes times steps
constexpr int num_powers = 512;

/// std::complex multiplies with a test for infinities.
inline Complex times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

double norm2(const Vector& x) {
  double sum = 0.0;
  for (const Complex value : x) sum += std::norm(value);
  return sum;
}

/// The first modes, dense: p(i, j) and what follows from it.
struct SlowModes {
  std::size_t count = 0;
  std::vector<Complex> p;  // (i, j), the last fastest
  Complex& at(std::size_t i, std::size_t j) { return p[i * count + j]; }
};

/// [Re -Im; Im Re], whose products are those of the complex matrix.
template <class Entry>
Matrix real_form(std::size_t rows, std::size_t cols, const Entry& entry) {
  const int m = static_cast<int>(rows), n = static_cast<int>(cols);
  Matrix form(2 * m, 2 * n);
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) {
      const Complex value = entry(static_cast<std::size_t>(i), static_cast<std::size_t>(j));
      form(i, j) = form(m + i, n + j) = value.real();
      form(m + i, j) = value.imag();
      form(i, n + j) = -value.imag();
    }
  return form;
}

SlowModes solve_slow(const Vector& values, const Vector& input, std::size_t count, double q, double r) {
  SlowModes slow{count, Vector(count * count)};
  if (count == 0) return slow;
  RiccatiProblem problem;
  problem.a = real_form(count, count, [&](auto i, auto j) { return i == j ? values[i] : Complex(); });
  problem.b = real_form(count, 1, [&](auto i, auto) { return input[i]; });
  problem.q = Matrix::identity(2 * static_cast<int>(count), q);
  problem.r = Matrix::identity(2, r);
  const Matrix x = solve_riccati(TimeDomain::discrete, problem).x;
  const int n = static_cast<int>(count);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j)
      slow.at(static_cast<std::size_t>(i), static_cast<std::size_t>(j)) = {0.5 * (x(i, j) + x(n + i, n + j)),
                                                                           0.5 * (x(n + i, j) - x(i, n + j))};
  return slow;
}

/// P of some step of the Riccati recursion, as far as it must be known, and its change to the next: y m y*, y two
/// columns, m Hermitian.
class Recursion {
 public:
  Recursion(const Vector& values, const Vector& input, std::size_t num_slow, double q, double r)
      : values_(values), input_(input), slow_(solve_slow(values, input, num_slow, q, r)), q_(q) {
    const std::size_t n = values.size();
    for (auto& column : y_) column.assign(n, {});
    Vector bp(n);
    for (std::size_t j = 0; j < n; ++j) {
      if (j >= num_slow) bp[j] = std::conj(input[j]) * (q / (1.0 - std::norm(values[j])));
      for (std::size_t i = 0; j < num_slow && i < num_slow; ++i) bp[j] += times(std::conj(input[i]), slow_.at(i, j));
    }
    weight_ = r;
    for (std::size_t j = 0; j < num_slow; ++j) weight_ += times(bp[j], input[j]).real();
    const double slow_weight = weight_;
    for (std::size_t j = num_slow; j < n; ++j) weight_ += times(bp[j], input[j]).real();
    gain_.resize(n);
    for (std::size_t j = 0; j < n; ++j) {
      const Complex h = times(bp[j], values[j]);
      gain_[j] = h / weight_;
      y_[1][j] = std::conj(h);
      if (j < num_slow) y_[0][j] = std::conj(h);
    }
    m_[0][0] = 1.0 / slow_weight;
    m_[1][1] = -1.0 / weight_;
  }

  /// Bound of the change to come, against q.
  double change() const {
    double most = 0.0;
    for (const auto& row : m_)
      for (const Complex value : row) most = std::max(most, std::abs(value));
    return most * (norm2(y_[0]) + norm2(y_[1])) / q_;
  }

  void step() {
    Complex c[2], cm[2], mc[2];  // y*b, c*m, m c
    for (int a = 0; a < 2; ++a)
      for (std::size_t i = 0; i < values_.size(); ++i) c[a] += times(std::conj(y_[a][i]), input_[i]);
    for (int a = 0; a < 2; ++a)
      for (int b = 0; b < 2; ++b) {
        cm[a] += times(std::conj(c[b]), m_[b][a]);
        mc[a] += times(m_[a][b], c[b]);
      }
    add_change_to_slow();
    const double next_weight = weight_ + (times(cm[0], c[0]) + times(cm[1], c[1])).real();
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const Complex y0 = y_[0][i], y1 = y_[1][i], value = values_[i], gain = std::conj(gain_[i]);
      const Complex change = times(cm[0], std::conj(y0)) + times(cm[1], std::conj(y1));
      y_[0][i] = times(std::conj(value), y0) - times(gain, std::conj(c[0]));
      y_[1][i] = times(std::conj(value), y1) - times(gain, std::conj(c[1]));
      gain_[i] = (weight_ * gain_[i] + times(change, value)) / next_weight;
    }
    for (int a = 0; a < 2; ++a)
      for (int b = 0; b < 2; ++b) m_[a][b] -= times(mc[a], cm[b]) / next_weight;
    weight_ = next_weight;
  }

  const Vector& gain() const { return gain_; }
  double weight() const { return weight_; }
  SlowModes& slow() { return slow_; }

 private:
  void add_change_to_slow() {
    for (std::size_t i = 0; i < slow_.count; ++i) {
      const Complex left0 = times(y_[0][i], m_[0][0]) + times(y_[1][i], m_[1][0]);
      const Complex left1 = times(y_[0][i], m_[0][1]) + times(y_[1][i], m_[1][1]);
      for (std::size_t j = 0; j < slow_.count; ++j)
        slow_.at(i, j) += times(left0, std::conj(y_[0][j])) + times(left1, std::conj(y_[1][j]));
    }
  }

  const Vector &values_, &input_;
  SlowModes slow_;
  double q_, weight_ = 0.0;
  Vector gain_, y_[2];
  Complex m_[2][2];
};

/// What is left of the equation with P of the displacement; between slow modes, where that may be 0/0, with P as the
/// recursion has summed it. The first `num_active` modes have products of values above rounding.
void judge(const Vector& values, const Vector& input, std::size_t num_active, double q, double r, SlowModes& slow,
           DiagonalRegulator& found) {
  const std::size_t n = values.size();
  const Vector& k = found.gain;
  const double weight = found.weight;
  Vector bp(n);
  double p2 = 0.0, moved2 = 0.0;
  Complex active_sum, passive_sum;
  for (std::size_t i = 0; i < n; ++i) (i < num_active ? active_sum : passive_sum) += std::conj(times(input[i], k[i]));
  for (std::size_t j = 0; j < num_active; ++j) {
    const Complex cost = weight * k[j];
    for (std::size_t i = 0; i < num_active; ++i) {
      const Complex product = times(std::conj(values[i]), values[j]);
      Complex p;
      if (i < slow.count && j < slow.count) {
        p = slow.at(i, j);
      } else {
        const Complex divisor = 1.0 - product;
        p = times((i == j ? q : 0.0) - times(std::conj(k[i]), cost), std::conj(divisor)) / std::norm(divisor);
      }
      bp[j] += times(std::conj(input[i]), p);
      p2 += std::norm(p);
      moved2 += std::norm(times(product, p));
    }
    bp[j] -= times(cost, passive_sum);
  }
  for (std::size_t j = num_active; j < n; ++j)
    bp[j] = q * std::conj(input[j]) - times(weight * k[j], active_sum + passive_sum);
  p2 += q * q * static_cast<double>(n - num_active);
  double own_weight = r;
  for (std::size_t j = 0; j < n; ++j) own_weight += times(bp[j], input[j]).real();
  // What is left is u*u - v*v with u = gain weight^1/2 and v the same of P's own gain.
  double u2 = 0.0, v2 = 0.0, d2 = 0.0, gain_error2 = 0.0, slow2 = 0.0;
  Vector h(n);
  for (std::size_t j = 0; j < n; ++j) {
    h[j] = times(bp[j], values[j]);
    const Complex u = k[j] * std::sqrt(weight), v = h[j] / std::sqrt(own_weight);
    u2 += std::norm(u);
    v2 += std::norm(v);
    d2 += std::norm(u - v);
    gain_error2 += std::norm(k[j] - h[j] / own_weight);
  }
  for (std::size_t i = 0; i < slow.count; ++i)
    for (std::size_t j = 0; j < slow.count; ++j)
      slow2 += std::norm((i == j ? q : 0.0) + times(times(std::conj(values[i]), values[j]) - 1.0, slow.at(i, j)) -
                         times(std::conj(h[i]), h[j]) / own_weight);
  const double left = std::sqrt(d2) * (std::sqrt(u2) + std::sqrt(v2)) + std::sqrt(slow2);
  found.residual = left / (std::sqrt(p2) + std::sqrt(moved2) + v2 + q * std::sqrt(static_cast<double>(n)));
  found.gain_error = norm2(k) > 0.0 ? std::sqrt(gain_error2 / norm2(k)) : 0.0;
}

/// Of values - input gain: growth over the second half of so many steps.
double radius_of(const Vector& values, const Vector& input, const Vector& gain, std::size_t count) {
  Vector x(count);
  for (std::size_t i = 0; i < count; ++i) x[i] = std::polar(1.0, static_cast<double>(i * i % 97));
  double growth = 0.0, counted = 0.0;
  for (int power = 0; power < num_powers; ++power) {
    Complex u;
    for (std::size_t i = 0; i < count; ++i) u += times(gain[i], x[i]);
    for (std::size_t i = 0; i < count; ++i) x[i] = times(values[i], x[i]) - times(input[i], u);
    const double length = std::sqrt(norm2(x));
    if (length == 0.0) return 0.0;
    for (auto& value : x) value /= length;
    if (power < num_powers / 2) continue;
    growth += std::log(length);
    counted += 1.0;
  }
  return std::exp(growth / counted);
}

std::vector<std::size_t> slowest_first(const Vector& values) {
  std::vector<std::size_t> order(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return std::norm(values[i]) > std::norm(values[j]); });
  return order;
}

Vector taken(const Vector& all, const std::vector<std::size_t>& order) {
  Vector some(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) some[i] = all[order[i]];
  return some;
}

std::size_t count_above(const Vector& sorted, double modulus) {
  return static_cast<std::size_t>(
      std::count_if(sorted.begin(), sorted.end(), [&](Complex value) { return std::abs(value) > modulus; }));
}

}  // namespace

DiagonalRegulator diagonal_regulator(const Vector& given_values, const Vector& given_input, double q, double r) {
  if (given_values.size() != given_input.size())
    throw Error::input(fmt::format("{} modes with the inputs of {}", given_values.size(), given_input.size()));
  if (!(q > 0.0) || !(r > 0.0)) throw Error::input(fmt::format("weights {} and {}, expected positive numbers", q, r));
  DiagonalRegulator found;
  if (given_values.empty()) return found;
  const auto order = slowest_first(given_values);
  const Vector values = taken(given_values, order), input = taken(given_input, order);
  const std::size_t num_slow = count_above(values, slow_modulus);
  const std::size_t num_active = count_above(values, vanishing / std::max(1.0, std::abs(values.front())));
  if (num_slow > most_slow_modes)
    throw Error::input(fmt::format("{} modes keep more than {} of themselves in a sample, at most {} can be regulated",
                                   num_slow, slow_modulus, most_slow_modes));
  Recursion recursion(values, input, num_slow, q, r);
  for (double change = recursion.change(); change > 1e-18; change = recursion.change()) {
    if (!std::isfinite(change) ||
        static_cast<double>(found.num_iterations) * static_cast<double>(values.size()) > most_work)
      throw Error::numeric(fmt::format("the Riccati recursion has not ended after {} steps (change {:.1e})",
                                       found.num_iterations, change));
    recursion.step();
    ++found.num_iterations;
  }
  found.gain = recursion.gain();
  found.weight = recursion.weight();
  judge(values, input, num_active, q, r, recursion.slow(), found);
  found.closed_loop_radius = radius_of(values, input, found.gain, num_active);
  Vector gain(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) gain[order[i]] = found.gain[i];
  found.gain = std::move(gain);
  return found;
}

}  // namespace tessera::math
