#include "sim/velocities.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/region.hpp"
#include "sim/rotation.hpp"

namespace tessera::sim {

using data::Column;
using data::Vec3;

namespace {

/// Standard normal numbers over sqrt(m).
void draw(const data::Particles& particles, const Array1<double>& mass, std::uint32_t seed) {
  const auto velocity = particles.get<double>("velocity");
  const auto id = particles.get<std::int64_t>("id");
  const auto type = particles.get<int>("type");
  const Random random(seed, RandomPurpose::md_velocity);
  Kokkos::parallel_for(
      "sim/draw_velocities", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        const auto key = static_cast<std::uint64_t>(id(i, 0));
        const auto xy = random.normal(key, 0, 0), z = random.normal(key, 0, 1);
        const double scale = 1.0 / kmath::sqrt(mass(type(i, 0)));
        velocity(i, 0) = scale * xy.first;
        velocity(i, 1) = scale * xy.second;
        velocity(i, 2) = scale * z.first;
      });
}

/// v = scale (v - drift)
void shift_and_scale(const data::Particles& particles, const Vec3& drift, double scale) {
  const auto velocity = particles.get<double>("velocity");
  Kokkos::parallel_for(
      "sim/scale_velocities", Range(0, particles.num_owned()), KOKKOS_LAMBDA(int i) {
        for (int c = 0; c < 3; ++c) velocity(i, c) = scale * (velocity(i, c) - drift[c]);
      });
}

struct Moments {
  double square;  ///< sum m v^2
  Vec3 momentum;
};

Moments moments(const data::Particles& particles, const Array1<double>& mass) {
  auto sums = motion_sums(particles, mass);
  all_reduce(particles.comm(), sums.part, 9);
  return {sums.part[0].value() + sums.part[1].value() + sums.part[2].value(),
          {sums.part[6].value(), sums.part[7].value(), sums.part[8].value()}};
}

}  // namespace

MotionSums motion_sums(const data::Particles& particles, const Array1<double>& mass) {
  const auto velocity = particles.get<double>("velocity");
  const auto type = particles.get<int>("type");
  MotionSums sums;
  Kokkos::parallel_reduce(
      "sim/motion_sums", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, MotionSums& total) {
        const double m = mass(type(i, 0));
        const double vx = velocity(i, 0), vy = velocity(i, 1), vz = velocity(i, 2);
        const double parts[9] = {m * vx * vx, m * vy * vy, m * vz * vz, m * vx * vy, m * vx * vz,
                                 m * vy * vz, m * vx,      m * vy,      m * vz};
        for (int n = 0; n < 9; ++n) total.part[n].add(parts[n]);
      },
      Kokkos::Sum<MotionSums>(sums));
  return sums;
}

Array1<double> masses_by_type(const data::System& system) {
  const Array1<double> mass("mass", system.species.size());
  const auto host = Kokkos::create_mirror_view(mass);
  for (std::size_t t = 0; t < system.species.size(); ++t) host(t) = system.species[t].mass;
  Kokkos::deep_copy(mass, host);
  return mass;
}

double degrees_of_freedom(std::int64_t num_particles, std::int64_t taken) {
  return static_cast<double>(std::max<std::int64_t>(0, 3 * num_particles - taken));
}

double total_mass(const data::Particles& particles, const Array1<double>& mass) {
  const auto type = particles.get<int>("type");
  ExactSums<1> sum;
  Kokkos::parallel_reduce(
      "sim/total_mass", Range(0, particles.num_owned()),
      KOKKOS_LAMBDA(int i, ExactSums<1>& total) { total.part[0].add(mass(type(i, 0))); },
      Kokkos::Sum<ExactSums<1>>(sum));
  all_reduce(particles.comm(), sum.part, 1);
  return sum.part[0].value();
}

void stop_drift(const data::Particles& particles, const Array1<double>& mass) {
  Vec3 drift = moments(particles, mass).momentum;
  const double all = total_mass(particles, mass);
  for (int c = 0; c < 3; ++c) drift[c] /= all;
  shift_and_scale(particles, drift, 1.0);
}

void stop_drift(data::System& system) {
  if (system.particles.has_column("velocity")) stop_drift(system.particles, masses_by_type(system));
}

void draw_velocities(data::System& system, const Units& units, double temperature, std::uint32_t seed,
                     bool stops_rotation) {
  const Region region("sim/velocities");
  auto& particles = system.particles;
  if (!particles.has_column("velocity"))
    particles.add<double>("velocity", 3, Column::saved | Column::output, "velocity");
  if (temperature == 0.0) {
    Kokkos::deep_copy(particles.get<double>("velocity"), 0.0);
    return;
  }
  const std::int64_t count = particles.num_global();
  if (count < (stops_rotation ? 3 : 2))
    throw Error::input(
        fmt::format("{} particle{} without total momentum{} no temperature; {} is not possible: set "
                    "temperature = 0",
                    count, count == 1 ? "" : "s",
                    stops_rotation ? " and rotation have"
                    : count == 1   ? " has"
                                   : " have",
                    temperature));
  const auto mass = masses_by_type(system);
  draw(particles, mass, seed);
  stop_drift(particles, mass);
  if (stops_rotation) stop_rotation(system);
  const double wanted =
      degrees_of_freedom(count, stops_rotation ? 6 : 3) * units.boltzmann * temperature / units.mass_velocity2;
  shift_and_scale(particles, {0.0, 0.0, 0.0}, std::sqrt(wanted / moments(particles, mass).square));
}

}  // namespace tessera::sim
