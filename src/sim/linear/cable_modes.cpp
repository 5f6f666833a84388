#include "sim/linear/cable_modes.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <memory>
#include <numbers>

#include "base/error.hpp"
#include "sim/linear/cable.hpp"

namespace tessera::sim::linear {

namespace {

using Complex = std::complex<double>;
using std::numbers::pi;

constexpr double mass = cable_mass, spring = cable_spring, damping = cable_damping, push = cable_control;
constexpr double vanishing = 1e-13;

/// tridiag(off, main, off), with another last corner, times x.
std::vector<double> tridiagonal(double main, double off, double corner, const std::vector<double>& x) {
  const std::size_t n = x.size();
  std::vector<double> y(n);
  for (std::size_t i = 0; i < n; ++i)
    y[i] = (i + 1 == n ? corner : main) * x[i] + (i > 0 ? off * x[i - 1] : 0.0) + (i + 1 < n ? off * x[i + 1] : 0.0);
  return y;
}

double frequency2(double angle, double h) { return 6.0 / (h * h) * (1.0 - std::cos(angle)) / (2.0 + std::cos(angle)); }

/// Angle of sine j: n angle - j pi is the phase for which the forces on the mass balance, in (0, pi).
double angle_of(std::int64_t j, std::int64_t n, double h) {
  double low = static_cast<double>(j) * pi / static_cast<double>(n), high = low + pi / static_cast<double>(n);
  for (int bisection = 0; bisection < 60; ++bisection) {
    const double angle = 0.5 * (low + high);
    const double phase =
        std::atan2(std::sin(angle) / h * 3.0 / (2.0 + std::cos(angle)), mass * frequency2(angle, h) - spring);
    (static_cast<double>(n) * angle - static_cast<double>(j) * pi < phase ? low : high) = angle;
  }
  return 0.5 * (low + high);
}

/// Sum of m_ij sin(i angle) sin(j angle).
double mass_of(double angle, std::int64_t nodes, double h) {
  const double n = static_cast<double>(nodes), s = std::sin(angle);
  const double squares = 0.5 * (n - 1.0) - 0.5 * std::sin((n - 1.0) * angle) * std::cos(n * angle) / s;
  const double neighbours =
      0.5 * ((n - 1.0) * std::cos(angle) - 0.5 * (std::sin(2.0 * n * angle) - std::sin(2.0 * angle)) / s);
  const double tip = std::sin(n * angle);
  return h / 6.0 * (4.0 * squares + 2.0 * neighbours) + (h / 3.0 + mass) * tip * tip;
}

/// The upper (or, if both are real, the slower) root of x^2 + b x + c, c > 0.
Complex upper_root(Complex b, double c) {
  const Complex root = std::sqrt(b * b - 4.0 * c);
  const Complex first = 0.5 * (-b + root), second = 0.5 * (-b - root);
  return first.imag() >= second.imag() ? first : second;
}

/// Adds factor sin(i angle), i = 1..n, to sum; rotated from node to node, anew every 64 nodes.
void add_sine(double angle, double factor, std::vector<double>& sum) {
  const Complex turn = std::polar(1.0, angle);
  constexpr std::size_t block = 64;
  for (std::size_t first = 0; first < sum.size(); first += block) {
    double c = std::cos(static_cast<double>(first + 1) * angle), s = std::sin(static_cast<double>(first + 1) * angle);
    const std::size_t last = std::min(first + block, sum.size());
    for (std::size_t i = first; i < last; ++i) {
      sum[i] += factor * s;
      const double next = s * turn.real() + c * turn.imag();
      c = c * turn.real() - s * turn.imag();
      s = next;
    }
  }
}

}  // namespace

CableModes::CableModes(std::int64_t num_elements, double sample_time)
    : n_(num_elements), h_(cable_length / static_cast<double>(num_elements)) {
  if (num_elements < 2) throw Error::input(fmt::format("a cable of {} elements, expected at least 2", num_elements));
  if (!(sample_time > 0.0))
    throw Error::input(fmt::format("sample_time is {}, expected a positive number", sample_time));
  for (std::int64_t j = 0; j < n_; ++j) {
    const double angle = angle_of(j, n_, h_), square = frequency2(angle, h_);
    const Complex rate = upper_root(damping * square, square);
    if (std::exp(rate.real() * sample_time) < vanishing) break;
    if (rate.imag() == 0.0)
      throw Error::input(fmt::format("sample_time is {}, too short for {} elements: modes live that do not oscillate",
                                     sample_time, num_elements));
    angles_.push_back(angle);
    squares_.push_back(square);
    scales_.push_back(1.0 / std::sqrt(mass_of(angle, n_, h_)));
    tips_.push_back(scales_.back() * std::sin(static_cast<double>(n_) * angle));
  }
  solve_pencil();
  sample(sample_time);
}

/// lambda^2 + 5e-5 omega^2 lambda + omega^2, which the damping leaves of sine j.
Complex CableModes::pencil(Complex rate, std::size_t j) const {
  return rate * rate + squares_[j] * (damping * rate + 1.0);
}

/// The root near sine i of the secular equation 1 = epsilon lambda sum_j tip_j^2 / pencil_j, epsilon = 5e-5 0.01: it
/// makes pencil_i = defect lambda.
Complex CableModes::rate_of(std::size_t i, Complex& defect) const {
  constexpr double epsilon = damping * spring;
  Complex rate = upper_root(damping * squares_[i], squares_[i]);
  for (int iteration = 0; iteration < 4; ++iteration) {  // gains a factor epsilon each
    Complex others;
    for (std::size_t j = 0; j < tips_.size(); ++j)
      if (j != i) others += tips_[j] * tips_[j] / pencil(rate, j);
    defect = epsilon * tips_[i] * tips_[i] / (1.0 - epsilon * rate * others);
    rate = upper_root(damping * squares_[i] - defect, squares_[i]);
  }
  return rate;
}

/// Part of sine j in mode i; 1 of its own.
Complex CableModes::shape(std::size_t i, std::size_t j) const {
  return i == j ? 1.0 : tips_[j] / tips_[i] * defects_[i] * rates_[i] / pencil(rates_[i], j);
}

void CableModes::solve_pencil() {
  constexpr double epsilon = damping * spring;
  const std::size_t count = tips_.size();
  rates_.resize(count);
  defects_.resize(count);
  norms_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    rates_[i] = rate_of(i, defects_[i]);
    const Complex tip = defects_[i] / (epsilon * tips_[i]);
    norms_[i] = -epsilon * tip * tip;
    for (std::size_t j = 0; j < count; ++j) {
      const Complex part = shape(i, j);
      norms_[i] += (2.0 * rates_[i] + damping * squares_[j]) * part * part;
    }
  }
}

/// z = lambda v'((lambda m + d) q + m q') / norm, so that the displacement is the sum of v z / lambda.
void CableModes::sample(double sample_time) {
  constexpr double epsilon = damping * spring;
  system_.num_outputs = 2;
  // Modes that are left out follow the held input at once: what it does to the outputs in the end (1/0.51 a unit of
  // force, and no velocity), less what the other modes contribute to that.
  system_.rest = {push / (1.0 / cable_length + spring), 0.0};
  for (std::size_t i = 0; i < rates_.size(); ++i) {
    const Complex tip = defects_[i] / (epsilon * tips_[i]), rate = rates_[i];
    const Complex input = push * rate * tip / norms_[i], value = std::exp(rate * sample_time);
    system_.values.push_back(value);
    system_.input.push_back(input * (value - 1.0) / rate);
    const Complex outputs[] = {tip / rate, tip};
    for (std::size_t a = 0; a < 2; ++a) {
      system_.outputs.push_back(outputs[a]);
      system_.rest[a] += 2.0 * (outputs[a] * input / rate).real();
    }
  }
}

std::vector<double> CableModes::in_nodes(const std::vector<Complex>& row) const {
  const std::size_t count = rates_.size(), n = static_cast<std::size_t>(n_);
  std::vector<double> of_displacement(n), of_velocity(n);
  for (std::size_t j = 0; j < count; ++j) {
    Complex displacement, velocity;
    for (std::size_t i = 0; i < count; ++i) {
      const Complex part = row[i] * rates_[i] / norms_[i] * shape(i, j);
      velocity += part;
      displacement += part * rates_[i];
    }
    add_sine(angles_[j], 2.0 * displacement.real() * scales_[j], of_displacement);
    add_sine(angles_[j], 2.0 * velocity.real() * scales_[j], of_velocity);
  }
  const auto times_mass = [&](const std::vector<double>& x) {
    return tridiagonal(2.0 * h_ / 3.0, h_ / 6.0, h_ / 3.0 + mass, x);
  };
  auto all = times_mass(of_displacement);
  const auto damped = tridiagonal(2.0 * damping / h_, -damping / h_, damping / h_, of_velocity);
  for (std::size_t i = 0; i < n; ++i) all[i] += damped[i];
  const auto velocities = times_mass(of_velocity);
  all.insert(all.end(), velocities.begin(), velocities.end());
  return all;
}

std::vector<Complex> CableModes::modes_of_mass(bool is_displaced) const {
  const std::size_t count = rates_.size();
  std::vector<double> inertia(count), damper(count);  // sine'm e, sine'd e
  for (std::size_t j = 0; j < count; ++j) {
    inertia[j] =
        h_ / 6.0 * scales_[j] * std::sin(static_cast<double>(n_ - 1) * angles_[j]) + (h_ / 3.0 + mass) * tips_[j];
    damper[j] = damping * (squares_[j] * inertia[j] - spring * tips_[j]);
  }
  std::vector<Complex> modes(count);
  for (std::size_t i = 0; i < count; ++i) {
    Complex sum;
    for (std::size_t j = 0; j < count; ++j)
      sum += shape(i, j) * (is_displaced ? rates_[i] * inertia[j] + damper[j] : Complex(inertia[j]));
    modes[i] = rates_[i] / norms_[i] * sum;
  }
  return modes;
}

ModalModel cable_modal_model(std::int64_t num_elements, double sample_time) {
  const auto modes = std::make_shared<const CableModes>(num_elements, sample_time);
  ModalModel model;
  model.system = modes->system();
  model.r = cable_control_weight;
  model.in_state = [modes](const std::vector<Complex>& row) { return modes->in_nodes(row); };
  model.probes = {modes->displaced_mass(), modes->moving_mass()};
  return model;
}

}  // namespace tessera::sim::linear
