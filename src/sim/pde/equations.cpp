#include "sim/pde/equations.hpp"

#include <cmath>
#include <numbers>

namespace tessera::sim::pde {

namespace {

constexpr std::string_view sech = "amplitude*2*exp(-abs(x - L/2)/spread)/(1 + exp(-2*abs(x - L/2)/spread))";

double square(double x) { return x * x; }
double square_of(const WaveVector& k) { return k[0] * k[0] + k[1] * k[1] + k[2] * k[2]; }
double sum_of(const WaveVector& k) { return k[0] + k[1] + k[2]; }

std::vector<Defaults> make_defaults() {
  constexpr double pi = std::numbers::pi;
  constexpr Drawn unit{1.0, 0.2}, narrow{0.05, 0.02}, none{};
  return {
      {2.0,
       256,
       1e-3,
       0.01,
       100,
       {.diffusivity = 1e-4, .potential = 5.0},
       "offset + (x - L/2)^2*cos(2*pi*(x - L/2)/L)",
       none,
       none,
       {0.0, 0.2},
       {"u"}},
      {1.0, 256, 1e-3, 0.05, 100, {.diffusivity = 1e-3}, sech, unit, narrow, none, {"u"}},
      {2.0,
       256,
       1e-3,
       0.01,
       50,
       {.diffusivity = 1.0, .surface_tension = 0.02},
       "amplitude*cos(pi*(x - L/2)) - exp(-4*(pi*(x - L/2))^2)",
       unit,
       none,
       none,
       {"u"}},
      {1.0,
       200,
       0.0,
       0.1,
       100,
       {.diffusivity = 2e-3, .reaction = 0.1, .velocity = 0.1},
       sech,
       unit,
       narrow,
       none,
       {"u"}},
      {10.0,
       256,
       1e-3,
       0.05,
       100,
       {.diffusivity = 1e-4, .reaction = 0.1},
       "amplitude*sin(4*pi*x/L)",
       unit,
       none,
       none,
       {"u"}},
      {100.0,
       256,
       0.01,
       0.1,
       100,
       {},
       "amplitude*(tanh(x - L/2 + spread/2) - tanh(x - L/2 - spread/2))",
       {0.1, 0.05},
       {20.0, 10.0},
       none,
       {"u"}},
      {10.0,
       128,
       1e-5,
       0.01,
       100,
       {},
       "-(amplitude/2)/cosh(sqrt(amplitude)/2*(x - L/2))^2",
       {2.0, 1.0},
       none,
       none,
       {"u"}},
      {32.0 * pi, 256, 5e-3, 0.5, 500, {}, "amplitude*cos(2*pi*x/L)*sin(12*pi*x/L)", unit, none, none, {"u"}},
      {1.0,
       128,
       0.0,
       1e-3,
       500,
       {.potential = 0.0, .planck = 1.0, .mass = 1.0},
       sech,
       unit,
       narrow,
       none,
       {"real", "imaginary"}},
      {1.0, 100, 0.0, 0.1, 200, {.wave_speed = 0.1}, sech, unit, narrow, none, {"u", "velocity"}},
  };
}

}  // namespace

const std::array<std::string_view, 10>& equation_names() {
  static constexpr std::array<std::string_view, 10> names{"allen_cahn",
                                                          "burgers",
                                                          "cahn_hilliard",
                                                          "convection_diffusion_reaction",
                                                          "fisher",
                                                          "ginzburg_landau",
                                                          "korteweg_de_vries",
                                                          "kuramoto_sivashinsky",
                                                          "schrodinger",
                                                          "wave"};
  return names;
}

std::string name_of(Equation equation) { return std::string(equation_names()[static_cast<std::size_t>(equation)]); }

const std::vector<ConstantInfo>& constant_infos() {
  static const std::vector<ConstantInfo> infos{
      {"diffusivity", "of diffusion; allen_cahn has its square before u_xx", &Constants::diffusivity, false},
      {"potential", "allen_cahn: height V of the double well; schrodinger: of the potential", &Constants::potential,
       true},
      {"surface_tension", "g in D ((u^3 - u)_xx - g u_xxxx)", &Constants::surface_tension, false},
      {"reaction", "rate of the reaction", &Constants::reaction, true},
      {"velocity", "of convection", &Constants::velocity, true},
      {"wave_speed", "c in u_tt = c^2 u_xx", &Constants::wave_speed, false},
      {"planck", "Planck's constant", &Constants::planck, false},
      {"mass", "of the particle", &Constants::mass, false},
  };
  return infos;
}

bool uses(Equation equation, double Constants::*constant) {
  const auto is = [&](auto... members) { return ((constant == members) || ...); };
  switch (equation) {
    case Equation::allen_cahn:
      return is(&Constants::diffusivity, &Constants::potential);
    case Equation::burgers:
      return is(&Constants::diffusivity);
    case Equation::cahn_hilliard:
      return is(&Constants::diffusivity, &Constants::surface_tension);
    case Equation::convection_diffusion_reaction:
      return is(&Constants::diffusivity, &Constants::velocity, &Constants::reaction);
    case Equation::fisher:
      return is(&Constants::diffusivity, &Constants::reaction);
    case Equation::schrodinger:
      return is(&Constants::planck, &Constants::mass, &Constants::potential);
    case Equation::wave:
      return is(&Constants::wave_speed);
    default:
      return false;
  }
}

const Defaults& defaults_of(Equation equation) {
  static const std::vector<Defaults> defaults = make_defaults();
  return defaults[static_cast<std::size_t>(equation)];
}

bool is_linear(Equation equation) {
  return equation == Equation::convection_diffusion_reaction || equation == Equation::wave ||
         equation == Equation::schrodinger;
}

bool has_dimensions(Equation equation, int dimensions) {
  return dimensions == 1 || (equation != Equation::korteweg_de_vries && equation != Equation::kuramoto_sivashinsky);
}

Nonlinearity Semilinear::nonlinearity() const {
  switch (equation) {
    case Equation::allen_cahn:
    case Equation::cahn_hilliard:
    case Equation::ginzburg_landau:
      return Nonlinearity::cube;
    case Equation::fisher:
      return Nonlinearity::logistic;
    default:
      return Nonlinearity::square;
  }
}

Complex Semilinear::symbol(const WaveVector& k) const {
  const Constants& c = constants;
  const double k2 = square_of(k);
  switch (equation) {
    case Equation::allen_cahn:
      return c.potential - square(c.diffusivity) * k2;
    case Equation::burgers:
    case Equation::fisher:
      return -c.diffusivity * k2;
    case Equation::cahn_hilliard:
      return c.diffusivity * (k2 - c.surface_tension * k2 * k2);
    case Equation::ginzburg_landau:
      return 1.0 - k2;
    case Equation::korteweg_de_vries:
      return {0.0, k[0] * k[0] * k[0]};
    default:
      return k2 - k2 * k2;
  }
}

Complex Semilinear::factor(const WaveVector& k) const {
  switch (equation) {
    case Equation::allen_cahn:
      return -constants.potential;
    case Equation::cahn_hilliard:
      return -constants.diffusivity * square_of(k);
    case Equation::fisher:
      return constants.reaction;
    case Equation::ginzburg_landau:
      return -1.0;
    case Equation::korteweg_de_vries:
      return {0.0, 3.0 * k[0]};
    default:
      return {0.0, -0.5 * sum_of(k)};
  }
}

namespace {

/// d/dt (a, b) = (0, -s; s', 0) (a, b) rotates: frequency w = sqrt(s s'). What is asked for here are
/// (1 - cos(w t))/w and sin(w t)/w, and their limits.
struct Rotation {
  double cosine, sine, frequency, time;
  Rotation(double w, double t) : cosine(std::cos(w * t)), sine(std::sin(w * t)), frequency(w), time(t) {}
  double sine_over() const { return frequency == 0.0 ? time : sine / frequency; }
  /// (1 - cos(w t))/w^2 = t^2/2 (sin(w t/2)/(w t/2))^2, without cancellation.
  double versine_over_square() const {
    const double half = 0.5 * frequency * time;
    return 0.5 * time * time * square(half == 0.0 ? 1.0 : std::sin(half) / half);
  }
};

}  // namespace

Propagator propagator(Equation equation, const Constants& c, const WaveVector& k, double time) {
  const double k2 = square_of(k);
  if (equation == Equation::wave) {
    const Rotation turn(c.wave_speed * std::sqrt(k2), time);
    return {{{turn.cosine, turn.sine_over()}, {-turn.frequency * turn.sine, turn.cosine}},
            {turn.versine_over_square(), turn.sine_over()}};
  }
  if (equation == Equation::schrodinger) {
    const Rotation turn(c.planck * k2 / (2.0 * c.mass) + c.potential / c.planck, time);
    return {{{turn.cosine, turn.sine}, {-turn.sine, turn.cosine}},
            {turn.frequency * turn.versine_over_square(), turn.sine_over()}};
  }
  const Complex rate(c.reaction - c.diffusivity * k2, -c.velocity * sum_of(k));
  const Complex grown = std::exp(rate * time);
  // (exp(z) - 1)/z by its series where the difference would cancel.
  const Complex z = rate * time;
  const Complex mean =
      std::abs(z) > 1e-2
          ? (grown - 1.0) / z
          : 1.0 + z / 2.0 * (1.0 + z / 3.0 * (1.0 + z / 4.0 * (1.0 + z / 5.0 * (1.0 + z / 6.0 * (1.0 + z / 7.0)))));
  return {{{grown, 0.0}, {0.0, 0.0}}, {mean * time, 0.0}};
}

}  // namespace tessera::sim::pde
