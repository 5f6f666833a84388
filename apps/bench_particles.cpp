// usage: tessera_bench_particles [PARTICLES]
// Steps of Langevin particles beside what they cannot do without: the normal numbers that they consume, drawn and
// summed up by the same generator, and the numbers that they read and write, copied. Prints millions of particle-steps
// a second, and the share of the slower of the two limits; the best of several turns that alternate.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "base/random.hpp"
#include "base/runtime.hpp"
#include "bench_clock.hpp"
#include "deck/deck.hpp"
#include "sim/particles/ensemble.hpp"

namespace tessera::bench {

namespace {

using sim::particles::Ensemble;
using sim::particles::LangevinParams;

LangevinParams particles_of(const std::string& keys) {
  auto deck = deck::Deck::parse("[[stage]]\nname = \"bench\"\ntype = \"langevin\"\n" + keys, "bench");
  LangevinParams params;
  deck.read_top([](deck::Binder&) {});
  deck.read_stage(0, [&](deck::Binder& binder) { bind(binder, params); });
  deck.finish();
  return params;
}

/// Of `pairs` pairs of normal numbers for each particle.
double draw(const Random& random, int particles, int pairs, std::uint64_t step) {
  double total = 0.0;
  Kokkos::parallel_reduce(
      "bench/draw", Range(0, particles),
      KOKKOS_LAMBDA(int row, double& sum) {
        for (int n = 0; n < pairs; ++n) {
          const auto pair = random.normal(static_cast<std::uint64_t>(row), step, static_cast<std::uint32_t>(n));
          sum += pair.first + pair.second;
        }
      },
      total);
  return total;
}

/// Seconds of `numbers` numbers read and as many written.
double copy_seconds(const Array1<double>& from, const Array1<double>& to, double numbers) {
  const double seconds = seconds_of([&] {
    Kokkos::deep_copy(to, from);
    Kokkos::fence();
  });
  return seconds * numbers / static_cast<double>(from.extent(0));
}

void compare(const Comm& comm, int particles, const std::string& scheme, int dimensions, const std::string& potential) {
  const auto params =
      particles_of(fmt::format("scheme = \"{}\"\nparticles = {}\ndimensions = {}\ndt = 0.001\n[stage.potential]\n"
                               "kind = \"{}\"\n",
                               scheme, particles, dimensions, potential));
  Ensemble ensemble(comm, params, 1);
  ensemble.start();
  const Random random(1, RandomPurpose::test);
  const Array1<double> from("bench/from", 1 << 24), to("bench/to", 1 << 24);
  const bool has_more = sim::particles::make_steps(params).has_more();
  const double numbers = (has_more ? 3.0 : 2.0) * dimensions * particles;  // position, force and velocity
  double step = never, draws = never, copy = never, kept = 0.0;
  for (int turn = 0; turn < turns; ++turn) {
    step = std::min(step, seconds_of([&] {
                      ensemble.step();
                      Kokkos::fence();
                    }));
    // Enough pairs for two steps, so that none is half used.
    const auto number = static_cast<std::uint64_t>(turn);
    draws = std::min(draws, 0.5 * seconds_of([&] { kept += draw(random, particles, dimensions, number); }));
    copy = std::min(copy, copy_seconds(from, to, numbers));
  }
  fmt::print("{:20} {:2} {:14} {:9.2f} {:9.2f} {:9.2f} {:7.2f}{}\n", scheme, dimensions, potential,
             1e-6 * particles / step, 1e-6 * particles / draws, 1e-6 * particles / copy, std::max(draws, copy) / step,
             std::isnan(kept) ? " ?" : "");
}

}  // namespace

}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::Runtime runtime(argc, argv);
  try {
    const int particles = argc > 1 ? std::stoi(argv[1]) : 1'000'000;
    fmt::print("{:20} {:2} {:14} {:>9} {:>9} {:>9} {:>7}\n", "scheme", "d", "potential", "Msteps/s", "of draws",
               "of copies", "share");
    for (const int dimensions : {1, 2, 3, 6})
      for (const char* scheme : {"baoab", "euler_maruyama", "leimkuhler_matthews", "heun"})
        for (const char* potential : {"harmonic", "double_well"})
          tessera::bench::compare(runtime.comm(), particles, scheme, dimensions, potential);
    return 0;
  } catch (const tessera::Error& error) {
    return static_cast<int>(tessera::settle_failure(runtime.comm(), error));
  }
}
