// Small systems of particles, engines on them, and their state as all ranks see it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/md/engine.hpp"

namespace tessera::test {

/// Everything about some particles, the same on every rank; particle n has the id n + 1.
struct Sample {
  data::Box box;
  std::vector<double> x, v;         // (particle, component)
  std::vector<int> type;            // empty: all 0
  std::vector<double> masses{1.0};  // of types; 1 of those beyond
  std::vector<double> charge;       // empty: none

  std::size_t size() const { return x.size() / 3; }
};

/// Edges (lo, hi) as rows.
data::Box orthogonal_box(const std::vector<double>& edges);

/// cells^3 cubes of four particles each; Gaussian velocities of that temperature (mass 1) without total momentum, and
/// positions displaced by up to `jitter` times the spacing.
Sample fcc_sample(int cells, double density, double temperature, double jitter = 0.0);
/// As many points without order, no two closer than `distance`.
Sample random_sample(const data::Box& box, int count, double distance, std::uint64_t seed);

/// Local. Rows go to ranks in turn, wherever they lie.
data::System make_system(const Sample& sample, const Comm& comm);

/// One kind of particle, epsilon and sigma 1.
sim::md::PairTable lj(double cutoff, sim::md::Truncation truncation = sim::md::Truncation::none);
/// Kob and Andersen's mixture, cut at 2.5 sigma, shifted.
sim::md::PairTable kob_andersen();

struct Setting {
  sim::md::PairTable table;
  double dt = 0.005;
  sim::md::NeighbourParams neighbours{};
  data::Int3 grid{0, 0, 0};
  sim::md::BalanceParams balance{};
};
sim::md::ForceField lennard_jones_field(const sim::md::PairTable& table);

/// Collective over `comm`, units of Lennard-Jones; started.
sim::md::Engine make_engine(const Sample& sample, sim::md::ForceField forces, const Comm& comm, double skin = 0.3);
sim::md::Engine make_engine(const Sample& sample, const Setting& setting, const Comm& comm);

/// Collective. Steps, with what the loop does between them; `after` sees the engine after each.
void advance(sim::md::Engine& engine, std::int64_t steps, const std::function<void()>& after = {});

/// Collective over the engine's ranks. A column of all particles, (id - 1, component); positions are unwrapped. Throws
/// Error (internal) unless every id is there once.
std::vector<double> gather(const sim::md::Engine& engine, const std::string& column);

/// Runs `make` on rank 0 alone, with a communicator of its own, and gives its result to all ranks.
std::vector<double> alone(const std::function<std::vector<double>(const Comm&)>& make);

double max_difference(const std::vector<double>& a, const std::vector<double>& b);
double rms(const std::vector<double>& values);

/// Of totals: temperature with 3N - 3 degrees of freedom, pressure, a component of its tensor (0 to 5).
double temperature_of(const sim::md::Engine& engine, const sim::md::Totals& totals);
double pressure_of(const sim::md::Engine& engine, const sim::md::Totals& totals);
double pressure_of(const sim::md::Engine& engine, const sim::md::Totals& totals, int component);

}  // namespace tessera::test
