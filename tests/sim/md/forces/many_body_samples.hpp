// Systems with potentials of many bodies, in metal units with the constants of the reference program.
#pragma once

#include "samples.hpp"
#include "sim/md/params.hpp"

namespace tessera::test {

/// A potential file of tests/data/md, and what the types A, B... of a sample are in it.
sim::md::MdParams eam(const std::string& path, const std::vector<std::string>& elements,
                      data::EamFormat format = data::EamFormat::automatic);
sim::md::MdParams stillinger_weber(const std::string& path, const std::vector<std::string>& elements);
sim::md::MdParams tersoff(const std::string& path, const std::vector<std::string>& elements);

/// Potentials of decks and tests.
sim::md::MdParams copper();   // u3
sim::md::MdParams silicon();  // Stillinger-Weber

/// Collective. Writes the stored tables of copper by Mishin et al. as a setfl file into the scratch folder.
std::string write_mishin_copper();

Sample read_sample(const std::string& file, const std::string& group, const std::vector<double>& masses);

/// Collective; started.
sim::md::Engine start_engine(const Sample& sample, const sim::md::MdParams& params, const Comm& comm, double dt = 0.001,
                             data::Int3 grid = {0, 0, 0});

/// cells^3 cubic cells of fcc (4) or diamond (8 particles), displaced by up to `jitter`; velocities of about one
/// length a time without total momentum.
Sample crystal(int cells, double edge, bool is_diamond, double jitter, std::uint32_t seed = 1);

}  // namespace tessera::test
