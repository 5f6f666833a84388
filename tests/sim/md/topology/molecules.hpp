// Molecules for tests: topology beside a sample, and engines with their bonded forces.
#pragma once

#include <string>
#include <vector>

#include "samples.hpp"
#include "sim/md/topology/params.hpp"

namespace tessera::test {

/// Tables hold all rows, the same on every rank.
struct Molecules {
  Sample sample;
  std::vector<data::TopologyTable> topology;
  sim::md::MoleculeParams params;
  sim::md::PairTable table;
  std::string units = "lj";
  double dt = 0.002;
  double skin = 0.8;

  void add(const std::string& name, const std::vector<std::int64_t>& row);
};

/// Local. Each rank gets some of the rows, whose particles are on other ranks as a rule.
data::System make_molecule_system(const Molecules& molecules, const Comm& comm);

/// Lennard-Jones with exclusions, all bonded terms and special pairs.
sim::md::ForceField molecule_field(const Molecules& molecules, const data::System& system);

/// Collective, started. `count`: 0 leaves the choice of lists to the engine.
sim::md::Engine make_molecule_engine(const Molecules& molecules, const Comm& comm, data::Int3 grid = {0, 0, 0});
/// Not started, to be restored.
sim::md::Engine make_unstarted_engine(const Molecules& molecules, const Comm& comm);

/// Self-avoiding chains of `length` particles, bonds about 1 long, with every kind of bond, angle, dihedral and
/// improper; they cross the sides of the box.
Molecules chains(const data::Box& box, int count, int length, std::uint64_t seed);

data::Box skewed(double edge);

}  // namespace tessera::test
