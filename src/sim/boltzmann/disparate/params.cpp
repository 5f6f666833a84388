#include "sim/boltzmann/disparate/params.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/boltzmann/disparate/start.hpp"

namespace tessera::sim::boltzmann::disparate {

namespace {

constexpr double largest_outside = 1e-6;

/// Gases that end with one temperature, and all relative motion as heat.
double final_temperature(const MixtureParams& p) {
  const double number = p.light.density + p.heavy.density;
  return (p.light.density * p.light.temperature + p.heavy.density * p.heavy.temperature) / number;
}

void check_box(deck::Binder& b, const char* key, const GasStart& gas, double hottest) {
  const double outside = mass_outside(gas, hottest);
  b.check(
      outside <= largest_outside, key,
      fmt::format("velocities up to {:.3g} from the centre leave out {:.2g} of a gas of temperature {:.3g} with this "
                  "mean velocity; expected at most {:g}: a larger half_width, with more points",
                  gas.velocities.half_width, outside, hottest, largest_outside));
  b.check(gas.velocities.dimensions == 3, key, "the velocities of mixtures have 3 dimensions");
}

void check_reference(deck::Binder& b, const MixtureParams& p) {
  const auto is_at_rest = [](const GasStart& gas) {
    return gas.shape != Shape::beams &&
           std::all_of(gas.velocity.begin(), gas.velocity.end(), [](double u) { return u == 0.0; });
  };
  if (p.reference == ReferenceKind::maxwell)
    b.check(p.exponent == 0.0, "reference", "moments close for Maxwell molecules alone; expected exponent = 0");
  if (p.reference == ReferenceKind::exact)
    b.check(is_at_rest(p.light) && is_at_rest(p.heavy), "reference",
            "the exact mixture is known for isotropic gases at rest; expected no velocity, and no beams");
  if (p.reference != ReferenceKind::exact) return;
  const double last = final_temperature(p), top = std::max(p.light.temperature, p.heavy.temperature);
  b.check(top < 1.9 * std::max(last, 0.6 * top), "reference",
          "the polynomials of the exact mixture do not converge for temperatures that differ so much");
}

}  // namespace

SpectralParams coarse_velocities() {
  SpectralParams params;
  params.points = 24;
  params.half_width = 7.4;
  params.sphere_points = 12;
  return params;
}

Moments GasStart::moments() const {
  Moments m{.density = density, .temperature = temperature};
  for (std::size_t d = 0; d < 3; ++d) m.velocity[d] = velocity[d];
  return m;
}

MixtureModel MixtureParams::model(double eps_of_member) const {
  return {.eps = eps_of_member,
          .light = {light_strength, exponent, 1.0},
          .cross = {cross_strength, exponent, 1.0},
          .heavy = {heavy_strength, exponent, 1.0},
          .expansion = expansion};
}

void bind(deck::Binder& b, GasStart& p) {
  b.value("density", p.density, deck::positive, {"", "1/volume"});
  b.value("temperature", p.temperature, deck::positive, {"all motion about the mean velocity counts", "energy"});
  b.list("velocity", p.velocity, 3, deck::any,
         {"mean; of heavy particles in units of eps times the light ones'", "velocity"});
  b.choice("shape", p.shape, {{"maxwellian", Shape::maxwellian}, {"beams", Shape::beams}, {"bkw", Shape::bkw}},
           {"maxwellian; beams: two equal Maxwellians apart along x; bkw: M (1 - 3q + q c^2/K), after Bobylev, Krook "
            "and Wu"});
  if (b.is_describing() || p.shape == Shape::beams) {
    b.value("separation", p.separation, deck::non_negative, {"of each beam from the mean", "velocity"});
    b.check(p.separation * p.separation < 3.0 * p.temperature, "separation",
            "beams so far apart would be hotter than the temperature; expected less than sqrt(3 T)");
  }
  if (b.is_describing() || p.shape == Shape::bkw) b.value("excess", p.excess, {.low = 0.0, .high = 1.0 / 3.0}, {"q"});
  b.table("velocities", p.velocities, {"the velocity grid of this species, and how its collisions are worked out"});
}

void bind(deck::Binder& b, MixtureParams& p) {
  b.required("eps");
  b.list("eps", p.eps, 0, {.low = 0.0, .high = 1.0, .open_low = true, .open_high = true},
         {"square roots of the ratio of the mass of light particles to that of heavy ones: one mixture each, side by "
          "side"});
  b.check(!p.eps.empty(), "eps", "expected at least one ratio");
  b.value(
      "epoch", p.epoch, {.low = 0, .high = 2},
      {"unit of time: light collision time over eps to this power (0: light particles relax, 1: heavy ones, 2: their "
       "temperatures)"});
  b.value("order", p.order, {.low = 1, .high = 2}, {"of the scheme in time"});
  b.choice("expansion", p.expansion, {{"resummed", Expansion::resummed}, {"plain", Expansion::plain}},
           {"of collisions between the species: exact for Maxwell molecules at any ratio, or to second order in eps"});
  b.value("shifted_equilibrium", p.shifts_equilibrium,
          {"light particles relax to what the slow exchange makes of a Maxwellian; without it that is missed"});
  b.value("steps", p.steps, deck::non_negative, {"at most, of each mixture"});
  b.value("dt", p.dt, deck::positive, {"first time step", "time"});
  b.value("growth", p.growth, {.low = 1.0, .high = 2.0}, {"of time steps from one to the next"});
  b.value("longest", p.longest, deck::positive,
          {"time step that growth stops at, in units of the slow exchange (light collision time over eps^2)", "time"});
  b.value("until", p.until, deck::positive,
          {"end of each mixture in that unit, which its last step is shortened to meet; left out: after so many steps",
           "time"});
  b.value("light_strength", p.light_strength, deck::positive,
          {"C of collision kernels C g^exponent per steradian, here of light particles with one another; 1/(4 pi): one "
           "collision of Maxwell molecules in a unit of time"});
  b.value("cross_strength", p.cross_strength, deck::positive, {"of light particles with heavy ones"});
  b.value("heavy_strength", p.heavy_strength, deck::positive,
          {"of heavy particles with one another, over eps: equal to the others for spheres of one diameter"});
  b.value("exponent", p.exponent, deck::unit_interval, {"0: Maxwell molecules, 1: hard spheres"});
  b.table("light", p.light, {"the light gas at the start"});
  b.table("heavy", p.heavy, {"the heavy gas at the start"});
  b.choice("reference", p.reference,
           {{"none", ReferenceKind::none},
            {"limit", ReferenceKind::limit},
            {"maxwell", ReferenceKind::maxwell},
            {"exact", ReferenceKind::exact}},
           {"light temperature to compare with: the limit of vanishing eps; closed moments of Maxwell molecules; both "
            "Boltzmann equations of isotropic gases at rest (below eps = 0.01 their limit)"});
  if (b.is_describing()) return;
  b.check(!p.longest || p.growth > 1.0, "longest", "time steps do not grow; expected growth above 1");
  const double last = final_temperature(p);
  check_box(b, "light", p.light, std::max(p.light.temperature, last));
  check_box(b, "heavy", p.heavy, std::max(p.heavy.temperature, last));
  check_reference(b, p);
}

}  // namespace tessera::sim::boltzmann::disparate
