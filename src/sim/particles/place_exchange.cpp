#include "sim/particles/place_exchange.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/region.hpp"

namespace tessera::sim::particles {

namespace {

template <class Result>
void scatter(const Array2<double>& rows, const Array1<std::int64_t>& place, const Result& result, int components) {
  Kokkos::parallel_for(
      "particles/to_places", Range(0, static_cast<int>(place.extent(0))), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < components; ++c) result(place(row), c) = rows(row, c);
      });
}

void gather(const data::RowArray<double>& values, const Array1<std::int64_t>& place, const Array2<double>& rows,
            int components) {
  Kokkos::parallel_for(
      "particles/from_places", Range(0, static_cast<int>(place.extent(0))), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < components; ++c) rows(row, c) += values(place(row), c);
      });
}

void add_all(const Array2<double>& found, const Array2<double>& rows, int components) {
  Kokkos::parallel_for(
      "particles/add_found", Range(0, static_cast<int>(found.extent(0))), KOKKOS_LAMBDA(int row) {
        for (int c = 0; c < components; ++c) rows(row, c) += found(row, c);
      });
}

template <class View>
auto to_host(const View& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

Comm::Message message(int rank, const std::vector<double>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(double));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return {rank, std::move(bytes)};
}

std::vector<double> numbers_of(const Comm::Message& message) {
  std::vector<double> values(message.second.size() / sizeof(double));
  std::memcpy(values.data(), message.second.data(), message.second.size());
  return values;
}

}  // namespace

void PlaceExchange::set_places(const Array1<std::int64_t>& place, const std::vector<std::int64_t>& begin) {
  place_ = place;
  begin_ = begin;
  if (comm_.size() == 1) return;
  sent_.resize(static_cast<std::size_t>(comm_.size()));
  for (auto& rows : sent_) rows.clear();
  const auto places = to_host(place);
  for (std::size_t row = 0; row < places.extent(0); ++row) {
    const auto owner = std::upper_bound(begin_.begin() + 1, begin_.end() - 1, places(row)) - begin_.begin() - 1;
    sent_[static_cast<std::size_t>(owner)].push_back(static_cast<int>(row));
  }
}

template <class Result>
void PlaceExchange::to_places(const Array2<double>& rows, int components, Result& result) {
  const Region region("particles/to_places");
  const auto width = static_cast<std::size_t>(components);
  if (result.extent(0) < static_cast<std::size_t>(num_places()) || result.extent(1) != width)
    result = make_uninitialized<Result>("particles/places", static_cast<std::size_t>(num_places()), width);
  if (comm_.size() == 1) return scatter(rows, place_, result, components);
  const auto places = to_host(place_);
  const auto values = to_host(rows);
  std::vector<Comm::Message> messages;
  for (std::size_t rank = 0; rank < sent_.size(); ++rank) {
    if (sent_[rank].empty()) continue;
    std::vector<double> content;
    for (const int row : sent_[rank]) {
      content.push_back(static_cast<double>(places(row)));  // exact below 2^53
      for (std::size_t c = 0; c < width; ++c) content.push_back(values(row, c));
    }
    messages.push_back(message(static_cast<int>(rank), content));
  }
  const auto target = Kokkos::create_mirror_view(result);
  arrived_.clear();
  for (const auto& arrival : comm_.sparse_exchange(messages)) {
    const auto content = numbers_of(arrival);
    auto& found = arrived_.emplace_back(arrival.first, std::vector<std::int64_t>{}).second;
    for (std::size_t n = 0; n < content.size(); n += width + 1) {
      found.push_back(static_cast<std::int64_t>(content[n]) - begin_[me()]);
      for (std::size_t c = 0; c < width; ++c) target(found.back(), c) = content[n + 1 + c];
    }
  }
  Kokkos::deep_copy(result, target);
}

template void PlaceExchange::to_places(const Array2<double>&, int, Array2<double>&);
template void PlaceExchange::to_places(const Array2<double>&, int, data::RowArray<double>&);

void PlaceExchange::add_to_rows(const data::RowArray<double>& values, const Array2<double>& rows,
                                int components) const {
  const Region region("particles/from_places");
  if (comm_.size() == 1) return gather(values, place_, rows, components);
  const auto width = static_cast<std::size_t>(components);
  const auto source = to_host(values);
  std::vector<Comm::Message> messages;
  for (const auto& [rank, places] : arrived_) {
    std::vector<double> content;
    for (const auto place : places)
      for (std::size_t c = 0; c < width; ++c) content.push_back(source(place, c));
    messages.push_back(message(rank, content));
  }
  const auto found = make_uninitialized<Array2<double>>("particles/found", place_.extent(0), width);
  const auto target = Kokkos::create_mirror_view(found);
  for (const auto& arrival : comm_.sparse_exchange(messages)) {
    const auto content = numbers_of(arrival);
    const auto& to = sent_[static_cast<std::size_t>(arrival.first)];
    for (std::size_t n = 0; n < to.size(); ++n)
      for (std::size_t c = 0; c < width; ++c) target(to[n], c) = content[n * width + c];
  }
  Kokkos::deep_copy(found, target);
  add_all(found, rows, components);
}

}  // namespace tessera::sim::particles
