#include "learn/action/transport_pairs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/random_order.hpp"
#include "base/region.hpp"
#include "math/assignment.hpp"
#include "math/transport.hpp"

namespace tessera::learn::action {

namespace {

constexpr double most_pairs = 5e7;

std::vector<std::int64_t> subset(const Snapshots::Frame& frame, std::size_t number, std::int64_t count,
                                 std::uint32_t seed) {
  const RandomOrder order(Random(seed, RandomPurpose::transport_subset), number, frame.count);
  std::vector<std::int64_t> rows;
  for (std::int64_t n = 0; n < count; ++n) rows.push_back(frame.first + order[n]);
  return rows;
}

}  // namespace

TransportPairs::TransportPairs(const Snapshots& snapshots, std::int64_t count, std::uint32_t seed) : count_(count) {
  const Region region("action/transport_pairs");
  const auto& frames = snapshots.frames();
  const auto& comm = snapshots.comm();
  for (const auto& frame : frames) count_ = std::min(count_, frame.count);
  const std::size_t intervals = frames.size() - 1, pair_numbers = 2 * static_cast<std::size_t>(count_);
  if (static_cast<double>(intervals) * static_cast<double>(count_) > most_pairs)
    throw Error::input(fmt::format("{} pairs in each of {} intervals are too many; expected fewer transport_samples",
                                   count_, intervals));
  rows_.assign(intervals * pair_numbers, 0);
  const auto ranks = static_cast<std::size_t>(comm.size()), rank = static_cast<std::size_t>(comm.rank());
  for (std::size_t first = 0; first < intervals; first += ranks) {
    const std::size_t mine = first + rank;
    const bool has_one = mine < intervals;
    std::vector<std::int64_t> low, high;
    if (has_one) {
      low = subset(frames[mine], mine, count_, seed);
      high = subset(frames[mine + 1], mine + 1, count_, seed);
    }
    const auto from = snapshots.gather(low), to = snapshots.gather(high);
    agree(comm, [&] {
      if (!has_one) return;
      const math::Cloud x{snapshots.dimensions(), from.position, {}}, y{snapshots.dimensions(), to.position, {}};
      const auto row_of = math::assignment(math::pair_costs(x, y, math::GroundCost::squared_distance));
      for (std::size_t n = 0; n < row_of.size(); ++n) {
        rows_[mine * pair_numbers + 2 * n] = low[static_cast<std::size_t>(row_of[n])];
        rows_[mine * pair_numbers + 2 * n + 1] = high[n];
      }
    });
  }
  comm.all_reduce(rows_.data(), static_cast<int>(rows_.size()), Op::sum);
}

std::pair<std::int64_t, std::int64_t> TransportPairs::pick(std::size_t interval, double u) const {
  const auto pair = std::min(count_ - 1, static_cast<std::int64_t>(u * static_cast<double>(count_)));
  const std::size_t place = 2 * (interval * static_cast<std::size_t>(count_) + static_cast<std::size_t>(pair));
  return {rows_[place], rows_[place + 1]};
}

}  // namespace tessera::learn::action
