// Ensembles that several tests use.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/particles/ensemble.hpp"
#include "stage_deck.hpp"

namespace tessera::test {

using sim::particles::Ensemble;
using sim::particles::LangevinParams;
using sim::particles::Moments;

/// Of a deck's keys.
LangevinParams langevin_params(const std::string& keys);

/// Collective. At its start.
std::unique_ptr<Ensemble> started(const Comm& comm, const LangevinParams& params, std::uint32_t seed = 5);

/// Local. Requires that no particle is lost.
void advance(Ensemble& ensemble, int steps);

/// Collective. After all steps of the deck.
Moments moments_of_run(const std::string& keys);

/// Local. Of this rank's particles, one behind the other: a coordinate of position, velocity or force.
std::vector<double> numbers(const Ensemble& ensemble, const std::string& column, int component);

/// Five standard errors of a variance from `count` independent Gaussian numbers.
double variance_error(double variance, double count);

}  // namespace tessera::test
