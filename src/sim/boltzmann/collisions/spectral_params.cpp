#include "sim/boltzmann/collisions/spectral_params.hpp"

#include <fmt/format.h>

#include <numbers>

#include "base/error.hpp"
#include "math/direction_rule.hpp"

namespace tessera::sim::boltzmann {

namespace {

constexpr double least_ratio = 1.5;  ///< of half width and support: below, what flies off on one side comes in again

bool fits(double support, double half_width) { return support > 0.0 && half_width >= least_ratio * support; }

std::string misfit(double support, double half_width) {
  return fmt::format(
      "a support of {:.6g} in a velocity space of half width {:.6g}; expected at most {:.6g}, better {:.6g} "
      "to {:.6g}",
      support, half_width, half_width / least_ratio, half_width / 2.2, half_width / 1.8);
}

}  // namespace

double default_support(double half_width) { return 2.0 * half_width / (3.0 + std::numbers::sqrt2); }

VelocityGrid SpectralParams::grid() const {
  VelocityGrid grid;
  grid.dimensions = dimensions;
  grid.points = points;
  grid.half_width = half_width;
  return grid;
}

int directions_of(const SpectralParams& params, int dimensions, int points, bool is_carleman) {
  if (params.sphere_points) return static_cast<int>(*params.sphere_points);
  if (dimensions == 2) return points;
  return is_carleman ? 50 : 32;
}

int radii_of(const SpectralParams& params, int points) {
  return params.radial_points ? static_cast<int>(*params.radial_points) : points / 2;
}

void check_support(double support, double half_width) {
  if (!fits(support, half_width)) throw Error::input(misfit(support, half_width));
}

void bind_accuracy(deck::Binder& b, SpectralParams& p) {
  b.value("support", p.support, deck::positive,
          {"speed up to which particles collide, relative to the centre; left out: half_width / 2.207", "velocity"});
  b.value("radial_points", p.radial_points, {.low = 1, .high = 1024},
          {"relative speeds of the rule of integration; left out: half of points"});
  b.value(
      "sphere_points", p.sphere_points, {.low = 1, .high = 1 << 15},
      {"directions of the rule: 6, 12, 14, 26, 32, 50 or 2 n^2, in two dimensions any even number; left out: 32, for "
       "Carleman's form 50, in two dimensions as many as points"});
  b.choice("method", p.method,
           {{"auto", SpectralMethod::automatic},
            {"classic", SpectralMethod::classic},
            {"carleman", SpectralMethod::carleman},
            {"direct", SpectralMethod::direct}},
           {"sums over relative speeds and directions; over directions alone, for hard spheres (in two dimensions "
            "Maxwell molecules) of equal masses; over all pairs of modes, for few points; auto: the second where it "
            "holds and sphere_points are not fewer than 50, otherwise the first"});
  b.value("filter", p.filter, deck::non_negative,
          {"s of factors exp(-s (2 k / N)^8) on Fourier modes, against ripples of what is hardly resolved; 0: none"});
  b.value("conserve", p.conserve,
          {"rates of change are corrected such that mass, momentum and energy stay to rounding"});
}

void bind(deck::Binder& b, SpectralParams& p) {
  b.value("dimensions", p.dimensions, {.low = 2, .high = 3}, {"of velocities"});
  b.value("points", p.points, {.low = 4, .high = 512}, {"of the velocity grid along each direction, even"});
  b.value("half_width", p.half_width, deck::positive,
          {"of the cube of velocities; about 2.2 times what the fastest particles that matter have", "velocity"});
  bind_accuracy(b, p);
  if (b.is_describing()) return;
  b.check(p.points % 2 == 0, "points", fmt::format("{} points; expected an even number", p.points));
  const double support = p.support.value_or(default_support(p.half_width));
  b.check(fits(support, p.half_width), "support", misfit(support, p.half_width));
  if (!p.sphere_points) return;
  const auto directions = static_cast<int>(*p.sphere_points);
  if (p.dimensions == 3)
    b.check(math::has_sphere_rule(directions), "sphere_points",
            fmt::format("there is no rule of {} directions; expected 6, 12, 14, 26, 32, 50 or 2 n^2 (8, 18, 72, 98...)",
                        directions));
  else
    b.check(directions % 2 == 0, "sphere_points",
            fmt::format("{} directions have not their opposites among them; expected an even number", directions));
}

}  // namespace tessera::sim::boltzmann
