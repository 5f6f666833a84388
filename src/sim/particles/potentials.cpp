#include "sim/particles/potentials.hpp"

#include <cmath>
#include <numbers>

namespace tessera::sim::particles {

GaussianMixture make_mixture(const std::vector<ComponentParams>& components, double energy) {
  const std::size_t count = components.size(), dimensions = components.front().mean.size();
  GaussianMixture mixture;
  mixture.energy_unit = energy;
  mixture.log_height = Array1<double>("particles/log_height", count);
  mixture.mean = Array2<double>("particles/mean", count, dimensions);
  mixture.precision = Array2<double>("particles/precision", count, dimensions);
  const auto heights = Kokkos::create_mirror_view(mixture.log_height);
  const auto means = Kokkos::create_mirror_view(mixture.mean);
  const auto precisions = Kokkos::create_mirror_view(mixture.precision);
  double total = 0.0;
  for (const auto& component : components) total += component.weight;
  for (std::size_t k = 0; k < count; ++k) {
    heights(k) = std::log(components[k].weight / total);
    for (std::size_t c = 0; c < dimensions; ++c) {
      means(k, c) = components[k].mean[c];
      precisions(k, c) = 1.0 / components[k].variance[c];
      heights(k) -= 0.5 * std::log(2.0 * std::numbers::pi * components[k].variance[c]);
    }
  }
  Kokkos::deep_copy(mixture.log_height, heights);
  Kokkos::deep_copy(mixture.mean, means);
  Kokkos::deep_copy(mixture.precision, precisions);
  return mixture;
}

Potential make_potential(const PotentialParams& p) {
  switch (p.kind) {
    case PotentialKind::none:
    case PotentialKind::formula:
      break;
    case PotentialKind::harmonic: {
      Harmonic well;
      for (std::size_t c = 0; c < p.stiffness.size(); ++c) {
        well.stiffness[c] = p.stiffness[c];
        well.centre[c] = p.centre[c];
      }
      return well;
    }
    case PotentialKind::double_well:
      return DoubleWell{p.height, 1.0 / (p.half_distance * p.half_distance), p.other_stiffness};
    case PotentialKind::mueller_brown:
      return MuellerBrown{p.scale};
    case PotentialKind::gaussian_mixture:
      return make_mixture(p.components, p.energy.value());
  }
  return NoPotential{};
}

}  // namespace tessera::sim::particles
