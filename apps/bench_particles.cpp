// usage: tessera_bench_particles [SECONDS [PARTICLES]]
// Steps of Langevin particles beside what they cannot do without: the normal numbers that they consume, drawn and
// summed up by the same generator, and the numbers that they read and write, copied. Prints millions of particle-steps
// a second, and the share of the slower of the two limits; the best of several turns that alternate, SECONDS a case.
// A mixture has exponentials to evaluate besides, of which neither limit knows. Then pairs of particles that act on one
// another: through lists of all within a cutoff, and in random batches.
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

struct Size {
  double seconds = 0.2;
  int particles = 50'000;
};

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

/// turn(number), at least three times.
template <class Turn>
void repeat(double seconds, const Turn& turn) {
  const double begin = wall_time();
  for (int number = 0; number < 3 || wall_time() - begin < seconds; ++number) turn(number);
}

std::string potential_keys(const std::string& kind, int dimensions) {
  const std::string keys = fmt::format("[stage.potential]\nkind = \"{}\"\n", kind);
  if (kind != "gaussian_mixture") return keys;
  std::string components;
  for (const double place : {-1.0, 0.0, 1.0}) {
    std::string mean;
    for (int c = 0; c < dimensions; ++c) mean += fmt::format("{}{}", c > 0 ? ", " : "", place);
    components += fmt::format("{{mean = [{}], variance = [1.0]}}, ", mean);
  }
  return keys + fmt::format("component = [{}]\n", components);
}

class Limits {
 public:
  Limits() : from_("bench/from", 1 << 22), to_("bench/to", 1 << 22) {}

  void compare(const Comm& comm, const Size& size, const std::string& scheme, int dimensions,
               const std::string& potential) {
    const auto params =
        particles_of(fmt::format("scheme = \"{}\"\nparticles = {}\ndimensions = {}\ndt = 0.001\n{}", scheme,
                                 size.particles, dimensions, potential_keys(potential, dimensions)));
    Ensemble ensemble(comm, params, 1);
    ensemble.start();
    const bool has_more = sim::particles::make_steps(params).has_more();
    const double numbers = (has_more ? 3.0 : 2.0) * dimensions * size.particles;  // position, force and velocity
    double step = never, draws = never, copy = never;
    repeat(size.seconds, [&](int turn) {
      step = std::min(step, seconds_of([&] {
                        ensemble.step();
                        Kokkos::fence();
                      }));
      // Enough pairs for two steps, so that none is half used.
      const auto number = static_cast<std::uint64_t>(turn);
      draws = std::min(draws, 0.5 * seconds_of([&] { kept_ += draw(random_, size.particles, dimensions, number); }));
      copy = std::min(copy, copy_seconds(from_, to_, numbers));
    });
    fmt::print("{:20} {:2} {:16} {:9.2f} {:9.2f} {:9.2f}  {:7} {:5.2f}{}\n", scheme, dimensions, potential,
               1e-6 * size.particles / step, 1e-6 * size.particles / draws, 1e-6 * size.particles / copy,
               draws > copy ? "draws" : "copies", std::max(draws, copy) / step, std::isnan(kept_) ? " ?" : "");
    std::fflush(stdout);
  }

 private:
  Array1<double> from_, to_;
  Random random_{1, RandomPurpose::test};
  double kept_ = 0.0;
};

void compare_limits(const Comm& comm, const Size& size) {
  fmt::print("{:20} {:>2} {:16} {:>9} {:>9} {:>9}  {:7} {:>5}\n", "Langevin steps, 1e6/s", "d", "potential", "reached",
             "of draws", "of copies", "binding", "share");
  Limits limits;
  for (const int dimensions : {1, 2, 3, 8})
    for (const char* scheme : {"baoab", "euler_maruyama", "leimkuhler_matthews", "heun"})
      for (const char* potential : {"harmonic", "double_well", "gaussian_mixture"})
        limits.compare(comm, size, scheme, dimensions, potential);
}

struct PairCase {
  int dimensions;
  const char* kind;
  int batch;  ///< 0: lists
};

/// Of a fluid of even density: each pair counts once, all those within the cutoff, or those of the batches.
void measure_pairs(const Comm& comm, const Size& size, const PairCase& what) {
  constexpr double density = 0.5, cutoff = 2.5, pi = 3.14159265358979;
  const double sphere[] = {0.0, 2.0 * cutoff, pi * cutoff * cutoff, 4.0 / 3.0 * pi * cutoff * cutoff * cutoff};
  const std::string sum =
      what.batch > 0 ? fmt::format("mean_field = true\nsum = \"batches\"\nbatch = {}\n", what.batch) : "";
  const auto params = particles_of(fmt::format(
      "scheme = \"euler_maruyama\"\nparticles = {}\ndimensions = {}\ndt = 1e-4\n[stage.box]\nlength = [{}]\n"
      "[stage.start]\nkind = \"lattice\"\n[stage.pair]\nkind = \"{}\"\ncutoff = {}\n{}{}",
      size.particles, what.dimensions, std::pow(size.particles / density, 1.0 / what.dimensions), what.kind, cutoff,
      sum, std::string(what.kind) == "formula" ? "formula = \"exp(-r)\"\n" : ""));
  Ensemble ensemble(comm, params, 1);
  ensemble.start();
  double step = never;
  repeat(2.0 * size.seconds, [&](int) { step = std::min(step, seconds_of([&] { ensemble.step(); })); });
  const double partners = what.batch > 0 ? what.batch - 1.0 : density * sphere[what.dimensions];
  fmt::print("{:20} {:2} {:16} {:9.2f} {:9.1f}\n", what.batch > 0 ? fmt::format("batches of {}", what.batch) : "lists",
             what.dimensions, what.kind, 1e-6 * size.particles / step, 1e-6 * 0.5 * partners * size.particles / step);
  std::fflush(stdout);
}

void measure_all_pairs(const Comm& comm, const Size& size) {
  fmt::print("\n{:20} {:>2} {:16} {:>9} {:>9}\n", "whole steps, 1e6/s", "d", "pair potential", "particles", "pairs");
  for (const auto& what : {PairCase{2, "lennard_jones", 0}, PairCase{3, "lennard_jones", 0}, PairCase{3, "gaussian", 0},
                           PairCase{3, "gaussian", 2}, PairCase{3, "gaussian", 8}, PairCase{3, "gaussian", 32},
                           PairCase{3, "formula", 2}, PairCase{1, "gaussian", 2}})
    measure_pairs(comm, size, what);
}

}  // namespace

}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::Runtime runtime(argc, argv);
  try {
    tessera::bench::Size size;
    if (argc > 1) size.seconds = std::stod(argv[1]);
    if (argc > 2) size.particles = std::stoi(argv[2]);
    tessera::bench::compare_limits(runtime.comm(), size);
    tessera::bench::measure_all_pairs(runtime.comm(), size);
    return 0;
  } catch (const tessera::Error& error) {
    return static_cast<int>(tessera::settle_failure(runtime.comm(), error));
  }
}
