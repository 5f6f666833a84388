// What a deck says about granular particles and gravity.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "deck/binder.hpp"

namespace tessera::sim::md {

/// From the centres of two grains to where they touch.
enum class LeverArm {
  contact,  ///< the middle of the overlap: angular momentum is conserved
  radius,   ///< the whole radius, as if there were no overlap
};

/// Values of one type, instead of those for all.
struct GrainTypeParams {
  std::string name;
  double radius = 0.5;
};
void bind(deck::Binder& binder, GrainTypeParams& params);

/// Hooke's contacts with history (Cundall and Strack, Geotechnique 29, 47 (1979); Silbert, Ertas, Grest, Halsey, Levine
/// and Plimpton, Phys. Rev. E 64, 051302 (2001)).
struct GranularParams {
  double stiffness = 0.0;                      ///< k_n, energy / length^2
  std::optional<double> tangential_stiffness;  ///< k_t; set once a deck is read
  double damping = 0.0;                        ///< gamma_n, 1 / time
  std::optional<double> tangential_damping;    ///< gamma_t; set once a deck is read
  double friction = 0.0;                       ///< mu
  LeverArm lever = LeverArm::contact;
  std::optional<double> radius;  ///< of all types that are not named below
  std::vector<GrainTypeParams> types;
  std::vector<std::string> frozen;  ///< types that never move
};
void bind(deck::Binder& binder, GranularParams& params);

/// Diameter of the largest grains that the deck could mean.
double longest_cutoff(const GranularParams& params);

/// The same acceleration of all particles.
struct GravityParams {
  double acceleration = 1.0;
  std::vector<double> direction;      ///< one of these two is set once a deck is read
  std::optional<double> chute_angle;  ///< degrees, from -z towards x
};
void bind(deck::Binder& binder, GravityParams& params);

}  // namespace tessera::sim::md
