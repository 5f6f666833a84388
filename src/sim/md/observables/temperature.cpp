#include "sim/md/observables/temperature.hpp"

#include <cstddef>

#include "base/region.hpp"
#include "base/sum.hpp"

namespace tessera::sim::md {

namespace {

/// Of owned particles of a type: the sum of v^2, and how many there are.
ExactSums<2> speeds_of(const data::Particles& particles, int wanted) {
  const auto velocity = particles.get<double>("velocity");
  const auto type = particles.get<int>("type");
  ExactSums<2> sums;
  Kokkos::parallel_reduce(
      "md/speeds_of_type", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, ExactSums<2>& total) {
        if (type(i, 0) != wanted) return;
        const double x = velocity(i, 0), y = velocity(i, 1), z = velocity(i, 2);
        total.part[0].add(x * x + y * y + z * z);
        total.part[1].add(1.0);
      },
      Kokkos::Sum<ExactSums<2>>(sums));
  return sums;
}

}  // namespace

double temperature_now(const Engine& engine) {
  const double freedom = engine.degrees_of_freedom();
  return freedom > 0.0 ? 2.0 * engine.kinetic().energy / (freedom * engine.units().boltzmann) : 0.0;
}

std::vector<double> temperatures_by_type(const Engine& engine) {
  const Region region("md/temperatures_by_type");
  const auto& particles = engine.system().particles;
  const auto& species = engine.system().species;
  std::vector<ExactSum> sums;
  for (std::size_t t = 0; t < species.size(); ++t) {
    const auto found = speeds_of(particles, static_cast<int>(t));
    sums.insert(sums.end(), {found.part[0], found.part[1]});
  }
  all_reduce(particles.comm(), sums.data(), static_cast<int>(sums.size()));
  double count = 0.0, mass = 0.0;
  for (std::size_t t = 0; t < species.size(); ++t) {
    count += sums[2 * t + 1].value();
    mass += sums[2 * t + 1].value() * species[t].mass;
  }
  const double taken = 3.0 * count - engine.degrees_of_freedom();
  std::vector<double> temperatures(species.size(), 0.0);
  for (std::size_t t = 0; t < species.size(); ++t) {
    const double own = sums[2 * t + 1].value();
    const double freedom = 3.0 * own - taken * own * species[t].mass / mass;
    const double twice_kinetic = species[t].mass * sums[2 * t].value() * engine.units().mass_velocity2;
    if (freedom > 0.0) temperatures[t] = twice_kinetic / (freedom * engine.units().boltzmann);
  }
  return temperatures;
}

}  // namespace tessera::sim::md
