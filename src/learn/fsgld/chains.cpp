#include "learn/fsgld/chains.hpp"

#include <cstring>

#include "base/error.hpp"

namespace tessera::learn::fsgld {

namespace {

using Places = Array1<std::int64_t>;

/// to(row of `to_rows`, k) = from(row of `from_rows`, k), where no row that is read is written.
void copy_rows(const data::RowArray<double>& from, const Places& from_rows, const data::RowArray<double>& to,
               const Places& to_rows) {
  const auto width = static_cast<std::int64_t>(from.extent(1));
  const auto total = static_cast<std::int64_t>(from_rows.extent(0)) * width;
  Kokkos::parallel_for(
      "fsgld copy states", Range(0, total), KOKKOS_LAMBDA(const std::int64_t n) {
        const std::int64_t row = n / width, k = n % width;
        to(to_rows(row), k) = from(from_rows(row), k);
      });
}

}  // namespace

Chains::Chains(const std::vector<std::int64_t>& widths) : widths_(widths) {
  for (std::size_t n = 0; n < widths.size(); ++n) states_.emplace_back("chains");
}

data::RowArray<double> Chains::state(std::size_t n) const {
  return states_[n].rows(labels_.size(), static_cast<std::size_t>(widths_[n]));
}

std::int64_t Chains::bytes_of_chain() const {
  std::int64_t numbers = 0;
  for (const auto width : widths_) numbers += width;
  return static_cast<std::int64_t>(sizeof(ChainLabel)) + 8 * numbers;
}

void Chains::add(const std::vector<ChainLabel>& labels) {
  const std::int64_t first = count();
  labels_.insert(labels_.end(), labels.begin(), labels.end());
  for (std::size_t n = 0; n < widths_.size(); ++n)
    data::set_rows(state(n), first, std::vector<double>(labels.size() * static_cast<std::size_t>(widths_[n]), 0.0));
}

/// A packet is one chain behind the other: its label, then its states.
std::vector<std::byte> Chains::take(const std::vector<std::int64_t>& rows) {
  const std::size_t leaving = rows.size(), staying = labels_.size() - leaving;
  const auto each = static_cast<std::size_t>(bytes_of_chain());
  std::vector<std::byte> packet(leaving * each);
  std::vector<std::int64_t> order;
  for (std::size_t n = 0; n < leaving; ++n) {
    std::memcpy(packet.data() + n * each, &labels_[static_cast<std::size_t>(rows[n])], sizeof(ChainLabel));
    order.push_back(static_cast<std::int64_t>(n));
  }
  // The last ones that stay take the places of those before them that leave.
  std::vector<bool> leaves(labels_.size(), false);
  for (const auto row : rows) leaves[static_cast<std::size_t>(row)] = true;
  std::vector<std::int64_t> from, to;
  std::size_t last = labels_.size();
  for (const auto row : rows) {
    if (row >= static_cast<std::int64_t>(staying)) break;
    do --last;
    while (leaves[last]);
    from.push_back(static_cast<std::int64_t>(last));
    to.push_back(row);
  }
  const Places gone = device_copy("gone", rows), in_order = device_copy("in order", order);
  const Places moved = device_copy("moved", from), moved_to = device_copy("moved to", to);
  std::size_t offset = sizeof(ChainLabel);
  for (std::size_t s = 0; s < widths_.size(); ++s) {
    const auto width = static_cast<std::size_t>(widths_[s]);
    if (width == 0) continue;
    const auto all = state(s);
    const data::RowArray<double> packed("packed chains", leaving, width);
    copy_rows(all, gone, packed, in_order);
    copy_rows(all, moved, all, moved_to);
    const auto numbers = data::host_copy(packed, 0, static_cast<std::int64_t>(leaving));
    for (std::size_t n = 0; n < leaving; ++n)
      std::memcpy(packet.data() + n * each + offset, numbers.data() + n * width, width * sizeof(double));
    offset += width * sizeof(double);
  }
  for (std::size_t n = 0; n < from.size(); ++n)
    labels_[static_cast<std::size_t>(to[n])] = labels_[static_cast<std::size_t>(from[n])];
  labels_.resize(staying);
  return packet;
}

void Chains::put(const std::vector<std::byte>& packet) {
  const auto each = static_cast<std::size_t>(bytes_of_chain());
  if (packet.size() % each != 0) throw Error::internal("a packet that is no whole number of chains");
  const std::size_t coming = packet.size() / each, first = labels_.size();
  labels_.resize(first + coming);
  for (std::size_t n = 0; n < coming; ++n)
    std::memcpy(&labels_[first + n], packet.data() + n * each, sizeof(ChainLabel));
  std::size_t offset = sizeof(ChainLabel);
  for (std::size_t s = 0; s < widths_.size(); ++s) {
    const auto width = static_cast<std::size_t>(widths_[s]);
    std::vector<double> numbers(coming * width);
    for (std::size_t n = 0; n < coming && width > 0; ++n)
      std::memcpy(numbers.data() + n * width, packet.data() + n * each + offset, width * sizeof(double));
    data::set_rows(state(s), static_cast<std::int64_t>(first), numbers);
    offset += width * sizeof(double);
  }
}

}  // namespace tessera::learn::fsgld
