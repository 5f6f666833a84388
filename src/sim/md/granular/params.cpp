#include "sim/md/granular/params.hpp"

#include <algorithm>

namespace tessera::sim::md {

using deck::Binder;

void bind(Binder& b, GrainTypeParams& p) {
  b.required("name");
  b.value("name", p.name, {"name of the type"});
  b.required("radius");
  b.value("radius", p.radius, deck::positive, {"of its grains", "length"});
}

void bind(Binder& b, GranularParams& p) {
  constexpr double default_ratio = 2.0 / 7.0, default_damping_ratio = 0.5;
  b.required("stiffness");
  b.value("stiffness", p.stiffness, deck::positive,
          {"k_n of the force k_n overlap along the line of centres", "energy/length^2"});
  b.value(
      "tangential_stiffness", p.tangential_stiffness, deck::non_negative,
      {"k_t of the force k_t xi, xi being how far surfaces have slipped since they touch; left out: 2/7 of stiffness",
       "energy/length^2"});
  b.value("damping", p.damping, deck::non_negative,
          {"gamma_n of the force m gamma_n v_n, m being the reduced mass (the whole one against a frozen grain)",
           "1/time"});
  b.value("tangential_damping", p.tangential_damping, deck::non_negative,
          {"gamma_t of the force m gamma_t v_t; left out: half of damping", "1/time"});
  b.value("friction", p.friction, deck::non_negative,
          {"mu: the tangential force is at most so many times the normal one"});
  b.choice("lever", p.lever, {{"contact", LeverArm::contact}, {"radius", LeverArm::radius}},
           {"where the tangential force acts: in the middle of the overlap, which conserves angular momentum; or at a "
            "whole radius from both centres, for comparisons"});
  b.value("radius", p.radius, deck::positive, {"of grains of all types that are not named below", "length"});
  b.tables("type", p.types, {"values of one type"});
  b.list("frozen", p.frozen, 0, {"names of types whose grains never move: a rough bottom"});
  b.check(p.radius || !p.types.empty(), "stiffness",
          "grains need a radius: give radius, or [[stage.granular.type]] for every type");
  if (b.is_describing()) return;
  if (!p.tangential_stiffness) p.tangential_stiffness = default_ratio * p.stiffness;
  if (!p.tangential_damping) p.tangential_damping = default_damping_ratio * p.damping;
}

double longest_cutoff(const GranularParams& p) {
  double radius = p.radius.value_or(0.0);
  for (const auto& type : p.types) radius = std::max(radius, type.radius);
  return 2.0 * radius;
}

void bind(Binder& b, GravityParams& p) {
  constexpr deck::Limits angles{.low = -180.0, .high = 180.0};
  b.required("acceleration");
  b.value("acceleration", p.acceleration, deck::non_negative, {"of all particles alike", "length/time^2"});
  b.list("direction", p.direction, 0, deck::any,
         {"three numbers, of any length; without this and chute_angle: 0, 0, -1"});
  b.value("chute_angle", p.chute_angle, angles,
          {"instead: z stands upright on the bottom of a chute that slopes down along x at this angle", "degree"});
  b.check(p.direction.empty() || !p.chute_angle, "chute_angle", "give either direction or chute_angle, not both");
  b.check(p.direction.empty() || (p.direction.size() == 3 && std::any_of(p.direction.begin(), p.direction.end(),
                                                                         [](double x) { return x != 0.0; })),
          "direction", "a direction needs three numbers, not all zero");
  if (b.is_describing()) return;
  if (p.direction.empty() && !p.chute_angle) p.direction = {0.0, 0.0, -1.0};
}

}  // namespace tessera::sim::md
