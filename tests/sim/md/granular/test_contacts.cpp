// One or two contacts at a time, against what can be worked out on paper.
#include <cmath>
#include <numbers>

#include "catch.hpp"
#include "grains.hpp"
#include "sim/md/granular/contact_law.hpp"

using namespace tessera;
using namespace tessera::test;
using sim::md::ContactLaw;
using sim::md::Engine;
using sim::md::Touch;

namespace {

using Triple = std::array<double, 3>;

Triple triple(const std::vector<double>& values, std::size_t n) {
  return {values[3 * n], values[3 * n + 1], values[3 * n + 2]};
}
double dot(const Triple& a, const Triple& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Triple cross(const Triple& a, const Triple& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Two grains that will meet, the second one of type 1 with other values if it is larger.
GrainSample pair_of_grains(const Triple& velocity, double distance = 1.001, double aside = 0.0) {
  GrainSample grains;
  grains.sample.box = open_box(10.0);
  grains.sample.x = {0.0, 0.0, 0.0, distance, aside, 0.0};
  grains.sample.v = {velocity[0], velocity[1], velocity[2], -velocity[0], -velocity[1], -velocity[2]};
  grains.params = usual_grains();
  return grains;
}

/// Speed after a head-on collision over that before.
double restitution(double dt) {
  auto grains = pair_of_grains({0.5, 0.0, 0.0});
  grains.dt = dt;
  auto engine = make_grain_engine(grains, comm());
  advance(engine, static_cast<std::int64_t>(std::lround(0.009 / dt)));
  const auto x = gather(engine, "position"), v = gather(engine, "velocity");
  REQUIRE(x[3] - x[0] > 1.0);
  return (v[3] - v[0]) / 1.0;
}

/// Sum over grains of x (x) m v + I w.
Triple angular_momentum(const GrainSample& grains, const Engine& engine) {
  const auto x = gather(engine, "position"), v = gather(engine, "velocity"), w = gather(engine, sim::md::spin_column);
  Triple sum{};
  for (std::size_t n = 0; n < grains.sample.size(); ++n) {
    const auto type = static_cast<std::size_t>(grains.sample.type.empty() ? 0 : grains.sample.type[n]);
    const double m = grains.sample.masses[type];
    const double r = grains.params.types.empty() ? 0.5 : grains.params.types[type].radius;
    const auto turn = cross(triple(x, n), triple(v, n));
    for (std::size_t c = 0; c < 3; ++c) sum[c] += m * turn[c] + 0.4 * m * r * r * w[3 * n + c];
  }
  return sum;
}

/// A large and a small grain that hit each other off their centres, both spinning.
GrainSample uneven_pair() {
  auto grains = pair_of_grains({2.0, 0.3, -0.1}, 1.5, 0.4);
  grains.sample.type = {0, 1};
  grains.sample.masses = {1.0, 3.0};
  grains.params.types = {{"A", 0.4}, {"B", 0.9}};
  grains.spin = {3.0, -7.0, 11.0, 2.0, 5.0, 4.0};
  grains.dt = 2e-5;
  return grains;
}

double change_of_angular_momentum(const GrainSample& grains) {
  auto engine = make_grain_engine(grains, comm());
  const auto before = angular_momentum(grains, engine);
  const auto spin = gather(engine, sim::md::spin_column);
  double most = 0.0;
  advance(engine, 8000, [&] {
    if (engine.num_steps_done() % 100 != 0) return;
    const auto now = angular_momentum(grains, engine);
    for (std::size_t c = 0; c < 3; ++c) most = std::max(most, std::abs(now[c] - before[c]));
  });
  CHECK(max_difference(spin, gather(engine, sim::md::spin_column)) > 0.1);
  return most;
}

/// Largest change of the energy in an oblique hit that neither slides nor loses heat: from a first touch, whose overlap
/// must not depend on steps, until the grains part, when the tangential spring still has some.
double energy_change(double dt) {
  auto grains = uneven_pair();
  grains.params.damping = 0.0;
  grains.params.friction = 1e6;
  grains.sample.x[3] = std::sqrt(1.299 * 1.299 - 0.4 * 0.4);
  complete(grains.params);
  grains.dt = dt;
  auto engine = make_grain_engine(grains, comm());
  const auto energy = [&] {
    const auto totals = engine.totals();
    return totals.kinetic + totals.potential + rotational_energy(engine);
  };
  const double before = energy();
  double most = 0.0;
  advance(engine, static_cast<std::int64_t>(std::lround(0.16 / dt)), [&] {
    if (engine.potential_energy() > 0.0) most = std::max(most, std::abs(energy() - before));
  });
  return most / before;
}

/// A grain on a frozen one that is as good as a plane, on a slope.
GrainSample grain_on_slope(double angle, double friction) {
  constexpr double large = 200.0;
  GrainSample grains;
  grains.params = usual_grains();
  grains.params.friction = friction;
  grains.params.radius.reset();
  grains.params.types = {{"A", 0.5}, {"B", large}};
  grains.params.frozen = {"B"};
  grains.gravity.emplace();
  grains.gravity->chute_angle = angle;
  const double overlap = std::cos(angle * std::numbers::pi / 180.0) / grains.params.stiffness;
  grains.sample.box = open_box(1000.0);
  grains.sample.x = {0.0, 0.0, 0.5 - overlap, 0.0, 0.0, -large};
  grains.sample.v = std::vector<double>(6, 0.0);
  grains.sample.type = {0, 1};
  grains.sample.masses = {1.0, 1.0};
  return grains;
}

}  // namespace

TEST_CASE("The law of contacts by itself", "[md]") {
  const ContactLaw law{1000.0, 20.0, 300.0, 10.0, 0.5};
  Touch touch{{0.0, 0.0, 1.0}, 0.01, 0.5, -0.2, {0.1, -0.3, 0.0}};
  SECTION("springs and dampers") {
    double xi[3] = {0.001, 0.002, 0.0};
    const auto force = contact_force(law, touch, 0.01, xi);
    CHECK_THAT(force.normal, WithinRel(10.0 + 0.5 * 20.0 * 0.2, 1e-14));
    CHECK_THAT(xi[0], WithinRel(0.002, 1e-13));
    CHECK_THAT(xi[1], WithinRel(-0.001, 1e-13));
    CHECK_THAT(force.tangential[0], WithinRel(-(0.6 + 0.5), 1e-13));
    CHECK_THAT(force.tangential[1], WithinRel(0.3 + 1.5, 1e-13));
    CHECK_THAT(force.energy, WithinRel(0.5 * (1000.0 * 1e-4 + 300.0 * 5e-6), 1e-13));
  }
  SECTION("what points along the normal is forgotten") {
    double xi[3] = {0.001, 0.0, 0.004};
    CHECK(contact_force(law, touch, 0.0, xi).tangential[2] == 0.0);
    CHECK(xi[2] == 0.0);
    CHECK(xi[0] == 0.001);
  }
  SECTION("friction gives way, and the spring holds what it can") {
    double xi[3] = {0.3, -0.4, 0.0};
    const auto force = contact_force(law, touch, 0.0, xi);
    CHECK_THAT(std::hypot(force.tangential[0], force.tangential[1]), WithinRel(0.5 * force.normal, 1e-13));
    CHECK_THAT(force.tangential[0], WithinRel(-(300.0 * xi[0] + 0.5 * 10.0 * 0.1), 1e-12));
    CHECK_THAT(force.tangential[1], WithinRel(-(300.0 * xi[1] - 0.5 * 10.0 * 0.3), 1e-12));
  }
  SECTION("no friction") {
    double xi[3] = {0.3, -0.4, 0.0};
    const auto force = contact_force({1000.0, 20.0, 300.0, 0.0, 0.0}, touch, 0.1, xi);
    for (const double t : force.tangential) CHECK(t == 0.0);
    for (const double x : xi) CHECK(x == 0.0);
  }
}

TEST_CASE("Two grains bounce back as a damped oscillator does in half a period", "[md]") {
  // delta'' + gamma delta' + k/m delta = 0 with the reduced mass 1/2.
  const double rate = 0.5 * 50.0, frequency = std::sqrt(2e5 / 0.5 - rate * rate);
  const double expected = std::exp(-std::numbers::pi * rate / frequency);
  const double coarse = std::abs(restitution(1e-5) - expected), fine = std::abs(restitution(2.5e-6) - expected);
  CHECK(coarse < 5e-4);
  CHECK(fine < 1e-4);
  CHECK(coarse / fine > 3.0);
}

TEST_CASE("Grains that slide feel mu times the normal force", "[md]") {
  auto grains = pair_of_grains({0.3, 1.0, 0.5});
  grains.params.friction = 0.2;
  grains.dt = 2e-5;
  auto engine = make_grain_engine(grains, comm());
  int touching = 0, sliding = 0;
  advance(engine, 500, [&] {
    const auto x = gather(engine, "position"), f = gather(engine, sim::md::contact_force_column);
    const auto here = triple(x, 0), there = triple(x, 1), force = triple(f, 0);
    Triple n{here[0] - there[0], here[1] - there[1], here[2] - there[2]};
    const double r = std::sqrt(dot(n, n));
    for (auto& value : n) value /= r;
    const double normal = dot(force, n), tangential = std::sqrt(std::max(0.0, dot(force, force) - normal * normal));
    if (normal == 0.0) return;
    ++touching;
    CHECK(tangential <= 0.2 * std::abs(normal) + 1e-6);
    if (std::abs(tangential - 0.2 * std::abs(normal)) < 1e-6) ++sliding;
    CHECK(max_difference({f[0], f[1], f[2]}, {-f[3], -f[4], -f[5]}) < 1e-10);
  });
  CHECK(touching > 200);
  CHECK(sliding > touching - 5);
}

TEST_CASE("Contacts conserve angular momentum, with spin", "[md]") {
  auto grains = uneven_pair();
  CHECK(change_of_angular_momentum(grains) < 1e-11);
  grains.params.lever = sim::md::LeverArm::radius;
  CHECK(change_of_angular_momentum(grains) > 1e-5);
}

TEST_CASE("Springs that neither slide nor are damped keep the energy, to second order", "[md]") {
  const double coarse = energy_change(4e-5), fine = energy_change(2e-5);
  CHECK(fine < 1e-3);
  CHECK(coarse / fine > 3.0);
}

TEST_CASE("A grain rolls down a slope, or slides where that is too steep", "[md]") {
  const double slope = 20.0 * std::numbers::pi / 180.0;
  const auto run = [&](double friction) {
    auto engine = make_grain_engine(grain_on_slope(20.0, friction), comm());
    advance(engine, 1000);  // until springs are stretched
    const auto v = gather(engine, "velocity"), w = gather(engine, sim::md::spin_column);
    advance(engine, 2000);
    const auto v_end = gather(engine, "velocity"), w_end = gather(engine, sim::md::spin_column);
    for (std::size_t c = 3; c < 6; ++c) CHECK(v_end[c] == 0.0);
    return std::pair((v_end[0] - v[0]) / 0.2, (w_end[1] - w[1]) / 0.2);
  };
  const auto rolling = run(0.5);
  CHECK_THAT(rolling.first, WithinRel(5.0 / 7.0 * std::sin(slope), 1e-3));
  CHECK_THAT(rolling.second, WithinRel(2.0 * 5.0 / 7.0 * std::sin(slope), 1e-3));
  const auto sliding = run(0.04);
  CHECK_THAT(sliding.first, WithinRel(std::sin(slope) - 0.04 * std::cos(slope), 1e-3));
  CHECK_THAT(sliding.second, WithinRel(2.5 * 0.04 * std::cos(slope) / 0.5, 1e-3));
}

TEST_CASE("A grain between three frozen ones comes to rest on a slope, and they carry its weight", "[md]") {
  GrainSample grains;
  grains.params = usual_grains();
  grains.params.frozen = {"B"};
  grains.gravity.emplace();
  grains.gravity->chute_angle = 12.0;
  const double side = 1.0 / std::sqrt(3.0), height = std::sqrt(2.0 / 3.0);
  grains.sample.box = open_box(10.0);
  grains.sample.x = {0.0, 0.0, height, side, 0.0, 0.0, -0.5 * side, 0.5, 0.0, -0.5 * side, -0.5, 0.0};
  grains.sample.v = std::vector<double>(12, 0.0);
  grains.sample.type = {0, 1, 1, 1};
  grains.sample.masses = {2.0, 2.0};
  auto engine = make_grain_engine(grains, comm());
  advance(engine, 20000);
  const auto x = gather(engine, "position"), f = gather(engine, sim::md::contact_force_column);
  CHECK(std::abs(x[0]) + std::abs(x[1]) + std::abs(x[2] - height) < 1e-4);
  CHECK(engine.kinetic().energy + rotational_energy(engine) < 1e-12);
  const auto g = sim::md::acceleration_of(*grains.gravity);
  for (int c = 0; c < 3; ++c) CHECK_THAT(f[static_cast<std::size_t>(c)], WithinAbs(-2.0 * g[c], 1e-5));
  for (std::size_t c = 3; c < 12; ++c) CHECK(x[c] == grains.sample.x[c]);
}
