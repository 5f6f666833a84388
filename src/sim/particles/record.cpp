#include "sim/particles/record.hpp"

#include "base/region.hpp"

namespace tessera::sim::particles {

namespace {

template <class T, class Column>
void copy_rows(const Column& from, const data::RowArray<T>& to, std::int64_t first, int rows) {
  const auto components = static_cast<int>(from.extent(1));
  Kokkos::parallel_for(
      "particles/record", Range(0, rows), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < components; ++c) to(first + row, c) = static_cast<T>(from(row, c));
      });
}

template <class T>
void fill_rows(const data::RowArray<T>& to, T value, std::int64_t first, int rows) {
  Kokkos::parallel_for(
      "particles/record_same", Range(0, rows), KOKKOS_LAMBDA(int row) { to(first + row, 0) = value; });
}

}  // namespace

Record::Record(const Ensemble& ensemble) : table_(ensemble.particles().comm()) {
  const int dimensions = ensemble.space().dimensions;
  table_.add<std::int64_t>("step");
  table_.add<double>("time", 1, "time");
  table_.add<std::int64_t>("id");
  table_.add<double>("position", dimensions, "length");
  if (ensemble.has_velocity()) table_.add<double>("velocity", dimensions, "velocity");
  if (ensemble.has_weights()) table_.add<double>("log_weight");
  if (ensemble.space().has_periodic) table_.add<std::int64_t>("image", dimensions);
}

void Record::add(const Ensemble& ensemble) {
  const Region region("particles/record");
  const data::Particles& particles = ensemble.particles();
  const int rows = particles.num_owned();
  const std::int64_t first = table_.num_rows();
  table_.append(rows);
  fill_rows(table_.get<std::int64_t>("step"), ensemble.num_steps_done(), first, rows);
  fill_rows(table_.get<double>("time"), ensemble.time(), first, rows);
  copy_rows<std::int64_t>(particles.get<std::int64_t>("id"), table_.get<std::int64_t>("id"), first, rows);
  copy_rows<double>(particles.get<double>("position"), table_.get<double>("position"), first, rows);
  if (ensemble.has_velocity())
    copy_rows<double>(particles.get<double>("velocity"), table_.get<double>("velocity"), first, rows);
  if (ensemble.has_weights())
    copy_rows<double>(particles.get<double>("log_weight"), table_.get<double>("log_weight"), first, rows);
  if (ensemble.space().has_periodic)
    copy_rows<std::int64_t>(particles.get<int>("image"), table_.get<std::int64_t>("image"), first, rows);
}

double record_bytes_per_particle(const LangevinParams& params) {
  const double lists = 1.0 + (is_overdamped(params.scheme) ? 0.0 : 1.0) + (params.box ? 1.0 : 0.0);
  return 8.0 * (3.0 + (params.has_weights() ? 1.0 : 0.0) + lists * params.dimensions);
}

}  // namespace tessera::sim::particles
