// Gases that several tests use.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "catch.hpp"
#include "sim/dsmc/gauges.hpp"
#include "sim/dsmc/sampler.hpp"
#include "stage_deck.hpp"

namespace tessera::test {

using sim::dsmc::DsmcParams;
using sim::dsmc::Sampler;
using sim::dsmc::Simulation;

/// Of a deck's keys.
DsmcParams dsmc_params(const std::string& keys);

/// Collective. A gas at its start.
std::unique_ptr<Simulation> started_gas(const Comm& comm, const DsmcParams& params, std::uint32_t seed = 5);

/// Collective. Collisions of all ranks. Requires that no particle is lost.
std::int64_t advance(Simulation& simulation, int steps);

/// Collective. A gas that has done all steps of its deck, and the means over them.
struct SampledGas {
  explicit SampledGas(const std::string& keys, std::uint32_t seed = 5);
  std::unique_ptr<Simulation> gas;
  std::unique_ptr<Sampler> sampler;
};

/// Hard spheres of this mean free path at density 1.
std::string hard_spheres(double mean_free_path);

/// Local. A particle as it is, to the last bit.
struct Seen {
  std::int64_t id;
  int type;
  std::vector<double> numbers;  ///< position, then velocity
  bool operator==(const Seen&) const = default;
};
/// Collective. Particles of this rank in their order.
std::vector<Seen> look_at(Simulation& simulation);

}  // namespace tessera::test
