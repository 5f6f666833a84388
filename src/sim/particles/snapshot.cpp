#include "sim/particles/snapshot.hpp"

#include "base/region.hpp"
#include "sim/particles/box_around.hpp"

namespace tessera::sim::particles {

namespace {

template <class T>
void copy_into(const Array2<T>& from, const Array2<T>& to, int components, int rows) {
  const auto width = static_cast<int>(to.extent(1));
  Kokkos::parallel_for(
      "particles/snapshot", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < width; ++c) to(row, c) = c < components ? from(row, c) : T{0};
      });
}

}  // namespace

data::System snapshot_of(const Ensemble& ensemble, double mass) {
  const Region region("particles/snapshot");
  using data::Column;
  const data::Particles& from = ensemble.particles();
  const int d = ensemble.space().dimensions, rows = from.num_owned();
  data::System system(from.comm());
  data::Particles& to = system.particles;
  if (ensemble.has_velocity()) to.add<double>("velocity", 3, Column::saved | Column::output, "velocity");
  if (ensemble.has_weights()) to.add<double>("log_weight", 1, Column::saved | Column::output);
  to.resize_owned(rows);
  copy_into(from.get<std::int64_t>("id"), to.get<std::int64_t>("id"), 1, rows);
  copy_into(from.get<double>("position"), to.get<double>("position"), d, rows);
  Kokkos::deep_copy(to.get<int>("type"), 0);
  Kokkos::deep_copy(to.get<int>("image"), 0);
  if (ensemble.space().has_periodic) copy_into(from.get<int>("image"), to.get<int>("image"), d, rows);
  if (ensemble.has_velocity()) copy_into(from.get<double>("velocity"), to.get<double>("velocity"), d, rows);
  if (ensemble.has_weights()) copy_into(from.get<double>("log_weight"), to.get<double>("log_weight"), 1, rows);
  system.box = box_around(ensemble.space(), extent_of(from, d), 1.0);
  system.species = {{"A", mass}};
  system.time = ensemble.time();
  system.step = ensemble.num_steps_done();
  return system;
}

double snapshot_bytes_per_particle(const LangevinParams& params) {
  return 8.0 + 24.0 + 12.0 + 4.0 + (is_overdamped(params.scheme) ? 0.0 : 24.0) + (params.has_weights() ? 8.0 : 0.0);
}

}  // namespace tessera::sim::particles
