#include "sim/dsmc/gauges.hpp"

#include "base/region.hpp"

namespace tessera::sim::dsmc {

namespace {

struct SpeciesRows {
  Array2<double> velocity;
  Array1<int> offsets, order;
  int num_cells, num_species, species;
};

/// Sums of v and v^2.
ExactSums<4> sum_velocities(const SpeciesRows& rows) {
  ExactSums<4> total;
  Kokkos::parallel_reduce(
      "dsmc/sum_velocities", Range(0, rows.num_cells),
      KOKKOS_LAMBDA(int cell, ExactSums<4>& sum) {
        const int bin = cell * rows.num_species + rows.species;
        for (int n = rows.offsets(bin); n < rows.offsets(bin + 1); ++n) {
          const int row = rows.order(n);
          double square = 0.0;
          for (int c = 0; c < 3; ++c) {
            const double v = rows.velocity(row, c);
            sum.part[c].add(v);
            square += v * v;
          }
          sum.part[3].add(square);
        }
      },
      Kokkos::Sum<ExactSums<4>>(total));
  return total;
}

/// Sums of c^2 and c^4.
ExactSums<2> sum_spread(const SpeciesRows& rows, const data::Vec3& mean) {
  ExactSums<2> total;
  Kokkos::parallel_reduce(
      "dsmc/sum_spread", Range(0, rows.num_cells),
      KOKKOS_LAMBDA(int cell, ExactSums<2>& sum) {
        const int bin = cell * rows.num_species + rows.species;
        for (int n = rows.offsets(bin); n < rows.offsets(bin + 1); ++n) {
          double square = 0.0;
          for (int c = 0; c < 3; ++c) {
            const double v = rows.velocity(rows.order(n), c) - mean[c];
            square += v * v;
          }
          sum.part[0].add(square);
          sum.part[1].add(square * square);
        }
      },
      Kokkos::Sum<ExactSums<2>>(total));
  return total;
}

SpeciesTotals measure_species(const Simulation& simulation, int species) {
  const Comm& comm = simulation.mesh().comm();
  const Bins& bins = simulation.bins();
  const Gas& gas = simulation.gas();
  const SpeciesRows rows{simulation.columns().velocity, bins.offsets(),    bins.order(),
                         simulation.grid().num_local(), gas.num_species(), species};
  const auto offsets = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), rows.offsets);
  std::int64_t count = 0;
  for (int bin = species; bin < bins.num_bins(); bin += gas.num_species()) count += offsets(bin + 1) - offsets(bin);
  count = comm.all_reduce(count, Op::sum);
  SpeciesTotals totals;
  if (count == 0) return totals;
  auto first = sum_velocities(rows);
  all_reduce(comm, first.part, 4);
  const double mass = gas.species(species).mass, real_mass = mass * simulation.weight();
  totals.particles = static_cast<double>(count);
  data::Vec3 mean{0.0, 0.0, 0.0};
  for (int c = 0; c < 3; ++c) {
    mean[c] = totals.velocity[c] = first.part[c].value() / totals.particles;
    totals.momentum[c] = real_mass * first.part[c].value();
  }
  totals.energy = 0.5 * real_mass * first.part[3].value();
  auto second = sum_spread(rows, mean);
  all_reduce(comm, second.part, 2);
  const double square = second.part[0].value() / totals.particles, fourth = second.part[1].value() / totals.particles;
  totals.temperature = mass * square / (3.0 * simulation.params().boltzmann);
  if (square > 0.0) totals.fourth_moment = 0.6 * fourth / (square * square);
  return totals;
}

}  // namespace

std::vector<SpeciesTotals> measure(const Simulation& simulation) {
  const Region region("dsmc/measure");
  std::vector<SpeciesTotals> all;
  for (int a = 0; a < simulation.gas().num_species(); ++a) all.push_back(measure_species(simulation, a));
  return all;
}

}  // namespace tessera::sim::dsmc
