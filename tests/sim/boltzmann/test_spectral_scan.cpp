#include <fmt/core.h>
#include "catch.hpp"
#include "sim/boltzmann/collisions/mixture.hpp"
#include "sim/boltzmann/exact/bkw.hpp"
#include "sim/boltzmann/exact/krook_wu.hpp"
#include "spectral_samples.hpp"
using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::boltzmann;
TEST_CASE("scan kw", "[scan]") {
  for (double ratio : {1.0, 2.0, 4.0})
    for (int points : {16, 24, 32})
      for (double support : {2.5, 3.0, 3.5, 4.0})
        for (double l : {1.6, 1.8, 2.0, 2.2}) {
          if (points == 32 && l < 1.8) continue;
          const KrookWu::Params p{{1.0, 1.0}, {1.0, ratio}, {unit_strength, 0.5 * unit_strength, unit_strength}};
          const KrookWu exact(p);
          const double t = std::max(4.0, exact.first_time());
          const VelocityGrid grid = cube(points, l * support);
          const auto size = static_cast<std::size_t>(grid.size());
          Values f(2 * size), q(f), rate(f), freq(f);
          for (int i = 0; i < 2; ++i) {
            exact.sample(grid, i, t, {f.data() + static_cast<std::size_t>(i) * size, size});
            exact.sample_slope(grid, i, t, {q.data() + static_cast<std::size_t>(i) * size, size});
          }
          sim::GasParams params;
          params.species = {{.name = "a", .mass = p.mass[0]}, {.name = "b", .mass = p.mass[1]}};
          params.pairs = {
              {{"a", "a"}, p.strength[0], 0.0}, {{"a", "b"}, p.strength[1], 0.0}, {{"b", "b"}, p.strength[2], 0.0}};
          MixtureOperator mixture(comm(), sim::Gas(params), grid, finely(support, points / 2, 12));
          mixture.evaluate(f, rate, freq);
          double worst = 0;
          for (std::size_t i = 0; i < 2; ++i) {
            double e = 0, m = 0;
            for (std::size_t n = 0; n < size; ++n) {
              e = std::max(e, std::abs(rate[i * size + n] - q[i * size + n]));
              m = std::max(m, std::abs(q[i * size + n]));
            }
            worst = std::max(worst, e / m);
          }
          fmt::print("kw ratio {} N {} S {} L/S {}: {:.2e} (t {:.2f}, first {:.2f})\n", ratio, points, support, l,
                     worst, t, exact.first_time());
        }
}
TEST_CASE("scan 2d", "[scan]") {
  const CollisionKernel kernel{0.5 / pi, 0.0};
  const Bkw exact(2, kernel);
  for (int points : {32, 64})
    for (double s : {3.6, 4.0, 4.5})
      for (double l : {1.8, 2.0, 2.2})
        for (auto m : {SpectralMethod::classic, SpectralMethod::carleman})
          for (int M : {32, 64}) {
            const VelocityGrid grid = cube(points, s * l, 0.0, 2);
            Values f = zeros(grid), rate = f;
            exact.sample(grid, 7.0, f);
            exact.sample_slope(grid, 7.0, rate);
            fmt::print("2d N {} S {} L/S {} M {} {}: {:.2e} of {:.2e}\n", points, s, l, M,
                       m == SpectralMethod::classic ? "classic" : "carleman",
                       largest_difference(collide(kernel, 1.0, grid, finely(s, 32, M, m), f).rate, rate),
                       largest(rate));
          }
}
TEST_CASE("scan eq", "[scan]") {
  for (double gamma : {0.0, 1.0})
    for (int points : {16, 24, 32})
      for (double s : {3.6, 4.0, 4.4, 4.8})
        for (auto m : {SpectralMethod::classic, SpectralMethod::carleman}) {
          if (gamma == 0.0 && m == SpectralMethod::carleman) continue;
          const VelocityGrid grid = cube(points, 2.0 * s, 0.5);
          Values f = zeros(grid);
          sample_maxwellian(grid, 1.0, {1.0, {0.1, -0.2, 0.0}, 1.0}, f);
          auto p = finely(s, points / 2, m == SpectralMethod::classic ? 12 : 50, m, true);
          fmt::print("eq gamma {} N {} S {} {}: {:.2e} of {:.2e}", gamma, points, s,
                     m == SpectralMethod::classic ? "classic" : "carleman",
                     largest(collide({unit_strength, gamma}, 1.0, grid, p, f).rate), largest(f));
          p.conserve = false;
          fmt::print(" raw {:.2e}\n", largest(collide({unit_strength, gamma}, 1.0, grid, p, f).rate));
        }
}
TEST_CASE("scan angles", "[scan]") {
  const VelocityGrid grid = cube(32, 9.0);
  const Values f = bimodal(grid);
  const CollisionKernel hs{unit_strength, 1.0};
  const Values ref = collide(hs, 1.0, grid, finely(4.2, 24, 128), f).rate;
  for (int M : {6, 12, 14, 26, 32, 50})
    fmt::print("classic M {}: {:.2e}\n", M,
               largest_difference(collide(hs, 1.0, grid, finely(4.2, 24, M), f).rate, ref) / largest(ref));
  for (int N : {8, 12, 16})
    fmt::print("classic Nr {}: {:.2e}\n", N,
               largest_difference(collide(hs, 1.0, grid, finely(4.2, N, 128), f).rate, ref) / largest(ref));
  for (int M : {12, 26, 32, 50, 72, 128, 200})
    fmt::print("carleman M {}: {:.2e}\n", M,
               largest_difference(collide(hs, 1.0, grid, finely(4.2, 1, M, SpectralMethod::carleman), f).rate, ref) /
                   largest(ref));
}
