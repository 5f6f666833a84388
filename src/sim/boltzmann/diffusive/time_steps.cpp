#include "sim/boltzmann/diffusive/time_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "sim/boltzmann/diffusive/line_medium.hpp"
#include "sim/boltzmann/diffusive/velocity_modes.hpp"

namespace tessera::sim::boltzmann::diffusive {

namespace {

VelocityModes modes_of(const LinearKineticParams& p) {
  return p.collisions == LinearCollisions::isotropic ? legendre_modes(p.velocities)
                                                     : hermite_modes(p.velocities, p.temperature);
}

double diffusivity_of(const VelocityModes& modes, const LineExtremes& extremes) {
  return modes.mean_square / extremes.least_rate;
}

double longest(const LinearKineticParams& p, const VelocityModes& modes, const LineExtremes& extremes) {
  const double dx = p.spacing();
  const double speed = modes.nodes.back() + dx * extremes.largest_force * std::sqrt(modes.count() / p.temperature);
  const double crossing = p.eps * dx / speed;
  if (p.diffusion == DiffusionPart::explicitly)
    return (p.order == 1 ? 0.45 : 0.25) * (dx * dx / (2.0 * diffusivity_of(modes, extremes)) + crossing);
  const double thermal = p.collisions == LinearCollisions::isotropic ? 1.0 : std::sqrt(p.temperature);
  const double friction = extremes.least_rate / (p.eps * (thermal / dx + extremes.largest_force / thermal));
  const double share = friction / (p.order == 1 ? 3.0 : 12.0);
  return share >= 1.0 ? std::numeric_limits<double>::infinity() : 0.9 * crossing / (1.0 - share);
}

/// So many steps of at most `limit` make up the time; a little more than a whole number of them is rounding.
std::int64_t steps_within(double time, double limit) {
  const double count = std::max(1.0, std::ceil(time / limit - 1e-9));
  if (count > 0x1p62)
    throw Error::input(
        fmt::format("duration: {:g} takes {:.3g} steps of {:.3g}; expected fewer than 2^62", time, count, limit));
  return static_cast<std::int64_t>(count);
}

}  // namespace

double longest_stable_step(const LinearKineticParams& params) {
  return longest(params, modes_of(params), line_extremes(params));
}

TimeSteps choose_time_steps(const LinearKineticParams& p) {
  const auto modes = modes_of(p);
  const auto extremes = line_extremes(p);
  TimeSteps steps;
  steps.diffusivity = diffusivity_of(modes, extremes);
  steps.longest_stable = longest(p, modes, extremes);
  if (p.dt) {
    if (*p.dt > steps.longest_stable * (1.0 + 1e-12))
      throw Error::input(fmt::format(
          "dt: {:g} is longer than {:.6g}, the longest stable step of {} cells with eps = {:g} and {} diffusion\n"
          "expected dt <= {:.6g}; without dt a step is chosen{}",
          *p.dt, steps.longest_stable, p.cells, p.eps,
          p.diffusion == DiffusionPart::explicitly ? "explicit" : "implicit", steps.longest_stable,
          p.diffusion == DiffusionPart::explicitly ? "; diffusion = \"implicit\" allows longer ones for small eps"
                                                   : ""));
    steps.dt = *p.dt;
    steps.count = p.duration ? steps_within(*p.duration, steps.dt) : 0;
  } else {
    double limit = steps.longest_stable;
    if (p.diffusion == DiffusionPart::implicitly)
      limit = std::min(limit, p.spacing() * p.length / (20.0 * steps.diffusivity));
    steps.count = p.duration ? steps_within(*p.duration, limit) : 0;
    steps.dt = p.duration ? *p.duration / static_cast<double>(steps.count) : limit;
  }
  if (p.steps) steps.count = *p.steps;
  return steps;
}

}  // namespace tessera::sim::boltzmann::diffusive
