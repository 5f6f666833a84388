// usage: tessera_bench_kinetic [CELLS] [POINTS]
// What kernels of velocity distributions stream from and to memory a second, against plain loops over as much of it:
// sums of a cell (each value read), relaxation (read and written), flight (one array read, the other written). CELLS in
// a row with POINTS^3 velocities each; 256 and 24 if left out, which is 28 MB a copy and beyond caches of that size.
// The last column is the kernel's rate over that of a plain loop with the same traffic.
#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "base/runtime.hpp"
#include "bench_clock.hpp"
#include "sim/boltzmann/integrator.hpp"
#include "sim/boltzmann/relaxation/relax.hpp"

namespace tessera::bench {

namespace {

using namespace sim::boltzmann;

BoltzmannParams make_params(std::int64_t cells, int points, Model model, Reconstruction scheme) {
  BoltzmannParams params;
  params.cells = {cells};
  params.length = {1.0};
  params.low = {0.0};
  params.velocity.points = points;
  params.velocity.half_width = {6.0};
  params.gas.species = {{.name = "gas"}};
  params.viscosity = 0.01;
  params.model = model;
  params.reconstruction = scheme;
  params.steps = 1;
  params.initial.emplace_back();
  params.initial.back().density = "1 + 0.3*sin(2*pi*x)";
  return params;
}

/// Gigabytes a second of the best turn.
template <class Work>
double rate_of(double bytes, const Work& work) {
  double best = never;
  for (int turn = 0; turn < turns; ++turn)
    best = std::min(best, seconds_of([&] {
                      work();
                      Kokkos::fence();
                    }));
  return 1e-9 * bytes / best;
}

/// Of loops that do nothing but move so many numbers.
struct Plain {
  double read, update, copy;
};

Plain measure_plain(std::int64_t count) {
  const auto all = static_cast<std::size_t>(count);
  const Array1<double> a("a", all), b("b", all);
  const auto range = Kokkos::RangePolicy<ExecSpace, Kokkos::IndexType<std::int64_t>>(0, count);
  const double bytes = 8.0 * static_cast<double>(count);
  constexpr int block = 1024;
  const auto blocks = Kokkos::RangePolicy<ExecSpace, Kokkos::IndexType<std::int64_t>>(0, count / block);
  volatile double sum = 0.0;  // so that the loop is not idle
  Plain plain{};
  plain.read = rate_of(bytes, [&] {
    double total = 0.0;
    Kokkos::parallel_reduce(
        "bench/read", blocks,
        KOKKOS_LAMBDA(std::int64_t n, double& part) {
          double lanes[16] = {};
          const double* values = &a(n * block);
          for (int i = 0; i < block; i += 16)
            for (int k = 0; k < 16; ++k) lanes[k] += values[i + k];
          for (const double lane : lanes) part += lane;
        },
        total);
    sum = sum + total;
  });
  plain.update = rate_of(2.0 * bytes, [&] {
    Kokkos::parallel_for(
        "bench/update", range, KOKKOS_LAMBDA(std::int64_t n) { a(n) = 0.5 * a(n) + 1.0; });
  });
  plain.copy = rate_of(2.0 * bytes, [&] {
    Kokkos::parallel_for(
        "bench/copy", range, KOKKOS_LAMBDA(std::int64_t n) { b(n) = 0.5 * a(n); });
  });
  return plain;
}

void show(const std::string& name, double rate, double plain) {
  fmt::print("{:<34}{:>9.2f} GB/s{:>8.2f}\n", name, rate, rate / plain);
}

void measure(const Comm& comm, std::int64_t cells, int points) {
  const auto count = cells * points * points * points;
  const double bytes = 8.0 * static_cast<double>(count);
  const Plain plain = measure_plain(count);
  fmt::print("{} cells, {}^3 velocities, {:.1f} MB a copy\n", cells, points, 1e-6 * bytes);
  show("plain: read", plain.read, plain.read);
  show("plain: read and write in place", plain.update, plain.update);
  show("plain: read one, write another", plain.copy, plain.copy);
  for (const auto& [model, name] : {std::pair{Model::bgk, "bgk"}, std::pair{Model::es_bgk, "es_bgk"}}) {
    const auto params = make_params(cells, points, model, Reconstruction::van_leer);
    const auto mesh = make_mesh(params, comm);
    Evolution evolution(params, mesh);
    evolution.fill_initial();
    auto& species = evolution.species()[0];
    const auto single = single_model(params);
    const int needed = sums_needed(model);
    show(fmt::format("{}: sums", name), rate_of(bytes, [&] { species.integrate(0, needed); }), plain.read);
    const double targets = rate_of(bytes, [&, model = model] {
      prepare_target(species.phase(), single, species.cells(), species.sums(), 1e-3, species.state(), species.rate());
      species.complete_target(model);
    });
    fmt::print("{:<34}{:>9.2f} ns a value\n", fmt::format("{}: targets of cells", name), 8.0 / targets);
    species.fill_shares(1e-3);
    const Target target = species.target(model);
    show(fmt::format("{}: relaxation", name),
         rate_of(2.0 * bytes, [&] { relax(species.block(0), target, species.shares()); }), plain.update);
  }
  for (const auto& [scheme, name] :
       {std::pair{Reconstruction::upwind, "upwind"}, std::pair{Reconstruction::van_leer, "van_leer"},
        std::pair{Reconstruction::mc, "mc"}, std::pair{Reconstruction::weno, "weno"}}) {
    const auto params = make_params(cells, points, Model::bgk, scheme);
    const auto mesh = make_mesh(params, comm);
    Evolution evolution(params, mesh);
    evolution.fill_initial();
    auto& species = evolution.species()[0];
    species.fill_ghosts(0);
    const Advance advance{0.0, 1.0, params.step_length()};
    show(fmt::format("flight: {}", name),
         rate_of(2.0 * bytes,
                 [&, scheme = scheme] {
                   advect(species.phase(), scheme, mesh, species.block(0), species.sides().walls(), advance,
                          species.block(1));
                 }),
         plain.copy);
  }
}

}  // namespace

}  // namespace tessera::bench

int main(int argc, char** argv) {
  tessera::Runtime runtime(argc, argv);
  const auto& comm = runtime.comm();
  try {
    const std::int64_t cells = argc > 1 ? std::stoll(argv[1]) : 256;
    const int points = argc > 2 ? std::stoi(argv[2]) : 24;
    tessera::bench::measure(comm, cells, points);
    return 0;
  } catch (const tessera::Error& error) {
    return static_cast<int>(tessera::settle_failure(comm, error));
  }
}
