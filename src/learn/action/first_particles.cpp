#include "learn/action/first_particles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/random_order.hpp"

namespace tessera::learn::action {

namespace {

data::Table empty_particles(const Comm& comm, int dimensions, std::int64_t count) {
  data::Table table(comm);
  table.add<double>("position", dimensions);
  table.append(data::first_of_share(count, 1, comm.rank() + 1, comm.size()) -
               data::first_of_share(count, 1, comm.rank(), comm.size()));
  return table;
}

}  // namespace

data::Table draw_particles(const Comm& comm, const sim::SampleSource& source, double time, std::int64_t count,
                           std::uint32_t seed) {
  constexpr std::int64_t unseen = std::int64_t{1} << 47;  // numbers that no training draws
  auto table = empty_particles(comm, source.dimensions(), count);
  if (source.has_log_density()) table.add<double>("log_density");
  const auto rows = static_cast<std::size_t>(table.num_rows());
  if (rows == 0) return table;
  const Array1<double> times("action/first_times", rows);
  Kokkos::deep_copy(times, time);
  const data::RowArray<double> positions("action/first", rows, static_cast<std::size_t>(source.dimensions()));
  source.draw(seed, unseen + table.first_row(), times, positions);
  data::set_rows(table.get<double>("position"), 0, data::host_copy(positions, 0, table.num_rows()));
  if (!source.has_log_density()) return table;
  const Array1<double> densities("action/first_densities", rows);
  source.log_density(times, positions, densities);
  std::vector<double> values(rows);
  Kokkos::deep_copy(HostArray1<double>(values.data(), rows), densities);
  data::set_rows(table.get<double>("log_density"), 0, values);
  return table;
}

data::Table take_particles(const Snapshots& snapshots, double time, std::optional<std::int64_t> count,
                           std::uint32_t seed) {
  const auto& frame = *std::min_element(
      snapshots.frames().begin(), snapshots.frames().end(),
      [&](const auto& a, const auto& b) { return std::fabs(a.time - time) < std::fabs(b.time - time); });
  if (count && *count > frame.count)
    throw Error::input(
        fmt::format("{} particles are asked for, and the snapshot at t = {:g} has {} samples; expected no "
                    "more than that",
                    *count, frame.time, frame.count));
  auto table = empty_particles(snapshots.comm(), snapshots.dimensions(), count.value_or(frame.count));
  const RandomOrder order(Random(seed, RandomPurpose::propagation_start), 0, frame.count);
  std::vector<std::int64_t> rows;
  for (std::int64_t n = 0; n < table.num_rows(); ++n) {
    const std::int64_t number = table.first_row() + n;
    rows.push_back(frame.first + (count ? order[number] : number));
  }
  const auto found = snapshots.gather(rows);
  data::set_rows(table.get<double>("position"), 0, found.position);
  if (snapshots.has_weights()) {
    table.add<double>("log_weight");
    std::vector<double> logs;
    for (const double weight : found.weight) logs.push_back(std::log(weight));
    data::set_rows(table.get<double>("log_weight"), 0, logs);
  }
  return table;
}

void corrupt(data::Table& particles, const Corruption& corruption, std::uint32_t seed) {
  constexpr std::uint64_t use = 1;  // a step of the stream that the choice of particles does not use
  const Random random(seed, RandomPurpose::propagation_start);
  const auto size = static_cast<std::size_t>(corruption.shape().size()),
             known = static_cast<std::size_t>(corruption.num_conditions());
  const auto images = data::host_copy(particles.get<double>("position"), 0, particles.num_rows());
  std::vector<double> left(images.size()), conditions(images.size() / size * known), normals(size);
  for (std::size_t n = 0; n * size < images.size(); ++n) {
    const auto id = static_cast<std::uint64_t>(particles.first_row()) + n;
    for (std::size_t c = 0; c < size; ++c) {
      const auto pair = random.normal(id, use, static_cast<std::uint32_t>(c / 2));
      normals[c] = c % 2 == 0 ? pair.first : pair.second;
    }
    corruption.apply(images.data() + n * size, normals.data(), left.data() + n * size, conditions.data() + n * known);
  }
  particles.add<double>("condition", static_cast<int>(known));
  data::set_rows(particles.get<double>("position"), 0, left);
  data::set_rows(particles.get<double>("condition"), 0, conditions);
}

}  // namespace tessera::learn::action
