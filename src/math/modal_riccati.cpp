#include "math/modal_riccati.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace tessera::math {

namespace {

using Complex = std::complex<double>;
using Vector = std::vector<Complex>;

constexpr double most_work = 1e11;  // modes times steps

/// std::complex multiplies with a test for infinities.
inline Complex times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// How often a mode counts: with its conjugate, or alone.
double copies(Complex value) { return value.imag() == 0.0 ? 1.0 : 2.0; }

void require_system(const ModalSystem& system, double r) {
  const std::size_t n = system.values.size(), p = static_cast<std::size_t>(std::max(system.num_outputs, 0));
  if (p == 0 || system.input.size() != n || system.outputs.size() != n * p || system.rest.size() != p)
    throw Error::input(fmt::format("{} modes, {} inputs, {} outputs and a rest of {} numbers do not go together", n,
                                   system.input.size(), system.outputs.size(), system.rest.size()));
  if (!(r > 0.0)) throw Error::input(fmt::format("the input's weight is {}, expected a positive number", r));
  for (const Complex value : system.values)
    if (!(std::abs(value) < 1.0))
      throw Error::input(fmt::format("a mode of modulus {}, expected damped ones", std::abs(value)));
}

/// P's change to the next step is y m y*; y (column, mode), m symmetric.
class Recursion {
 public:
  Recursion(const ModalSystem& system, double r)
      : system_(system),
        p_(static_cast<std::size_t>(system.num_outputs)),
        weight_(r),
        gain_(system.values.size()),
        y_(p_ * gain_.size()),
        m_(p_ * p_),
        c_(system.rest),
        mc_(p_) {
    for (std::size_t a = 0; a < p_; ++a) {
      m_[a * p_ + a] = 1.0;
      for (std::size_t i = 0; i < gain_.size(); ++i) {
        y_[a * gain_.size() + i] = std::conj(system.outputs[i * p_ + a]);
        c_[a] += copies(system.values[i]) * times(system.outputs[i * p_ + a], system.input[i]).real();
      }
    }
  }

  /// Largest part of the change.
  double change() const {
    double y2 = 0.0, most = 0.0;
    for (const Complex value : y_) y2 += std::norm(value);
    for (const double value : m_) most = std::max(most, std::abs(value));
    return most * y2;
  }

  /// c = y*b is known from the step before.
  void step() {
    const std::size_t n = gain_.size();
    double next_weight = weight_;
    for (std::size_t a = 0; a < p_; ++a) {
      mc_[a] = 0.0;
      for (std::size_t b = 0; b < p_; ++b) mc_[a] += m_[a * p_ + b] * c_[b];
      next_weight += mc_[a] * c_[a];
    }
    const double kept = weight_ / next_weight;
    for (std::size_t i = 0; i < n; ++i) advance_gain(i, kept, next_weight);
    for (std::size_t a = 0; a < p_; ++a) {
      const double before = c_[a];
      double sum = 0.0;
      Complex* column = y_.data() + a * n;
      for (std::size_t i = 0; i < n; ++i) {
        column[i] = times(std::conj(system_.values[i]), column[i]) - before * std::conj(gain_[i]);
        sum += copies(system_.values[i]) * times(std::conj(column[i]), system_.input[i]).real();
      }
      c_[a] = sum;
    }
    std::swap(gain_, next_gain_);
    for (std::size_t a = 0; a < p_; ++a)
      for (std::size_t b = 0; b < p_; ++b) m_[a * p_ + b] -= mc_[a] * mc_[b] / next_weight;
    weight_ = next_weight;
  }

  const Vector& gain() const { return gain_; }
  double weight() const { return weight_; }

 private:
  void advance_gain(std::size_t i, double kept, double next_weight) {
    Complex change;
    for (std::size_t a = 0; a < p_; ++a) change += mc_[a] * std::conj(y_[a * gain_.size() + i]);
    next_gain_[i] = kept * gain_[i] + times(change, system_.values[i]) / next_weight;
  }

  const ModalSystem& system_;
  std::size_t p_;
  double weight_;
  Vector gain_, next_gain_ = Vector(gain_.size()), y_;
  std::vector<double> m_, c_, mc_;
};

/// Sum over both of each pair of conj(x_i) P_ij.
Complex column_of(const ModalSystem& system, const ModalRegulator& regulator, const Vector& x, std::size_t j) {
  const auto p = static_cast<std::size_t>(system.num_outputs);
  const Complex* c = system.outputs.data() + j * p;
  const Complex value = system.values[j], cost = regulator.weight * regulator.gain[j];
  Complex sum;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Complex* d = system.outputs.data() + i * p;
    Complex same = -times(std::conj(regulator.gain[i]), cost), other = -times(regulator.gain[i], cost);
    for (std::size_t a = 0; a < p; ++a) {
      same += times(std::conj(d[a]), c[a]);
      other += times(d[a], c[a]);
    }
    const Complex gap = 1.0 - times(std::conj(system.values[i]), value);
    sum += times(times(std::conj(x[i]), same), std::conj(gap)) / std::norm(gap);
    if (system.values[i].imag() == 0.0) continue;
    const Complex other_gap = 1.0 - times(system.values[i], value);
    sum += times(times(x[i], other), std::conj(other_gap)) / std::norm(other_gap);
  }
  return sum;
}

void judge(const ModalSystem& system, double r, ModalRegulator& found) {
  const std::size_t n = system.values.size(), p = system.rest.size();
  std::vector<double> direct(p);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t a = 0; a < p; ++a)
      direct[a] += copies(system.values[i]) * times(system.outputs[i * p + a], system.input[i]).real();
  found.own_weight = r;
  for (std::size_t a = 0; a < p; ++a) found.own_weight += system.rest[a] * (direct[a] + system.rest[a]);
  Vector h(n);
  for (std::size_t j = 0; j < n; ++j) {
    Complex bp = column_of(system, found, system.input, j);
    for (std::size_t a = 0; a < p; ++a) bp += system.rest[a] * system.outputs[j * p + a];
    found.own_weight += copies(system.values[j]) * times(bp, system.input[j]).real();
    h[j] = times(bp, system.values[j]);
  }
  double error = 0.0, whole = 0.0;
  found.own_gain.resize(n);
  for (std::size_t j = 0; j < n; ++j) {
    found.own_gain[j] = h[j] / found.own_weight;
    error += copies(system.values[j]) * std::norm(found.gain[j] - found.own_gain[j]);
    whole += copies(system.values[j]) * std::norm(found.gain[j]);
  }
  found.gain_error = whole > 0.0 ? std::sqrt(error / whole) : 0.0;
}

/// Of values - input gain: growth over the second half of so many steps.
double radius_of(const ModalSystem& system, const Vector& gain) {
  constexpr int num_powers = 8192, first_counted = num_powers / 2;
  const std::size_t n = gain.size();
  Vector z(n);
  for (std::size_t i = 0; i < n; ++i) z[i] = std::polar(1.0, static_cast<double>(i * i % 97));
  double growth = 0.0;
  for (int power = 0; power < num_powers; ++power) {
    double u = 0.0, length2 = 0.0;
    for (std::size_t i = 0; i < n; ++i) u += copies(system.values[i]) * times(gain[i], z[i]).real();
    for (std::size_t i = 0; i < n; ++i) {
      z[i] = times(system.values[i], z[i]) - u * system.input[i];
      length2 += copies(system.values[i]) * std::norm(z[i]);
    }
    if (length2 == 0.0) return 0.0;
    const double length = std::sqrt(length2);
    for (auto& value : z) value /= length;
    if (power >= first_counted) growth += std::log(length);
  }
  return std::exp(growth / (num_powers - first_counted));
}

}  // namespace

ModalRegulator modal_regulator(const ModalSystem& system, double r) {
  require_system(system, r);
  Recursion recursion(system, r);
  ModalRegulator found;
  const double first = recursion.change();
  constexpr int between_tests = 64;
  for (double change = first; change > 1e-18 * first; change = recursion.change()) {
    if (!std::isfinite(change) ||
        static_cast<double>(found.num_iterations) * static_cast<double>(system.values.size()) > most_work)
      throw Error::numeric(
          fmt::format("the Riccati recursion has not ended after {} steps: P changes by {:.1e} of its "
                      "first change",
                      found.num_iterations, change / first));
    for (int n = 0; n < between_tests; ++n) recursion.step();
    found.num_iterations += between_tests;
  }
  found.gain = recursion.gain();
  found.weight = recursion.weight();
  judge(system, r, found);
  found.closed_loop_radius = radius_of(system, found.gain);
  return found;
}

double modal_cost(const ModalSystem& system, const ModalRegulator& regulator, const Vector& z) {
  if (z.size() != system.values.size())
    throw Error::input(fmt::format("a state of {} modes, expected {}", z.size(), system.values.size()));
  double sum = 0.0;
  for (std::size_t j = 0; j < z.size(); ++j)
    sum += copies(system.values[j]) * times(column_of(system, regulator, z, j), z[j]).real();
  return sum;
}

}  // namespace tessera::math
