#include "learn/control/shifted_regulator.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "base/error.hpp"
#include "learn/control/spectral_modes.hpp"
#include "math/diagonal_riccati.hpp"
#include "math/fft.hpp"

namespace tessera::learn::control {

namespace {

using Complex = std::complex<double>;
using Modes = std::vector<Complex>;

/// Modes m = 0..n-1 of a real function.
Modes all_modes(const std::vector<double>& values) {
  const auto n = static_cast<std::int64_t>(values.size());
  const math::RealFft fft(math::FftShape{n});
  Modes half(static_cast<std::size_t>(n / 2 + 1)), modes(values.size());
  fft.forward(values, half);
  for (std::int64_t m = 0; m < n; ++m)
    modes[static_cast<std::size_t>(m)] =
        m > n - m ? std::conj(half[static_cast<std::size_t>(n - m)]) : half[static_cast<std::size_t>(m)];
  return modes;
}

/// The modes first, first + stride, ...
Modes every(const Modes& modes, std::size_t first, std::size_t stride, double factor = 1.0) {
  Modes some;
  for (std::size_t m = first; m < modes.size(); m += stride) some.push_back(factor * modes[m]);
  return some;
}

/// For a target t, the part's constant input: q/weight b*(1 - A* + k*b*)^-1 t. What it divides by is written so that
/// an eigenvalue 1 of A, at most one, does no harm.
Complex tracking_input(const Modes& values, const Modes& input, const math::DiagonalRegulator& found, double q,
                       const Modes& target) {
  const auto gap = [&](std::size_t i) { return 1.0 - std::conj(values[i]); };
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < values.size(); ++i)
    if (std::abs(gap(i)) < std::abs(gap(nearest))) nearest = i;
  Complex above, below = 1.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i == nearest) continue;
    above += std::conj(input[i]) * target[i] / gap(i);
    below += std::conj(input[i]) * std::conj(found.gain[i]) / gap(i);
  }
  const Complex b = std::conj(input[nearest]);
  above = above * gap(nearest) + b * target[nearest];
  below = below * gap(nearest) + b * std::conj(found.gain[nearest]);
  return q / found.weight * above / below;
}

std::vector<double> row_of(const Modes& gain, std::int64_t n, double factor) {
  const math::RealFft fft(math::FftShape{n});
  Modes half(static_cast<std::size_t>(n / 2 + 1));
  for (std::size_t m = 0; m < half.size(); ++m) half[m] = factor * std::conj(gain[m]);
  std::vector<double> row(static_cast<std::size_t>(n));
  fft.backward(half, row);
  return row;
}

void add_part(const math::DiagonalRegulator& part, ShiftedRegulator& whole) {
  whole.design.residual = std::max(whole.design.residual, part.residual);
  whole.design.radius = std::max(whole.design.radius, part.closed_loop_radius);
  whole.gain_error = std::max(whole.gain_error, part.gain_error);
}

bool has_target(const sim::SpectralModel& model) {
  return std::any_of(model.target.begin(), model.target.end(), [](double value) { return value != 0.0; });
}

}  // namespace

std::string reason_against_shifts(const sim::SpectralModel& model) {
  const std::int64_t n = model.num_points, actions = model.num_actions;
  if (model.fields != 1) return fmt::format("it has {} fields, not one", model.fields);
  if (actions < 1 || n % actions != 0) return fmt::format("{} actuators do not divide {} points", actions, n);
  const std::int64_t spacing = n / actions;
  const auto at = [&](std::int64_t action, std::int64_t point) {
    return model.actuators[static_cast<std::size_t>(action * n + point)];
  };
  for (std::int64_t action = 1; action < actions; ++action)
    for (std::int64_t point = 0; point < n; ++point)
      if (at(action, (point + action * spacing) % n) != at(0, point))
        return fmt::format("actuator {} is not the first one, shifted by {} points", action, action * spacing);
  return {};
}

ShiftedRegulator shifted_regulator(const sim::SpectralModel& model) {
  require_reached(model);
  const auto reason = reason_against_shifts(model);
  if (!reason.empty())
    throw Error::input(fmt::format("this equation does not look the same from every actuator: {}", reason));
  const std::int64_t n = model.num_points;
  const auto actions = static_cast<std::size_t>(model.num_actions), points = static_cast<std::size_t>(n);
  const double root_n = std::sqrt(static_cast<double>(n)), root_actions = std::sqrt(static_cast<double>(actions));
  const Modes values = values_of_modes(model);
  const Modes shape = all_modes({model.actuators.begin(), model.actuators.begin() + n});
  const Modes target = has_target(model) ? all_modes(model.target) : Modes();

  ShiftedRegulator whole;
  whole.spacing = n / model.num_actions;
  whole.design.what = "regulator";
  if (!target.empty()) whole.offset.assign(actions, 0.0);
  Modes gain(points);
  for (std::size_t part = 0; part <= actions / 2; ++part) {
    const Modes part_values = every(values, part, actions), input = every(shape, part, actions, root_actions / root_n);
    const auto found = math::diagonal_regulator(part_values, input, model.q, model.r);
    add_part(found, whole);
    const bool is_single = part == 0 || 2 * part == actions;
    for (std::size_t i = 0; i < found.gain.size(); ++i) {
      const std::size_t m = part + i * actions;
      gain[m] = found.gain[i];
      if (!is_single) gain[points - m] = std::conj(found.gain[i]);
    }
    if (target.empty()) continue;
    const Complex constant =
        tracking_input(part_values, input, found, model.q, every(target, part, actions, 1.0 / root_n));
    for (std::size_t a = 0; a < actions; ++a) {
      const double angle =
          2.0 * std::numbers::pi * static_cast<double>(a * part % actions) / static_cast<double>(actions);
      whole.offset[a] += (is_single ? 1.0 : 2.0) * (constant * std::polar(1.0, angle)).real() / root_actions;
    }
  }
  whole.row = row_of(gain, n, -1.0 / (root_n * root_actions));
  return whole;
}

}  // namespace tessera::learn::control
