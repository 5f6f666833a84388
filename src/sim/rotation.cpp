#include "sim/rotation.hpp"

#include "base/sum.hpp"
#include "math/linear.hpp"
#include "sim/velocities.hpp"

namespace tessera::sim {

using data::Vec3;

namespace {

/// Places, velocities and masses as kernels see them.
struct WholeParticles {
  Array2<double> position, velocity;
  Array2<int> image, type;
  Array1<double> mass;
  data::Box box;

  KOKKOS_FUNCTION Vec3 place(int i) const {
    Vec3 x = box.shift({image(i, 0), image(i, 1), image(i, 2)});
    for (int c = 0; c < 3; ++c) x[c] += position(i, c);
    return x;
  }
  KOKKOS_FUNCTION double mass_of(int i) const { return mass(type(i, 0)); }
};

WholeParticles whole(const data::System& system) {
  const auto& particles = system.particles;
  return {particles.get<double>("position"),
          particles.get<double>("velocity"),
          particles.get<int>("image"),
          particles.get<int>("type"),
          masses_by_type(system),
          system.box};
}

}  // namespace

Vec3 Rotation::velocity() const {
  math::Matrix matrix(3, 3);
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) matrix(a, b) = inertia[a][b];
  const auto inverse = math::symmetric_pseudo_inverse(matrix, 1e-10);
  Vec3 omega{0.0, 0.0, 0.0};
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) omega[a] += inverse(a, b) * momentum[b];
  return omega;
}

Rotation find_rotation(const data::System& system) {
  const auto particles = whole(system);
  const Range rows(0, system.particles.num_owned());
  ExactSums<4> first;
  Kokkos::parallel_reduce(
      "sim/centre", rows,
      KOKKOS_LAMBDA(int i, ExactSums<4>& sums) {
        const Vec3 x = particles.place(i);
        for (int c = 0; c < 3; ++c) sums.part[c].add(particles.mass_of(i) * x[c]);
        sums.part[3].add(particles.mass_of(i));
      },
      Kokkos::Sum<ExactSums<4>>(first));
  all_reduce(system.particles.comm(), first.part, 4);
  Rotation rotation;
  rotation.mass = first.part[3].value();
  for (int c = 0; c < 3; ++c) rotation.centre[c] = first.part[c].value() / rotation.mass;

  const Vec3 centre = rotation.centre;
  ExactSums<9> second;
  Kokkos::parallel_reduce(
      "sim/rotation", rows,
      KOKKOS_LAMBDA(int i, ExactSums<9>& sums) {
        const double m = particles.mass_of(i);
        Vec3 r = particles.place(i);
        for (int c = 0; c < 3; ++c) r[c] -= centre[c];
        const double v[3] = {particles.velocity(i, 0), particles.velocity(i, 1), particles.velocity(i, 2)};
        sums.part[0].add(m * (r[1] * v[2] - r[2] * v[1]));
        sums.part[1].add(m * (r[2] * v[0] - r[0] * v[2]));
        sums.part[2].add(m * (r[0] * v[1] - r[1] * v[0]));
        sums.part[3].add(m * (r[1] * r[1] + r[2] * r[2]));
        sums.part[4].add(m * (r[0] * r[0] + r[2] * r[2]));
        sums.part[5].add(m * (r[0] * r[0] + r[1] * r[1]));
        sums.part[6].add(-m * r[0] * r[1]);
        sums.part[7].add(-m * r[0] * r[2]);
        sums.part[8].add(-m * r[1] * r[2]);
      },
      Kokkos::Sum<ExactSums<9>>(second));
  all_reduce(system.particles.comm(), second.part, 9);
  for (int c = 0; c < 3; ++c) {
    rotation.momentum[c] = second.part[c].value();
    rotation.inertia[c][c] = second.part[3 + c].value();
  }
  rotation.inertia[0][1] = rotation.inertia[1][0] = second.part[6].value();
  rotation.inertia[0][2] = rotation.inertia[2][0] = second.part[7].value();
  rotation.inertia[1][2] = rotation.inertia[2][1] = second.part[8].value();
  return rotation;
}

void stop_rotation(const data::System& system) {
  const auto particles = whole(system);
  const auto rotation = find_rotation(system);
  const Vec3 omega = rotation.velocity(), centre = rotation.centre;
  Kokkos::parallel_for(
      "sim/stop_rotation", Range(0, system.particles.num_owned()), KOKKOS_LAMBDA(int i) {
        Vec3 r = particles.place(i);
        for (int c = 0; c < 3; ++c) r[c] -= centre[c];
        particles.velocity(i, 0) -= omega[1] * r[2] - omega[2] * r[1];
        particles.velocity(i, 1) -= omega[2] * r[0] - omega[0] * r[2];
        particles.velocity(i, 2) -= omega[0] * r[1] - omega[1] * r[0];
      });
}

}  // namespace tessera::sim
