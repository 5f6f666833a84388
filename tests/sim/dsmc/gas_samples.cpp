#include "gas_samples.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace tessera::test {

DsmcParams dsmc_params(const std::string& keys) { return read_stage<DsmcParams>(keys); }

std::unique_ptr<Simulation> started_gas(const Comm& comm, const DsmcParams& params, std::uint32_t seed) {
  auto simulation = std::make_unique<Simulation>(comm, params, seed);
  simulation->start();
  return simulation;
}

std::int64_t advance(Simulation& simulation, int steps) {
  std::int64_t collisions = 0, lost = 0;
  for (int n = 0; n < steps; ++n) {
    const auto tally = simulation.step(nullptr);
    collisions += tally.collisions.collisions;
    lost = std::max(lost, tally.lost);
  }
  const Comm& comm = simulation.mesh().comm();
  lost = comm.all_reduce(lost, Op::max);
  if (lost > 0) throw Error::numeric("particle " + std::to_string(lost) + " is lost");
  return comm.all_reduce(collisions, Op::sum);
}

SampledGas::SampledGas(const std::string& keys, std::uint32_t seed) {
  const auto params = dsmc_params(keys);
  gas = started_gas(comm(), params, seed);
  sampler = std::make_unique<Sampler>(*gas);
  for (std::int64_t n = 0; n < params.steps; ++n) sampler->add(gas->step(sampler->sums_for_step()));
}

std::string hard_spheres(double mean_free_path) {
  return fmt::format("[[stage.species]]\nname = \"gas\"\ndiameter = {:.17g}\n",
                     1.0 / std::sqrt(std::numbers::sqrt2 * std::numbers::pi * mean_free_path));
}

std::vector<Seen> look_at(Simulation& simulation) {
  simulation.settle();
  const auto& particles = simulation.particles();
  const auto columns = simulation.columns();
  const auto position = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), columns.position);
  const auto velocity = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), columns.velocity);
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), columns.id);
  const auto type = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<int>("type"));
  std::vector<Seen> seen;
  for (int row = 0; row < particles.num_owned(); ++row) {
    Seen one{id(row, 0), type(row, 0), {}};
    for (int d = 0; d < simulation.params().dimensions(); ++d) one.numbers.push_back(position(row, d));
    for (int c = 0; c < 3; ++c) one.numbers.push_back(velocity(row, c));
    seen.push_back(one);
  }
  return seen;
}

}  // namespace tessera::test
