#include "learn/action/first_particles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"

namespace tessera::learn::action {

namespace {

/// A permutation of 0 ... count - 1 that needs no memory: Feistel rounds on the bits of a number, again until it is one
/// of those (R. Black and P. Rogaway, CT-RSA 2002).
class Permutation {
 public:
  Permutation(std::int64_t count, const Random& random) : count_(count), random_(random) {
    while ((std::int64_t{1} << (2 * half_bits_)) < count) ++half_bits_;
  }
  std::int64_t operator()(std::int64_t number) const {
    do number = mix(number);
    while (number >= count_);
    return number;
  }

 private:
  std::int64_t mix(std::int64_t number) const {
    const std::int64_t mask = (std::int64_t{1} << half_bits_) - 1;
    std::int64_t left = number >> half_bits_, right = number & mask;
    for (std::uint64_t round = 0; round < 4; ++round) {
      const auto bits = static_cast<std::int64_t>(random_.block(static_cast<std::uint64_t>(right), round, 1).v[0]);
      const std::int64_t next = left ^ (bits & mask);
      left = right;
      right = next;
    }
    return (left << half_bits_) | right;
  }

  std::int64_t count_;
  Random random_;
  int half_bits_ = 1;
};

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
  constexpr std::int64_t unseen = std::int64_t{1} << 49;  // numbers that no training draws
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

data::Table take_particles(const Snapshots& snapshots, bool is_last, std::optional<std::int64_t> count,
                           std::uint32_t seed) {
  const auto& frame = is_last ? snapshots.frames().back() : snapshots.frames().front();
  if (count && *count > frame.count)
    throw Error::input(
        fmt::format("{} particles are asked for, and the snapshot at t = {:g} has {} samples; expected no "
                    "more than that",
                    *count, frame.time, frame.count));
  auto table = empty_particles(snapshots.comm(), snapshots.dimensions(), count.value_or(frame.count));
  const Permutation permutation(frame.count, Random(seed, RandomPurpose::propagation_start));
  std::vector<std::int64_t> rows;
  for (std::int64_t n = 0; n < table.num_rows(); ++n) {
    const std::int64_t number = table.first_row() + n;
    rows.push_back(frame.first + (count ? permutation(number) : number));
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

}  // namespace tessera::learn::action
