// What thermostats sample.
#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "catch.hpp"
#include "coupled.hpp"
#include "sim/csvr.hpp"

using namespace tessera;
using namespace tessera::test;

namespace {

/// Of the Gamma distribution with a whole number as its shape (Erlang) and scale 1.
double erlang(int shape, double x) {
  double term = 1.0, sum = 0.0;
  for (int k = 0; k < shape; ++k) {
    sum += term;
    term *= x / (k + 1);
  }
  return 1.0 - std::exp(-x) * sum;
}

/// Kolmogorov and Smirnov: sqrt(n) times the largest distance from that distribution.
double distance_to_erlang(std::vector<double> values, int shape) {
  std::sort(values.begin(), values.end());
  double largest = 0.0;
  const auto count = static_cast<double>(values.size());
  for (std::size_t n = 0; n < values.size(); ++n) {
    const double expected = erlang(shape, values[n]);
    largest = std::max({largest, std::abs(expected - static_cast<double>(n) / count),
                        std::abs(expected - static_cast<double>(n + 1) / count)});
  }
  return std::sqrt(count) * largest;
}
constexpr double one_in_a_thousand = 1.95;  // is farther away

double mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// A spring from every particle to the origin of its box: nothing else.
class Wells final : public sim::ForceTerm {
 public:
  explicit Wells(double stiffness) : stiffness_(stiffness) {}
  double cutoff() const override { return 0.5; }
  void add_interior(const data::Particles& particles, const data::Neighbourhood&) const override {
    const auto position = particles.get<double>("position");
    const auto image = particles.get<int>("image");
    const auto force = particles.get<double>("force");
    const double k = stiffness_;
    Kokkos::parallel_for(
        "test/wells", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
          for (int c = 0; c < 3; ++c) force(i, c) -= k * (position(i, c) + edge * image(i, c));
        });
  }
  void add_boundary(const data::Particles&, const data::Neighbourhood&) const override {}
  sim::StepCost cost(const data::Particles&, const data::Neighbourhood&) const override { return {}; }
  sim::ForceSums sums(const data::Particles&, const data::Neighbourhood&) const override { return {}; }

  static constexpr double edge = 8.0;

 private:
  double stiffness_;
};

}  // namespace

TEST_CASE("Stochastic rescaling gives kinetic energies of the canonical ensemble", "[md]") {
  const int shape = GENERATE(1, 6, 600);  // two degrees of freedom, twelve, many
  CAPTURE(shape);
  const Random random(1, RandomPurpose::test);
  const double freedom = 2.0 * shape, target = 0.5 * freedom, decay = std::exp(-2.0);
  double kinetic = 3.0 * target;
  std::vector<double> values;
  for (std::uint64_t step = 0; step < 60'000; ++step) {
    const double factor = sim::csvr_factor(kinetic, target, freedom, decay, random, step);
    kinetic *= factor * factor;
    if (step >= 20 && step % 3 == 0) values.push_back(kinetic);  // exp(-6): independent
  }
  CHECK(distance_to_erlang(values, shape) < one_in_a_thousand);
}

TEST_CASE("Stochastic rescaling forgets the kinetic energy at the rate it says", "[md]") {
  const Random random(2, RandomPurpose::test);
  const double freedom = 21.0, target = 0.5 * freedom, decay = std::exp(-0.1);
  double kinetic = target;
  std::vector<double> values;
  for (std::uint64_t step = 0; step < 400'000; ++step) {
    const double factor = sim::csvr_factor(kinetic, target, freedom, decay, random, step);
    kinetic *= factor * factor;
    values.push_back(kinetic - target);
  }
  const auto correlation = [&](std::size_t lag) {
    double sum = 0.0;
    for (std::size_t n = 0; n + lag < values.size(); ++n) sum += values[n] * values[n + lag];
    return sum / static_cast<double>(values.size() - lag);
  };
  const double variance = correlation(0);
  CHECK_THAT(variance, WithinRel(0.5 * freedom, 0.03));
  for (const std::size_t lag : {1, 5, 10, 20, 30})
    CHECK_THAT(correlation(lag) / variance, WithinAbs(std::pow(decay, static_cast<double>(lag)), 0.02));
}

TEST_CASE("In an ideal gas kinetic energies are canonical and every direction has its share", "[md]") {
  const std::string thermostat = GENERATE("csvr", "langevin");
  CAPTURE(thermostat);
  // With its momentum the gas has 3 N degrees of freedom, without it 3 N - 3: shapes 15 and 12.
  const int count = thermostat == "csvr" ? 9 : 10;
  const auto sample = random_sample(data::Box::orthogonal({0, 0, 0}, {6, 6, 6}), count, 0.5, 3);
  auto engine = make_coupled(sample, {.table = no_forces(), .dt = 0.05},
                             {.thermostat = thermostat, .temperature = 1.7, .time = 0.1}, comm());
  const double freedom = engine.degrees_of_freedom();
  REQUIRE(freedom == (thermostat == "csvr" ? 24.0 : 30.0));
  std::vector<double> values, by_direction[3];
  advance(engine, 100);
  advance(engine, 6000, [&] {
    if (engine.num_steps_done() % 10 != 0) return;
    const auto now = engine.kinetic();
    values.push_back(now.energy / 1.7);
    for (int c = 0; c < 3; ++c) by_direction[c].push_back(now.tensor[c] / 1.7);
  });
  CHECK(distance_to_erlang(values, static_cast<int>(freedom) / 2) < one_in_a_thousand);
  // Nothing but Langevin's noise moves energy from one direction of an ideal gas to another.
  if (thermostat != "langevin") return;
  for (const auto& direction : by_direction) CHECK_THAT(mean(direction), WithinRel(freedom / 3.0, 0.05));
}

TEST_CASE("Langevin dynamics in a harmonic well has the exact width at any time step", "[md]") {
  // BAOAB: <x^2> = k_B T / k as long as it is stable; <v^2> = (k_B T / m) (1 - omega^2 dt^2 / 4) at the end of a step.
  const double dt = 1.0, temperature = 0.05;
  auto sample = random_sample(data::Box::orthogonal({0, 0, 0}, {0.5, 0.5, 0.5}), 300, 0.01, 4);
  sample.box = data::Box::orthogonal({0, 0, 0}, {Wells::edge, Wells::edge, Wells::edge});
  std::fill(sample.v.begin(), sample.v.end(), 0.0);
  sim::md::ForceField wells;
  wells.add(std::make_unique<Wells>(1.0));
  sim::md::NeighbourParams lists;
  lists.skin = 0.4;
  sim::md::Engine engine(make_system(sample, comm()), make_units("lj"), std::move(wells), lists, dt);
  engine.set_ensemble(make_ensemble({.thermostat = "langevin", .temperature = temperature, .time = 1.0}));
  engine.start();
  advance(engine, 60);
  std::vector<double> x2, v2;
  advance(engine, 300, [&] {
    if (engine.num_steps_done() % 3 != 0) return;
    const double x = rms(gather(engine, "position")), v = rms(gather(engine, "velocity"));
    x2.push_back(x * x);
    v2.push_back(v * v);
  });
  // 900 coordinates, 100 times: an error of about sqrt(2 / 90000), times what is correlated.
  CHECK_THAT(mean(x2) / temperature, WithinRel(1.0, 0.02));
  CHECK_THAT(mean(v2) / temperature, WithinRel(0.75, 0.02));
}

TEST_CASE("A liquid comes to the temperature that it is coupled to", "[md]") {
  const std::string thermostat = GENERATE("nose_hoover", "csvr", "langevin", "berendsen");
  CAPTURE(thermostat);
  auto engine = make_coupled(fcc_sample(3, 0.7, 1.0, 0.05), {.table = lj(2.5)},
                             {.thermostat = thermostat, .temperature = 2.0, .time = 0.1}, comm());
  advance(engine, 600);
  std::vector<double> temperatures;
  advance(engine, 1500, [&] { temperatures.push_back(2.0 * engine.kinetic().energy / engine.degrees_of_freedom()); });
  CHECK_THAT(mean(temperatures), WithinRel(2.0, 0.03));
}

TEST_CASE("A ramp ends where it says", "[md]") {
  const Coupled ramp{.thermostat = "csvr", .temperature = 0.5, .time = 0.02, .steps = 300, .temperature_end = 2.0};
  auto engine = make_coupled(fcc_sample(4, 0.8, 0.5, 0.05), {.table = lj(2.5)}, ramp, comm());
  advance(engine, 150);
  std::vector<double> late;
  CHECK_THAT(2.0 * engine.kinetic().energy / engine.degrees_of_freedom(), WithinAbs(1.25, 0.25));
  advance(engine, 150);
  advance(engine, 200, [&] { late.push_back(2.0 * engine.kinetic().energy / engine.degrees_of_freedom()); });
  CHECK_THAT(mean(late), WithinAbs(2.0, 0.06));
}

TEST_CASE("A thermostat that multiplies velocities does not heat the motion of the whole", "[md]") {
  auto sample = fcc_sample(3, 0.7, 1.0, 0.05);
  for (std::size_t n = 0; n < sample.v.size(); n += 3) sample.v[n] += 5.0;
  const std::string thermostat = GENERATE("nose_hoover", "csvr", "berendsen");
  auto engine = make_coupled(sample, {.table = lj(2.5)}, {.thermostat = thermostat}, comm());
  for (const double p : engine.kinetic().momentum) CHECK_THAT(p, WithinAbs(0.0, 1e-10));
  advance(engine, 20);
  for (const double p : engine.kinetic().momentum) CHECK_THAT(p, WithinAbs(0.0, 1e-9));
}

TEST_CASE("Particles at rest cannot be heated by multiplication", "[md][bad]") {
  auto sample = fcc_sample(3, 0.7, 1.0);
  std::fill(sample.v.begin(), sample.v.end(), 0.0);
  for (const std::string thermostat : {"nose_hoover", "csvr", "berendsen"})
    REQUIRE_THROWS_WITH(make_coupled(sample, {.table = lj(2.5)}, {.thermostat = thermostat}, comm()),
                        Contains("at rest") && Contains("langevin"));
  REQUIRE_NOTHROW(make_coupled(sample, {.table = lj(2.5)}, {.thermostat = "langevin"}, comm()));
}
