// Ways to the same operator, and what it does not depend on.
#include "catch.hpp"
#include "sim/boltzmann/collisions/mixture.hpp"
#include "spectral_samples.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::sim::boltzmann;

namespace {

struct Pair {
  Values rate, frequency;  ///< [species x velocities]
};

/// Masses 1 and `ratio`, each pair of species with the same kernel.
Pair collide_two(const CollisionKernel& kernel, double ratio, const VelocityGrid& grid, const SpectralParams& params,
                 const Values& a, const Values& b) {
  sim::GasParams gas;
  gas.species = {{.name = "a", .mass = 1.0}, {.name = "b", .mass = ratio}};
  for (const auto& [first, second] : {std::pair{"a", "a"}, {"a", "b"}, {"b", "b"}})
    gas.pairs.push_back({{first, second}, kernel.strength, kernel.gamma, kernel.alpha});
  MixtureOperator mixture(comm(), sim::Gas(gas), grid, params);
  Values f = a;
  f.insert(f.end(), b.begin(), b.end());
  Pair result{Values(f.size()), Values(f.size())};
  mixture.evaluate(f, result.rate, result.frequency);
  return result;
}

double relative(const Values& a, const Values& b) { return largest_difference(a, b) / largest(b); }

Values maxwellian(const VelocityGrid& grid, double mass, const Moments& m) {
  Values f = zeros(grid);
  sample_maxwellian(grid, mass, m, f);
  return f;
}

}  // namespace

TEST_CASE("sums over all pairs of modes are what directions converge to", "[boltzmann]") {
  const VelocityGrid grid = cube(12, 7.2);
  const Values f = bimodal(grid);
  for (const double gamma : {0.0, 0.7}) {
    const CollisionKernel kernel{unit_strength, gamma};
    const Collided exact = collide(kernel, 1.0, grid, finely(3.6, 8, 6, SpectralMethod::direct), f);
    const auto error = [&](int directions) {
      return relative(collide(kernel, 1.0, grid, finely(3.6, 8, directions), f).rate, exact.rate);
    };
    CHECK(error(12) < 5e-2);
    CHECK(error(50) < 3e-3);
    CHECK(error(288) < 2e-5);
    CHECK(error(1250) < 1e-11);
    CHECK(relative(collide(kernel, 1.0, grid, finely(3.6, 8, 12), f).frequency, exact.frequency) < 1e-13);
  }
  const VelocityGrid plane = cube(16, 7.2, 0.0, 2);
  const Values flat = bimodal(plane);
  const CollisionKernel kernel{0.5 / pi, 0.5};
  CHECK(relative(collide(kernel, 1.0, plane, finely(3.6, 8, 64), flat).rate,
                 collide(kernel, 1.0, plane, finely(3.6, 8, 6, SpectralMethod::direct), flat).rate) < 1e-12);
}

TEST_CASE("sums over pairs of modes of two species too", "[boltzmann]") {
  const VelocityGrid grid = cube(8, 7.2);
  const Values a = bimodal(grid), b = maxwellian(grid, 2.5, {0.7, {0.0, 0.4, -0.2}, 1.8});
  const CollisionKernel kernel{unit_strength, 0.6};
  const Pair exact = collide_two(kernel, 2.5, grid, finely(3.6, 8, 6, SpectralMethod::direct), a, b);
  const Pair fast = collide_two(kernel, 2.5, grid, finely(3.6, 8, 800), a, b);
  CHECK(relative(fast.rate, exact.rate) < 1e-11);
  CHECK(relative(fast.frequency, exact.frequency) < 1e-13);
}

TEST_CASE("relative speeds converge as those of Gauss do", "[boltzmann]") {
  const VelocityGrid grid = cube(24, 9.0);
  const Values f = bimodal(grid);
  const CollisionKernel kernel{unit_strength, 1.0};
  const Values fine = collide(kernel, 1.0, grid, finely(4.2, 24, 12), f).rate;
  CHECK(relative(collide(kernel, 1.0, grid, finely(4.2, 8, 12), f).rate, fine) < 3e-2);
  CHECK(relative(collide(kernel, 1.0, grid, finely(4.2, 12, 12), f).rate, fine) < 2e-4);
  CHECK(relative(collide(kernel, 1.0, grid, finely(4.2, 16, 12), f).rate, fine) < 2e-6);
}

TEST_CASE("two names for one gas make no difference", "[boltzmann][physics]") {
  const VelocityGrid grid = cube(12, 7.2);
  const auto size = static_cast<std::size_t>(grid.size());
  const Values f = bimodal(grid);
  for (const auto& kernel : {CollisionKernel{unit_strength, 0.4}, CollisionKernel{unit_strength, 1.0},
                             CollisionKernel{unit_strength, 0.3, 1.6}}) {
    Values a = f, b = f;
    for (std::size_t n = 0; n < size; ++n) {
      a[n] *= 0.3;
      b[n] *= 0.7;
    }
    const SpectralParams params =
        finely(3.6, 8, 14, kernel.gamma == 1.0 ? SpectralMethod::carleman : SpectralMethod::classic);
    const Pair parts = collide_two(kernel, 1.0, grid, params, a, b);
    const Collided whole = collide(kernel, 1.0, grid, params, f);
    Values sum(size);
    for (std::size_t n = 0; n < size; ++n) sum[n] = parts.rate[n] + parts.rate[size + n];
    CHECK(relative(sum, whole.rate) < 1e-12);
    CHECK(largest_difference({parts.frequency.begin(), parts.frequency.begin() + static_cast<std::ptrdiff_t>(size)},
                             whole.frequency) < 1e-12);
  }
}

TEST_CASE("one species as one of a mixture of one, corrected alike", "[boltzmann]") {
  const VelocityGrid grid = cube(12, 7.2, 0.5);
  const Values f = bimodal(grid), nothing = zeros(grid);
  const CollisionKernel kernel{unit_strength, 0.5};
  const SpectralParams params = finely(3.6, 8, 14, SpectralMethod::automatic, true);
  const Pair mixed = collide_two(kernel, 3.0, grid, params, f, nothing);
  const auto size = static_cast<std::ptrdiff_t>(grid.size());
  CHECK(relative({mixed.rate.begin(), mixed.rate.begin() + size}, collide(kernel, 1.0, grid, params, f).rate) < 1e-12);
  CHECK(largest({mixed.rate.begin() + size, mixed.rate.end()}) < 1e-16);
}

TEST_CASE("neither the centre of the grid nor its offset matter", "[boltzmann][physics]") {
  // Values are the same, whatever velocities they stand for.
  const VelocityGrid grid = cube(16, 7.2);
  VelocityGrid moved = cube(16, 7.2, 0.5);
  moved.centre[0] = 11.0;
  const Values f = bimodal(grid);
  const CollisionKernel kernel{unit_strength, 1.0};
  const SpectralParams params = finely(3.6, 8, 12);
  CHECK(collide(kernel, 1.0, grid, params, f).rate == collide(kernel, 1.0, moved, params, f).rate);
}

TEST_CASE("a gas that flies along collides as one at rest", "[boltzmann][physics]") {
  // By whole cells, round the box.
  const VelocityGrid grid = cube(12, 7.2, 0.5);
  const auto flown = [&](const Values& from) {
    Values to = from;
    for (int n = 0; n < grid.size(); ++n) {
      const int x = n / 144, y = n / 12 % 12, z = n % 12;
      to[static_cast<std::size_t>(((x + 2) % 12 * 12 + (y + 11) % 12) * 12 + (z + 5) % 12)] =
          from[static_cast<std::size_t>(n)];
    }
    return to;
  };
  const Values f = bimodal(grid);
  for (const auto& kernel : {CollisionKernel{unit_strength, 0.5}, CollisionKernel{unit_strength, 0.5, 1.3}}) {
    const SpectralParams params = finely(3.6, 8, 12);
    CHECK(relative(collide(kernel, 1.0, grid, params, flown(f)).rate,
                   flown(collide(kernel, 1.0, grid, params, f).rate)) < 1e-12);
  }
}

TEST_CASE("turned by a right angle or mirrored, it is the same gas", "[boltzmann][physics]") {
  const VelocityGrid grid = cube(12, 7.2, 0.5);
  const Values f = bimodal(grid);
  const auto mapped = [&](const Values& from, int kind) {
    Values to = from;
    double v[3];
    for (int n = 0; n < grid.size(); ++n) {
      const int x = n / 144, y = n / 12 % 12, z = n % 12;
      grid.velocity(n, v);
      const int there = kind == 0 ? (z * 12 + x) * 12 + y : grid.reflected(n, 1);
      to[static_cast<std::size_t>(there)] = from[static_cast<std::size_t>(n)];
    }
    return to;
  };
  for (const double gamma : {0.5, 1.0})
    for (const int kind : {0, 1}) {
      const CollisionKernel kernel{unit_strength, gamma};
      const auto method = gamma == 1.0 ? SpectralMethod::carleman : SpectralMethod::classic;
      const SpectralParams params = finely(3.6, 8, 26, method, true);
      CHECK(relative(collide(kernel, 1.0, grid, params, mapped(f, kind)).rate,
                     mapped(collide(kernel, 1.0, grid, params, f).rate, kind)) < 1e-12);
    }
}

TEST_CASE("collisions scale with density, speed and mass as they must", "[boltzmann][physics]") {
  // f of velocities in other units: Q(a f) = a^2 Q(f); lengths s in velocity space: s^(3 + gamma).
  const double gamma = 0.5, scale = 0.4;
  const VelocityGrid grid = cube(16, 7.2), small = cube(16, 7.2 * scale);
  const Values f = bimodal(grid);
  const CollisionKernel kernel{unit_strength, gamma};
  const Values rate = collide(kernel, 1.0, grid, finely(3.6, 8, 12), f).rate;
  Values expected = rate;
  for (double& q : expected) q *= 4.0 * std::pow(scale, 3.0 + gamma);
  Values g = f;
  for (double& value : g) value *= 2.0;
  CHECK(relative(collide(kernel, 1.0, small, finely(3.6 * scale, 8, 12), g).rate, expected) < 1e-12);
}

TEST_CASE("anisotropic scattering that is none is the isotropic one", "[boltzmann]") {
  const VelocityGrid grid = cube(12, 7.2);
  const auto spectrum = std::make_shared<const Spectrum>(comm(), grid, 0.0);
  const auto size = static_cast<std::size_t>(grid.size()), half = static_cast<std::size_t>(spectrum->num_half());
  const Values f = bimodal(grid), h = maxwellian(grid, 2.0, {0.7, {0.0, 0.4, -0.2}, 1.8});
  const auto gains = [&](const PairOperator& pair) {
    Scratch scratch = spectrum->make_scratch();
    Values numbers(6 * size);
    std::vector<Complex> sums(4 * half);
    const SpeciesSums a{
        {numbers.data(), numbers.data() + size}, sums.data(), sums.data() + half, numbers.data() + 4 * size};
    const SpeciesSums b{{numbers.data() + 2 * size, numbers.data() + 3 * size},
                        sums.data() + 2 * half,
                        sums.data() + 3 * half,
                        numbers.data() + 5 * size};
    spectrum->analyse(f, a.modes, scratch);
    spectrum->analyse(h, b.modes, scratch);
    pair.add(a, b, scratch);
    Values parts;
    for (const Complex& sum : sums) parts.insert(parts.end(), {sum.real(), sum.imag()});
    return parts;
  };
  for (const bool is_same : {true, false}) {
    const double share = is_same ? 0.5 : 1.0 / 3.0;
    const PairSetup setup{spectrum, {unit_strength, 0.5}, share, 1.0 - share, is_same, 7.2, 8, math::sphere_rule(14)};
    CHECK(relative(gains(*make_soft_spheres(setup)), gains(*make_classic(setup))) < 1e-12);
  }
}
