// Small stages of replicas, and what the loop does with them.
#pragma once

#include <vector>

#include "base/agree.hpp"
#include "samples.hpp"
#include "sim/md/md_stage.hpp"
#include "sim/md/replicas/replica_stage.hpp"

namespace tessera::test {

/// 32 particles that attract one another a little beyond their neighbours, at three temperatures or as many as given.
inline sim::md::MdParams tempering(std::vector<double> above = {1.0, 1.25}) {
  sim::md::MdParams params;
  params.steps = 1000;
  params.lattice.emplace();
  params.lattice->cells = {2, 2, 2};
  params.lattice->density = 0.6;
  params.velocity.emplace();
  params.velocity->temperature = 0.8;
  params.pair.emplace();
  params.pair->epsilon = params.pair->sigma = 1.0;
  params.pair->cutoff = 1.8;
  params.pair->truncation = sim::md::Truncation::force;
  params.neighbours.skin = 0.3;
  params.neighbours.inner_skin = 0.3;
  params.thermostat.emplace();
  params.thermostat->kind = sim::md::ThermostatKind::langevin;
  params.thermostat->friction = 1.0;
  params.thermostat->temperature = 0.8;
  params.replicas.emplace();
  params.replicas->temperatures = std::move(above);
  params.replicas->every = 5;
  return params;
}

inline sim::StageContext context_on(const Comm& comm) { return {comm, "tempering", 31, {}}; }

/// What the loop does after a step, of a stage that does not look at what was raised.
inline void step(sim::Stage& stage, const Comm& comm, int times = 1) {
  for (int n = 0; n < times; ++n) {
    sim::Agreement agreement;
    stage.step(agreement);
    agree(comm, Outcome{agreement.error()});
    stage.agreed(agreement);
  }
}

}  // namespace tessera::test
