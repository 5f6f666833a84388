#include "sim/md/forces/force_field.hpp"

#include <algorithm>

namespace tessera::sim::md {

double ForceField::cutoff() const {
  double longest = 0.0;
  for (const auto& term : terms_) longest = std::max(longest, term->cutoff());
  return longest;
}

bool ForceField::needs_full_lists() const {
  return std::any_of(terms_.begin(), terms_.end(), [](const auto& term) { return term->needs_full_lists(); });
}

bool ForceField::adds_to_copies() const {
  return std::any_of(terms_.begin(), terms_.end(), [](const auto& term) { return term->adds_to_copies(); });
}

void ForceField::set_box(const data::Box& box) {
  for (const auto& term : terms_) term->set_box(box);
}

void ForceField::rebuilt(data::Particles& particles, const data::Neighbourhood& near) {
  for (const auto& term : terms_) term->rebuilt(particles, near);
}

void ForceField::add_interior(const data::Particles& particles, const data::Neighbourhood& near) const {
  for (const auto& term : terms_) term->add_interior(particles, near);
}

void ForceField::add_boundary(const data::Particles& particles, const data::Neighbourhood& near) const {
  for (const auto& term : terms_) term->add_boundary(particles, near);
  if (adds_to_copies()) near.halo().reverse(particles.get<double>("force"));
}

std::optional<Error> ForceField::problem() const {
  for (const auto& term : terms_)
    if (auto problem = term->problem()) return problem;
  return {};
}

StepCost ForceField::cost(const data::Particles& particles, const data::Neighbourhood& near) const {
  StepCost all;
  for (const auto& term : terms_) {
    const StepCost cost = term->cost(particles, near);
    all.flops += cost.flops;
    all.bytes += cost.bytes;
  }
  return all;
}

ForceSums ForceField::sums(const data::Particles& particles, const data::Neighbourhood& near) const {
  ForceSums all;
  for (const auto& term : terms_) all += term->sums(particles, near);
  return all;
}

bool ForceField::has_heat_flux() const {
  return std::all_of(terms_.begin(), terms_.end(), [](const auto& term) { return term->has_heat_flux(); });
}

ExactSums<3> ForceField::heat_flux(const data::Particles& particles, const data::Neighbourhood& near,
                                   const Array2<double>& velocity) const {
  ExactSums<3> all;
  for (const auto& term : terms_) all += term->heat_flux(particles, near, velocity);
  return all;
}

}  // namespace tessera::sim::md
