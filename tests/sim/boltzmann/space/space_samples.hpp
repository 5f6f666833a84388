// Stages of velocity distributions, read as from a deck and stepped by hand.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/boltzmann/stage.hpp"

namespace tessera::test {

using sim::boltzmann::BoltzmannParams;
using sim::boltzmann::BoltzmannStage;

/// Collisions of one rate, Q = rate (M - f), as if they were a collision integral that loses 1.25 rate f: key "rate" of
/// [stage.collisions].
std::shared_ptr<sim::boltzmann::CollisionFamily> relaxing_collisions();

/// Throws Error (input) as a deck does.
BoltzmannParams boltzmann_params(const std::string& keys);
/// What is said about these keys once a stage is made and started; "no error" if nothing is.
std::string complaint_about_gas(const std::string& keys);

/// Collective. Started.
std::unique_ptr<BoltzmannStage> started_stage(const Comm& group, const std::string& keys);
/// Collective. Requires that nothing went wrong.
void advance_stage(BoltzmannStage& stage, int steps);

/// Collective. The number under the head of a series, now.
double series_of(BoltzmannStage& stage, const std::string& name);
/// Local. All values of one of the fields of snapshots, of this rank's cells, component by component.
std::vector<double> field_of(BoltzmannStage& stage, const std::string& name);
/// Local. The distribution of a species in this rank's cells, component by component.
std::vector<double> distribution_of(BoltzmannStage& stage, std::size_t species = 0);

}  // namespace tessera::test
