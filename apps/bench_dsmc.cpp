// usage: tessera_bench_dsmc [PARTICLES [STEPS]]
// Steps of direct simulation Monte Carlo, hard spheres in a periodic cube at dt = 0.2 of the time between collisions
// and cells of a third of the mean free path or less, beside what they cannot do without: the bytes that they read and
// write, copied. Prints millions of particle-steps a second on all ranks together, the share of the whole that the two
// parts of a step take, and what remains without collisions and without flight across cells. The best of several turns.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "base/runtime.hpp"
#include "bench_clock.hpp"
#include "deck/deck.hpp"
#include "sim/dsmc/sampler.hpp"

namespace tessera::bench {

namespace {

using sim::dsmc::DsmcParams;
using sim::dsmc::Simulation;

DsmcParams gas_of(const std::string& keys) {
  auto deck = deck::Deck::parse("[[stage]]\nname = \"bench\"\ntype = \"dsmc\"\n" + keys, "bench");
  DsmcParams params;
  deck.read_top([](deck::Binder&) {});
  deck.read_stage(0, [&](deck::Binder& binder) { bind(binder, params); });
  deck.finish();
  return params;
}

struct Case {
  std::string name;
  std::int64_t particles;
  int cells;          ///< along each direction
  double collisions;  ///< of a particle, a step
  double transit;     ///< of a cell, a step, at the speed sqrt(2 T/m)
  bool is_sampled;
};

/// Density and temperature 1 in cells of edge 1.
DsmcParams params_of(const Case& what) {
  const double dt = what.transit / std::numbers::sqrt2;
  const double rate = std::max(1e-12, what.collisions / dt);  // 4 sqrt(pi T/m) d^2
  return gas_of(
      fmt::format("particles = {}\ncells = [{}, {}, {}]\nsteps = 1000000\ndt = {:.17g}\nbox.length = [{}, {}, {}]\n"
                  "[[stage.species]]\nname = \"gas\"\ndiameter = {:.17g}\n",
                  what.particles, what.cells, what.cells, what.cells, dt, what.cells, what.cells, what.cells,
                  std::sqrt(rate / (4.0 * std::sqrt(std::numbers::pi)))));
}

double seconds_in(const Comm& comm, const std::string& region) {
  for (const auto& stats : collect_regions(comm))
    if (stats.name == region) return stats.mean;
  return 0.0;
}

/// Seconds for so many bytes, half of them read and half written.
double copy_seconds(double bytes) {
  const Array1<double> from("bench/from", 1 << 23), to("bench/to", 1 << 23);
  double best = never;
  for (int turn = 0; turn < 5; ++turn) {
    const double seconds = seconds_of([&] {
      Kokkos::deep_copy(to, from);
      Kokkos::fence();
    });
    best = std::min(best, seconds);
  }
  return best * bytes / (16.0 * static_cast<double>(from.extent(0)));
}

void measure(const Comm& comm, const Case& what, int steps) {
  const auto params = params_of(what);
  Simulation simulation(comm, params, 1);
  simulation.start();
  sim::dsmc::Sampler sampler(simulation);
  double best = never, flying = 0.0, sorting = 0.0;
  for (int n = 0; n < 10; ++n) simulation.step(nullptr);
  sim::dsmc::CollisionTally tally;
  std::int64_t taken = 0;
  for (int turn = 0; turn < 3; ++turn) {
    comm.barrier();
    reset_regions();
    const double seconds = seconds_of([&] {
      for (int n = 0; n < steps; ++n, ++taken) {
        const auto seen = simulation.step(what.is_sampled ? sampler.sums_for_step() : nullptr);
        tally.collisions += seen.collisions.collisions;
        tally.candidates += seen.collisions.candidates;
      }
      comm.barrier();
    });
    if (seconds < best) {
      best = seconds;
      flying = seconds_in(comm, "dsmc/collide_and_fly");
      sorting = seconds_in(comm, "dsmc/sort");
    }
  }
  std::int64_t counts[2] = {tally.collisions, tally.candidates};
  comm.all_reduce(counts, 2, Op::sum);
  const auto particles = static_cast<double>(simulation.num_global());
  // Position, velocity and id are read and written; the bin is written and read twice, its order written and read.
  const double bytes = 2.0 * 56.0 + 5.0 * 4.0;
  const double copy = copy_seconds(bytes * particles / comm.size());
  if (comm.is_root())
    fmt::print("{:28} {:9.0f} {:6.1f} {:8.2f} {:8.2f} {:8.2f} {:9.2f} {:9.1f} {:9.2f}\n", what.name, particles,
               particles / std::pow(what.cells, 3), 1e-6 * particles * steps / best, flying / best, sorting / best,
               static_cast<double>(counts[0]) / static_cast<double>(taken) / particles,
               1e9 * best / steps / particles * comm.size(), copy * steps / best);
  if (comm.is_root() && counts[1] > 0)
    fmt::print("{:28} {:.2f} drawn pairs a particle and step\n", "",
               static_cast<double>(counts[1]) / static_cast<double>(taken) / particles);
  std::fflush(stdout);
}

}  // namespace

}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::Runtime runtime(argc, argv);
  try {
    const std::int64_t particles = argc > 1 ? std::stoll(argv[1]) : 1'000'000;
    const int steps = argc > 2 ? std::stoi(argv[2]) : 20;
    if (runtime.comm().is_root())
      fmt::print("{:28} {:>9} {:>6} {:>8} {:>8} {:>8} {:>9} {:>9} {:>9}\n", "", "particles", "a cell", "1e6/s",
                 "flying", "sorting", "collided", "ns each", "of copy");
    const auto cells = [&](double each) {
      return static_cast<int>(std::lround(std::cbrt(static_cast<double>(particles) / each)));
    };
    for (const auto& what :
         {tessera::bench::Case{"10 a cell", particles, cells(10.0), 0.1, 0.25, false},
          tessera::bench::Case{"20 a cell", particles, cells(20.0), 0.1, 0.25, false},
          tessera::bench::Case{"30 a cell", particles, cells(30.0), 0.1, 0.25, false},
          tessera::bench::Case{"20 a cell, sampled", particles, cells(20.0), 0.1, 0.25, true},
          tessera::bench::Case{"20 a cell, 0.2 collisions", particles, cells(20.0), 0.2, 0.25, false},
          tessera::bench::Case{"20 a cell, no collisions", particles, cells(20.0), 0.0, 0.25, false},
          tessera::bench::Case{"20 a cell, slow", particles, cells(20.0), 0.1, 0.01, false}})
      measure(runtime.comm(), what, steps);
    return 0;
  } catch (const tessera::Error& error) {
    return static_cast<int>(tessera::settle_failure(runtime.comm(), error));
  }
}
