#include "sim/gas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tessera::sim {

namespace {

constexpr double pi = std::numbers::pi;

/// Bird's variable hard sphere: the diameter falls with the relative speed such that viscosity grows as T^omega.
CollisionKernel variable_sphere(double diameter, double omega, double reference_energy, double reduced_mass,
                                double alpha) {
  const double speed2 = 2.0 * reference_energy / reduced_mass;
  return {0.25 * diameter * diameter * std::pow(speed2, omega - 0.5) / std::tgamma(2.5 - omega), 2.0 - 2.0 * omega,
          alpha};
}

int index_of(const std::vector<GasSpeciesParams>& species, const std::string& name) {
  const auto found = std::find_if(species.begin(), species.end(), [&](const auto& one) { return one.name == name; });
  return found == species.end() ? -1 : static_cast<int>(found - species.begin());
}

const GasPairParams* find_pair(const GasParams& params, const std::string& a, const std::string& b) {
  for (const auto& pair : params.pairs)
    if (pair.between.size() == 2 &&
        ((pair.between[0] == a && pair.between[1] == b) || (pair.between[0] == b && pair.between[1] == a)))
      return &pair;
  return nullptr;
}

void check_names(deck::Binder& b, const GasParams& params) {
  for (std::size_t n = 0; n < params.species.size(); ++n)
    for (std::size_t m = 0; m < n; ++m)
      b.check(params.species[n].name != params.species[m].name, "species",
              fmt::format("two species are named '{}'", params.species[n].name));
  for (const auto& pair : params.pairs)
    for (const auto& name : pair.between) {
      std::string names;
      for (const auto& one : params.species) names += (names.empty() ? "" : ", ") + one.name;
      b.check(index_of(params.species, name) >= 0, "pair",
              fmt::format("there is no species '{}'; expected one of {}", name, names));
    }
}

void check_kernels(deck::Binder& b, const GasParams& params) {
  for (std::size_t n = 0; n < params.species.size(); ++n)
    for (std::size_t m = 0; m <= n; ++m) {
      const auto &one = params.species[m], &other = params.species[n];
      const bool is_known =
          find_pair(params, one.name, other.name) != nullptr || (one.diameter > 0.0 && other.diameter > 0.0);
      b.check(is_known, params.pairs.empty() ? "species" : "pair",
              fmt::format("how do '{}' and '{}' collide? give diameters, or a [[stage.pair]] with between = "
                          "[\"{}\", \"{}\"] and a strength",
                          one.name, other.name, one.name, other.name));
    }
  for (std::size_t n = 0; n < params.pairs.size(); ++n) {
    const auto& pair = params.pairs[n];
    if (pair.between.size() != 2) continue;
    b.check(find_pair(params, pair.between[0], pair.between[1]) == &pair, "pair",
            fmt::format("the pair of '{}' and '{}' is given twice", pair.between[0], pair.between[1]));
  }
}

}  // namespace

double CollisionKernel::total() const { return 4.0 * pi * strength; }
double CollisionKernel::momentum_transfer() const { return total() * 2.0 / (alpha + 1.0); }
double CollisionKernel::viscosity_transfer() const { return total() * 4.0 * alpha / ((alpha + 1.0) * (alpha + 2.0)); }

void bind(deck::Binder& b, GasSpeciesParams& p) {
  b.required("name");
  b.value("name", p.name, {"what other tables call it"});
  b.value("mass", p.mass, deck::positive, {"of a particle", "mass"});
  b.value("diameter", p.diameter, deck::non_negative,
          {"of a particle at the reference temperature; 0 where pairs are given instead", "length"});
  b.value("viscosity_exponent", p.viscosity_exponent, {.low = 0.5, .high = 1.0},
          {"viscosity grows as this power of the temperature: 0.5 for hard spheres, 1 for Maxwell molecules"});
  b.value("reference_temperature", p.reference_temperature, deck::positive,
          {"at which particles have that diameter", "temperature"});
  b.value("scattering", p.scattering, {.low = 0.5, .high = 4.0},
          {"exponent alpha of variable soft spheres; 1: all directions alike"});
}

void bind(deck::Binder& b, GasPairParams& p) {
  b.required("between");
  b.list("between", p.between, 2, {"names of two species, or twice the same"});
  b.required("strength");
  b.value(
      "strength", p.strength, deck::positive,
      {"C of the collision kernel C g^exponent per steradian, g the relative speed (hard spheres: diameter^2 / 4)"});
  b.value("exponent", p.exponent, {.low = 0.0, .high = 1.0}, {"0: Maxwell molecules, 1: hard spheres"});
  b.value("scattering", p.scattering, {.low = 0.5, .high = 4.0},
          {"exponent alpha of variable soft spheres; 1: all directions alike"});
}

void bind_gas(deck::Binder& b, GasParams& p) {
  b.tables("species", p.species, {"kinds of particles; without any there is one, named \"gas\", of mass 1"});
  b.tables("pair", p.pairs, {"how two species collide, instead of what diameters say"});
  if (b.is_describing()) return;
  if (p.species.empty()) p.species.push_back({.name = "gas"});
  check_names(b, p);
  check_kernels(b, p);
}

Gas::Gas(const GasParams& params, double boltzmann) : boltzmann_(boltzmann) {
  for (const auto& one : params.species) {
    species_.push_back({one.name, one.mass});
    for (const auto& other : params.species) {
      if (const auto* pair = find_pair(params, one.name, other.name); pair != nullptr) {
        kernels_.push_back({pair->strength, pair->exponent, pair->scattering});
        continue;
      }
      const double temperature = 0.5 * (one.reference_temperature + other.reference_temperature);
      kernels_.push_back(variable_sphere(0.5 * (one.diameter + other.diameter),
                                         0.5 * (one.viscosity_exponent + other.viscosity_exponent),
                                         boltzmann * temperature, one.mass * other.mass / (one.mass + other.mass),
                                         0.5 * (one.scattering + other.scattering)));
    }
  }
}

/// mu = (5/8) k T / Omega(2,2), for B = C g^gamma of isotropic scattering
/// mu = Gamma(7/2) / (2^(1+gamma) pi C Gamma((7+gamma)/2)) m^(gamma/2) (k T)^(1-gamma/2) (unit mass: Sonine's first
/// term); other angles enter through the moment of sin^2 alone, which is 2/3 of the total where all directions are
/// alike.
double Gas::viscosity(int i, double temperature) const {
  const auto& k = kernel(i, i);
  const double energy = boltzmann_ * temperature, strength = k.viscosity_transfer() * 3.0 / (8.0 * pi);
  return std::tgamma(3.5) / (std::pow(2.0, 1.0 + k.gamma) * pi * strength * std::tgamma(0.5 * (7.0 + k.gamma))) *
         std::pow(species(i).mass, 0.5 * k.gamma) * std::pow(energy, 1.0 - 0.5 * k.gamma);
}

/// <g^gamma> over relative velocities of variance kT/m_r in each direction, times the total.
double Gas::collision_rate(int i, int j, double temperature) const {
  const auto& k = kernel(i, j);
  const double a = species(i).mass, b = species(j).mass, spread = boltzmann_ * temperature * (a + b) / (a * b);
  const double mean = std::pow(2.0 * spread, 0.5 * k.gamma) * std::tgamma(0.5 * (3.0 + k.gamma)) / std::tgamma(1.5);
  return k.total() * mean;
}

double Gas::mean_free_path(int i, const std::vector<double>& densities, double temperature) const {
  double rate = 0.0;
  for (int j = 0; j < num_species(); ++j)
    rate += densities[static_cast<std::size_t>(j)] * collision_rate(i, j, temperature);
  return std::sqrt(8.0 * boltzmann_ * temperature / (pi * species(i).mass)) / rate;
}

}  // namespace tessera::sim
