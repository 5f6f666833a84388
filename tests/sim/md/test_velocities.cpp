#include <cmath>

#include "catch.hpp"
#include "samples.hpp"
#include "sim/rotation.hpp"
#include "sim/velocities.hpp"

using namespace tessera;
using namespace tessera::sim;
using tessera::test::Sample;

namespace {

constexpr int count = 2000;

/// Particles with two masses at places that do not matter.
Sample some_sample() {
  Sample sample = test::fcc_sample(8, 0.8, 1.0);
  sample.x.resize(3 * count);
  sample.v.clear();
  sample.masses = {1.0, 4.0};
  for (int n = 0; n < count; ++n) sample.type.push_back(n % 3 == 0 ? 1 : 0);
  return sample;
}

/// Collective. (id - 1, component) on all ranks.
std::vector<double> velocities(const data::System& system) {
  const auto& particles = system.particles;
  const auto v = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<double>("velocity"));
  const auto id = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), particles.get<std::int64_t>("id"));
  std::vector<double> all(3 * static_cast<std::size_t>(particles.num_global()), 0.0);
  for (int i = 0; i < particles.num_owned(); ++i)
    for (int c = 0; c < 3; ++c) all[static_cast<std::size_t>(3 * (id(i, 0) - 1) + c)] = v(i, c);
  particles.comm().all_reduce(all.data(), static_cast<int>(all.size()), Op::sum);
  return all;
}

std::vector<double> drawn(const Sample& sample, const Comm& comm, double temperature, std::uint32_t seed,
                          const Units& units = make_units("lj")) {
  auto system = test::make_system(sample, comm);
  draw_velocities(system, units, temperature, seed);
  return velocities(system);
}

double mass_of(const Sample& sample, std::size_t n) { return sample.masses[static_cast<std::size_t>(sample.type[n])]; }

}  // namespace

TEST_CASE("velocities have the temperature exactly and no total momentum", "[md]") {
  const auto sample = some_sample();
  const auto units = make_units(GENERATE(std::string("lj"), std::string("metal"), std::string("real")));
  const auto v = drawn(sample, test::comm(), 1.44, 5, units);
  double square = 0.0, momentum[3] = {}, scale = 0.0;
  for (std::size_t n = 0; n < count; ++n)
    for (std::size_t c = 0; c < 3; ++c) {
      square += mass_of(sample, n) * v[3 * n + c] * v[3 * n + c];
      momentum[c] += mass_of(sample, n) * v[3 * n + c];
      scale = std::max(scale, std::abs(v[3 * n + c]));
    }
  const double temperature = square * units.mass_velocity2 / (degrees_of_freedom(count) * units.boltzmann);
  // Rounding of a sum of 6000 numbers, added plainly here.
  CHECK_THAT(temperature, WithinRel(1.44, 1e-13));
  for (const double p : momentum) CHECK_THAT(p / scale, WithinAbs(0.0, 1e-11));
}

TEST_CASE("velocities follow Maxwell and Boltzmann for each mass", "[md]") {
  const auto sample = some_sample();
  const auto v = drawn(sample, test::comm(), 2.0, 11);
  double second[2] = {}, fourth[2] = {}, number[2] = {};
  for (std::size_t n = 0; n < count; ++n)
    for (std::size_t c = 0; c < 3; ++c) {
      const auto t = static_cast<std::size_t>(sample.type[n]);
      const double x2 = v[3 * n + c] * v[3 * n + c] * sample.masses[t] / 2.0;
      second[t] += x2;
      fourth[t] += x2 * x2;
      number[t] += 1.0;
    }
  // Variances of x^2 and x^4 for a standard normal x: 2 and 96. Five standard errors.
  for (int t = 0; t < 2; ++t) {
    CHECK_THAT(second[t] / number[t], WithinAbs(1.0, 5.0 * std::sqrt(2.0 / number[t])));
    CHECK_THAT(fourth[t] / number[t], WithinAbs(3.0, 5.0 * std::sqrt(96.0 / number[t])));
  }
}

TEST_CASE("velocities do not depend on ranks, but on the seed", "[md]") {
  const auto sample = some_sample();
  const auto together = drawn(sample, test::comm(), 1.0, 3);
  const auto apart = test::alone([&](const Comm& comm) { return drawn(sample, comm, 1.0, 3); });
  CHECK(together == apart);
  CHECK(test::max_difference(together, drawn(sample, test::comm(), 1.0, 4)) > 0.1);
}

TEST_CASE("temperature zero means particles at rest", "[md]") {
  const auto v = drawn(some_sample(), test::comm(), 0.0, 3);
  CHECK(test::max_difference(v, std::vector<double>(v.size(), 0.0)) == 0.0);
}

TEST_CASE("one particle without momentum cannot be warm", "[md]") {
  Sample sample = some_sample();
  sample.x.resize(3);
  sample.type.resize(1);
  REQUIRE_THROWS_WITH(drawn(sample, test::comm(), 1.0, 3), Contains("temperature = 0"));
  REQUIRE(drawn(sample, test::comm(), 0.0, 3) == std::vector<double>(3, 0.0));
}

TEST_CASE("Drift is taken away and nothing else", "[md]") {
  Sample sample = some_sample();
  for (std::size_t n = 0; n < sample.x.size(); ++n)
    sample.v.push_back(0.3 * static_cast<double>(n % 3) + std::sin(static_cast<double>(n)));
  auto system = test::make_system(sample, test::comm());
  stop_drift(system);
  const auto v = velocities(system);
  double momentum[3] = {};
  for (std::size_t n = 0; n < v.size(); ++n)
    momentum[n % 3] += v[n] * sample.masses[static_cast<std::size_t>(sample.type[n / 3])];
  for (std::size_t c = 0; c < 3; ++c) {
    CHECK(std::abs(momentum[c]) < 1e-9);
    for (std::size_t n = c; n < v.size(); n += 3)
      REQUIRE(std::abs((v[n] - sample.v[n]) - (v[c] - sample.v[c])) < 1e-12);
  }
  CHECK(std::abs(v[2] - sample.v[2]) > 0.5);
}

TEST_CASE("a molecule by itself is warm without turning, also one on a line", "[md]") {
  const bool is_linear = GENERATE(false, true);
  Sample sample = some_sample();
  sample.x.clear();
  sample.type.resize(5);
  for (int n = 0; n < 5; ++n)
    for (int c = 0; c < 3; ++c)
      sample.x.push_back(is_linear ? 1.0 + n * (0.3 + 0.1 * c) : 1.0 + 0.3 * n + std::sin(3.0 * n + c));
  auto system = test::make_system(sample, test::comm());
  const auto units = make_units("real");
  draw_velocities(system, units, 300.0, 7, true);
  const auto rotation = find_rotation(system);
  double square = 0.0;
  const auto v = velocities(system);
  for (std::size_t n = 0; n < 5; ++n)
    for (std::size_t c = 0; c < 3; ++c) square += mass_of(sample, n) * v[3 * n + c] * v[3 * n + c];
  CHECK_THAT(square * units.mass_velocity2 / (9.0 * units.boltzmann), WithinRel(300.0, 1e-12));
  for (int c = 0; c < 3; ++c) CHECK_THAT(rotation.momentum[c], WithinAbs(0.0, 1e-12));
  CHECK_THAT(rotation.mass, WithinRel(2.0 * 4.0 + 3.0, 1e-14));
  // Turned about an axis, particles tell how fast.
  for (int i = 0; i < system.particles.num_owned(); ++i) {
    const auto x = system.particles.get<double>("position"), w = system.particles.get<double>("velocity");
    const double turn[3] = {0.2, -0.1, 0.3};
    for (int c = 0; c < 3; ++c) {
      const int a = (c + 1) % 3, b = (c + 2) % 3;
      w(i, c) += turn[a] * (x(i, b) - rotation.centre[b]) - turn[b] * (x(i, a) - rotation.centre[a]);
    }
  }
  if (!is_linear) {
    const auto omega = find_rotation(system).velocity();
    CHECK_THAT(omega[0], WithinAbs(0.2, 1e-12));
    CHECK_THAT(omega[1], WithinAbs(-0.1, 1e-12));
    CHECK_THAT(omega[2], WithinAbs(0.3, 1e-12));
  }
  stop_rotation(system);
  CHECK(test::max_difference(velocities(system), v) < 1e-12);
}
