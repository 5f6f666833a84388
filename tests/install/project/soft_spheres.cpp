// Soft spheres at random places, on any number of ranks: their energy must be that of a plain sum over all pairs, and
// their forces must balance.
#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/runtime.hpp"
#include "data/neighbourhood.hpp"
#include "data/system.hpp"
#include "sim/pair_kernel.hpp"
#include "soft_sphere.hpp"

namespace tessera {

namespace {

constexpr int num_spheres = 2000;
constexpr double edge = 12.0, cutoff = 1.5, strength = 3.0;

data::Vec3 place_of(int n) {
  const Random random(7, RandomPurpose::test);
  const auto id = static_cast<std::uint64_t>(n);
  const auto first = random.uniform(id, 0, 0), second = random.uniform(id, 0, 1);
  return {edge * first.first, edge * first.second, edge * second.first};
}

data::System make_system(const Comm& comm) {
  data::System system(comm);
  system.box = data::Box::orthogonal({0, 0, 0}, {edge, edge, edge});
  auto& particles = system.particles;
  particles.add<double>("force", 3, data::Column::plain);
  particles.resize_owned(num_spheres / comm.size() + (comm.rank() < num_spheres % comm.size() ? 1 : 0));
  const auto position = Kokkos::create_mirror_view(particles.get<double>("position"));
  const auto id = Kokkos::create_mirror_view(particles.get<std::int64_t>("id"));
  for (int i = 0; i < particles.num_owned(); ++i) {
    const int n = comm.rank() + i * comm.size();
    const auto place = place_of(n);
    for (int c = 0; c < 3; ++c) position(i, c) = place[c];
    id(i, 0) = n + 1;
  }
  Kokkos::deep_copy(particles.get<double>("position"), position);
  Kokkos::deep_copy(particles.get<std::int64_t>("id"), id);
  Kokkos::deep_copy(particles.get<int>("image"), 0);
  Kokkos::deep_copy(particles.get<int>("type"), 0);
  return system;
}

double plain_energy(const data::Box& box) {
  ExactSum sum;
  for (int i = 0; i < num_spheres; ++i)
    for (int j = 0; j < i; ++j) {
      const auto a = place_of(i), b = place_of(j);
      const auto d = box.minimum_image({a[0] - b[0], a[1] - b[1], a[2] - b[2]});
      const double gap = 1.0 - std::sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) / cutoff;
      if (gap > 0.0) sum.add(strength * gap * gap);
    }
  return sum.value();
}

void run(const Comm& comm) {
  auto system = make_system(comm);
  const data::Tiling tiling(comm, system.box);
  data::migrate(tiling, system.particles);
  data::Neighbourhood near;
  near.build(tiling, system.particles, cutoff, data::preferred_pair_count());
  near.prune(system.particles, cutoff);

  sim::PairTable table;
  table.pairs = {{strength, 1.0, cutoff}};
  const sim::ClusterPairForce<SoftSphere, false> potential(table);
  Kokkos::deep_copy(system.particles.get<double>("force"), 0.0);
  potential.add_interior(system.particles, near);
  potential.add_boundary(system.particles, near);
  auto energy = potential.sums(system.particles, near).energy;
  all_reduce(comm, &energy, 1);

  const auto force = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), system.particles.get<double>("force"));
  ExactSum total[3];
  for (int c = 0; c < 3; ++c)
    for (int i = 0; i < system.particles.num_owned(); ++i) total[c].add(force(i, c));
  all_reduce(comm, total, 3);
  const double imbalance =
      std::max({std::abs(total[0].value()), std::abs(total[1].value()), std::abs(total[2].value())});

  const double expected = plain_energy(system.box);
  log::info("{} ranks: energy {:.12g}, by a plain sum {:.12g}; sum of forces {:.1e}", comm.size(), energy.value(),
            expected, imbalance);
  // Rounding of a few 1e4 pair energies and forces of order one.
  if (std::abs(energy.value() - expected) > 1e-11 * expected || imbalance > 1e-9)
    throw Error::internal("the soft spheres are not as they should be");
}

int start(int argc, char** argv) {
  Runtime runtime(argc, argv);
  log::start(runtime.comm().rank());
  try {
    run(runtime.comm());
    return 0;
  } catch (const Error& error) {
    return static_cast<int>(settle_failure(runtime.comm(), error));
  }
}

}  // namespace

}  // namespace tessera

int main(int argc, char** argv) { return tessera::start(argc, argv); }
