#include "learn/client_data/client_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>

#include "base/error.hpp"

namespace tessera::learn::client_data {

namespace {

void sort_and_merge(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

std::vector<std::byte> bytes_of(const std::vector<double>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(double));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::vector<double> received(const std::vector<Comm::Message>& messages) {
  std::vector<double> values;
  for (const auto& [rank, bytes] : messages) {
    const std::size_t before = values.size();
    values.resize(before + bytes.size() / sizeof(double));
    if (!bytes.empty()) std::memcpy(values.data() + before, bytes.data(), bytes.size());
  }
  return values;
}

}  // namespace

std::int64_t count_rows(const Comm& comm, const ClientRows& rows, bool held_out) {
  const std::int64_t here = std::count_if(rows.client.begin(), rows.client.end(), [&](std::int64_t client) {
    return held_out ? client == ClientRows::held_out : client >= 0;
  });
  return comm.all_reduce(here, Op::sum);
}

std::vector<std::string> numbered_names(std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t n = 1; n <= count; ++n) names.push_back(fmt::format("x{}", n));
  return names;
}

std::vector<double> different_values(const Comm& comm, std::vector<double> values, std::size_t limit) {
  for (double& value : values) value += 0.0;  // one zero, not two
  sort_and_merge(values);
  if (values.size() > limit + 1) values.resize(limit + 1);
  // Each value to a rank of its own, that counts it once; then all of them to all.
  std::map<int, std::vector<double>> chosen;
  for (const double value : values) {
    const std::uint64_t mixed = std::bit_cast<std::uint64_t>(value) * 0x9e3779b97f4a7c15ULL;
    chosen[static_cast<int>((mixed >> 32) % static_cast<std::uint64_t>(comm.size()))].push_back(value);
  }
  std::vector<Comm::Message> outgoing;
  for (const auto& [rank, some] : chosen) outgoing.emplace_back(rank, bytes_of(some));
  std::vector<double> mine = received(comm.sparse_exchange(outgoing));
  sort_and_merge(mine);
  if (mine.size() > limit + 1) mine.resize(limit + 1);
  outgoing.clear();
  for (int rank = 0; rank < comm.size() && !mine.empty(); ++rank) outgoing.emplace_back(rank, bytes_of(mine));
  std::vector<double> all = received(comm.sparse_exchange(outgoing));
  sort_and_merge(all);
  if (all.size() > limit + 1) all.resize(limit + 1);
  return all;
}

void number_classes(const Comm& comm, ClientRows& rows, const std::string& where) {
  const auto labels = different_values(comm, rows.y, max_classes);
  if (labels.size() > max_classes)
    throw Error::input(fmt::format("{}: more than {} different responses; are these classes?", where, max_classes));
  if (labels.size() < 2) throw Error::input(fmt::format("{}: all rows are of one class; expected two or more", where));
  for (double& y : rows.y)
    y = static_cast<double>(std::lower_bound(labels.begin(), labels.end(), y + 0.0) - labels.begin());
  rows.num_classes = static_cast<std::int64_t>(labels.size());
}

}  // namespace tessera::learn::client_data
