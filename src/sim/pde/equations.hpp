// The ten partial differential equations of controlgym 1.0.0 (X. Zhang and others, L4DC 2024): what each one is, and
// its default setting.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "math/fft_shape.hpp"

namespace tessera::sim::pde {

using math::Complex;

enum class Equation {
  allen_cahn,
  burgers,
  cahn_hilliard,
  convection_diffusion_reaction,
  fisher,
  ginzburg_landau,
  korteweg_de_vries,
  kuramoto_sivashinsky,
  schrodinger,
  wave,
};

/// Names of all of them, in the order of the enumeration.
const std::array<std::string_view, 10>& equation_names();
std::string name_of(Equation equation);

/// Physical constants; each equation uses some of them (uses()).
struct Constants {
  double diffusivity = 0.0, potential = 0.0, surface_tension = 0.0, reaction = 0.0, velocity = 0.0, wave_speed = 0.0,
         planck = 0.0, mass = 0.0;
};

struct ConstantInfo {
  std::string_view key, meaning;
  double Constants::*member;
  bool may_be_negative;
};
/// All that there are.
const std::vector<ConstantInfo>& constant_infos();
bool uses(Equation equation, double Constants::*constant);

/// A parameter of the initial state that is drawn anew for each episode, evenly from mean - width/2 to mean + width/2.
struct Drawn {
  double mean = 0.0, width = 0.0;
};

struct Defaults {
  double length;
  std::int64_t points;  ///< of one field
  double substep;       ///< 0: none, the sample is exact
  double sample_time;
  std::int64_t steps;
  Constants constants;
  std::string_view start;  ///< formula of x, L and the parameters below
  Drawn amplitude, spread, offset;
  std::vector<std::string_view> fields;
};
const Defaults& defaults_of(Equation equation);

/// Propagated exactly, mode by mode; the others step through a sample.
bool is_linear(Equation equation);
/// What there is beyond one dimension.
bool has_dimensions(Equation equation, int dimensions);

/// p(u) in du/dt = symbol(k) u + factor(k) FT[p(u)] + f.
enum class Nonlinearity { square, cube, logistic };

using WaveVector = std::array<double, 3>;

/// An equation that is not linear, in terms of the coefficients of exp(i k x). In more than one dimension k^2 is that
/// of the vector, and Burgers' u u_x becomes u (u_x + u_y + u_z).
struct Semilinear {
  Equation equation;
  Constants constants;

  Nonlinearity nonlinearity() const;
  Complex symbol(const WaveVector& k) const;
  Complex factor(const WaveVector& k) const;
};

/// What a linear equation makes of the coefficients of exp(i k x) in a time, (row, column) of 2 x 2 where there are two
/// fields: of the state, and of a force on the last field that is held meanwhile.
struct Propagator {
  Complex state[2][2], force[2];
};
Propagator propagator(Equation equation, const Constants& constants, const WaveVector& k, double time);

}  // namespace tessera::sim::pde
