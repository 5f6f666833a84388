// Homogeneous mixtures on their way to equilibrium.
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "gas_samples.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// Velocities and temperatures of two species of Maxwell molecules, in closed form (Morse, Phys. Fluids 6, 1420
/// (1963)): both differences decay by themselves, but that of temperature is fed by friction.
struct TwoMaxwell {
  double m1, m2, n1, n2, rate;  ///< rate: 4 pi C of the pair, for the transfer of momentum
  double u1, u2, t1, t2;        ///< along one direction, at the start

  struct Now {
    double u1, u2, t1, t2;
  };
  Now at(double time) const {
    const double sum = m1 + m2, reduced = m1 * m2 / sum, decay_u = rate * (n1 * m1 + n2 * m2) / sum,
                 decay_t = 2.0 * rate * reduced * (n1 + n2) / sum,
                 fed = 2.0 / 3.0 * rate * reduced / sum * (n2 * m2 - n1 * m1), apart = u1 - u2;
    const double du = apart * std::exp(-decay_u * time);
    const double dt =
        (t1 - t2) * std::exp(-decay_t * time) +
        fed * apart * apart * (std::exp(-2.0 * decay_u * time) - std::exp(-decay_t * time)) / (decay_t - 2.0 * decay_u);
    const double mass = n1 * m1 + n2 * m2, momentum = n1 * m1 * u1 + n2 * m2 * u2;
    Now now{};
    now.u1 = (momentum + n2 * m2 * du) / mass;
    now.u2 = (momentum - n1 * m1 * du) / mass;
    const double energy = 1.5 * (n1 * t1 + n2 * t2) + 0.5 * (n1 * m1 * u1 * u1 + n2 * m2 * u2 * u2);
    const double heat = energy - 0.5 * (n1 * m1 * now.u1 * now.u1 + n2 * m2 * now.u2 * now.u2);
    now.t1 = (heat / 1.5 + n2 * dt) / (n1 + n2);
    now.t2 = (heat / 1.5 - n1 * dt) / (n1 + n2);
    return now;
  }
};

std::string maxwell_pair(const char* a, const char* b, double strength, double scattering) {
  return fmt::format(
      "[[stage.pair]]\nbetween = [\"{}\", \"{}\"]\nstrength = {:.17g}\nexponent = 0.0\nscattering = {}\n", a, b,
      strength, scattering);
}

/// Two species of which one is `mass` times as heavy; means against the closed form, within four errors.
void relaxes(double mass, double scattering) {
  INFO("mass " << mass << ", scattering " << scattering);
  constexpr double strength = 1.0 / (4.0 * std::numbers::pi);
  constexpr int particles = 80000;
  const auto params = dsmc_params(
      fmt::format("particles = {}\ndt = 0.02\n[[stage.species]]\nname = \"a\"\n[[stage.species]]\nname = \"b\"\nmass = "
                  "{}\n",
                  particles, mass) +
      maxwell_pair("a", "a", strength, 1.0) + maxwell_pair("b", "b", strength / 2.0, 1.0) +
      maxwell_pair("a", "b", strength, scattering) +
      "[[stage.initial]]\nspecies = \"a\"\nvelocity = [0.5, 0.0, 0.0]\ntemperature = 2.0\n[[stage.initial]]\n"
      "species = \"b\"\ndensity = 0.5\nvelocity = [-0.2, 0.0, 0.0]\ntemperature = 0.5\n");
  const auto gas = started_gas(comm(), params);
  const auto start = sim::dsmc::measure(*gas);
  const TwoMaxwell exact{1.0,
                         mass,
                         1.0,
                         0.5,
                         2.0 / (scattering + 1.0),
                         start[0].velocity[0],
                         start[1].velocity[0],
                         start[0].temperature,
                         start[1].temperature};
  for (int part = 1; part <= 3; ++part) {
    advance(*gas, 25);
    const auto now = sim::dsmc::measure(*gas);
    const auto expected = exact.at(gas->time());
    const double n1 = now[0].particles, n2 = now[1].particles;
    CHECK_THAT(now[0].velocity[0], WithinAbs(expected.u1, 4.0 * std::sqrt(2.0 / n1)));
    CHECK_THAT(now[1].velocity[0], WithinAbs(expected.u2, 4.0 * std::sqrt(2.0 / mass / n2)));
    CHECK_THAT(now[0].temperature, WithinAbs(expected.t1, 4.0 * expected.t1 * std::sqrt(2.0 / 3.0 / n1)));
    CHECK_THAT(now[1].temperature, WithinAbs(expected.t2, 4.0 * expected.t2 * std::sqrt(2.0 / 3.0 / n2)));
    const auto sum = [&](double a, double b) { return n1 * a + n2 * b; };
    CHECK_THAT(sum(now[0].velocity[0], mass * now[1].velocity[0]),
               WithinRel(sum(start[0].velocity[0], mass * start[1].velocity[0]), 1e-10));
  }
}

}  // namespace

TEST_CASE("Maxwell molecules of two masses relax as the closed form says", "[dsmc]") {
  relaxes(4.0, 1.0);
  relaxes(100.0, 1.0);
  relaxes(1.0, 1.0);
  relaxes(4.0, 2.0);
}

TEST_CASE("light and heavy hard spheres relax as the exact equation says", "[dsmc]") {
  // Galerkin solution of the Boltzmann equation in twenty Laguerre functions, exact to 3e-7: mass ratio 1/0.09, all
  // strengths 1/(4 pi), densities 1, at the start f = M (1 - 3 q + q c^2/K) with q = 0.3.
  constexpr double time = 1.0727659828951437, temperatures[] = {1.19288426, 0.80711574},
                   fourth[] = {0.95337148, 0.98775430};
  constexpr int steps = 40;
  std::string keys = fmt::format(
      "particles = 160000\ndt = {:.17g}\n[[stage.species]]\nname = \"light\"\n[[stage.species]]\nname = \"heavy\"\n"
      "mass = {:.17g}\n",
      time / steps, 1.0 / 0.09);
  for (const auto& [a, b] : {std::pair{"light", "light"}, {"light", "heavy"}, {"heavy", "heavy"}})
    keys += fmt::format("[[stage.pair]]\nbetween = [\"{}\", \"{}\"]\nstrength = {:.17g}\n", a, b,
                        1.0 / (4.0 * std::numbers::pi));
  keys +=
      "[[stage.initial]]\nspecies = \"light\"\ntemperature = 1.4\nshape = 0.3\n"
      "[[stage.initial]]\nspecies = \"heavy\"\ntemperature = 0.6\nshape = 0.3\n";
  const auto gas = started_gas(comm(), dsmc_params(keys));
  const auto start = sim::dsmc::measure(*gas);
  constexpr double starts[] = {1.4, 0.6};
  for (std::size_t n = 0; n < 2; ++n) {
    CHECK_THAT(start[n].temperature, WithinRel(starts[n], 4.0 * std::sqrt(2.0 / 3.0 / 80000.0)));
    CHECK_THAT(start[n].fourth_moment, WithinAbs(0.859375, 4.0 * 1.3 / std::sqrt(80000.0)));
  }
  advance(*gas, steps);
  const auto now = sim::dsmc::measure(*gas);
  for (std::size_t n = 0; n < 2; ++n) {
    CHECK_THAT(now[n].temperature, WithinRel(temperatures[n], 4.0 * std::sqrt(2.0 / 3.0 / 80000.0)));
    CHECK_THAT(now[n].fourth_moment, WithinAbs(fourth[n], 4.0 * 1.3 / std::sqrt(80000.0)));
  }
}
