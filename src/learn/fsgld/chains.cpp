#include "learn/fsgld/chains.hpp"

#include <map>
#include <utility>

#include "base/region.hpp"

namespace tessera::learn::fsgld {

namespace {

constexpr int travel_tag = 31910;

/// Rows of an array, and where each goes in another one.
class RowMap {
 public:
  void add(std::int64_t from, std::int64_t to) {
    pairs_.push_back(from);
    pairs_.push_back(to);
  }
  std::size_t count() const { return pairs_.size() / 2; }
  /// to(row, to_column + k) = from(row, from_column + k) for k < width.
  void copy(const data::RowArray<double>& from, std::int64_t from_column, const data::RowArray<double>& to,
            std::int64_t to_column, std::int64_t width) const {
    const auto total = static_cast<std::int64_t>(count());
    if (total == 0 || width == 0) return;
    const data::RowArray<std::int64_t> places("places", count(), 2);
    data::set_rows(places, 0, pairs_);
    Kokkos::parallel_for(
        "fsgld copy states", Range(0, total * width), KOKKOS_LAMBDA(const std::int64_t n) {
          const std::int64_t row = n / width, k = n % width;
          to(places(row, 1), to_column + k) = from(places(row, 0), from_column + k);
        });
  }

 private:
  std::vector<std::int64_t> pairs_;
};

}  // namespace

Chains::Chains(const Comm& comm, const std::vector<std::int64_t>& widths, const std::vector<int>& place)
    : comm_(comm), place_(place), messages_(travel_tag) {
  for (std::size_t c = 0; c < place_.size(); ++c)
    if (place_[c] == comm_.rank()) ids_.push_back(static_cast<std::int64_t>(c));
  for (const auto width : widths)
    states_.push_back(data::RowArray<double>("chains", ids_.size(), static_cast<std::size_t>(width)));
}

void Chains::move(const std::vector<int>& place) {
  if (place == place_) return;
  const Region region("fsgld/travel");
  const int here = comm_.rank();
  struct Route {
    std::vector<std::int64_t> sent, received;  // rows: of those that were here, and that will be
  };
  std::map<int, Route> routes;
  std::vector<std::int64_t> ids;
  RowMap kept, packed, unpacked;
  std::int64_t row = 0;
  for (std::size_t c = 0; c < place.size(); ++c) {
    const bool was_here = place_[c] == here, will_be = place[c] == here;
    const auto new_row = static_cast<std::int64_t>(ids.size());
    if (was_here && will_be) kept.add(row, new_row);
    if (was_here && !will_be) routes[place[c]].sent.push_back(row);
    if (!was_here && will_be) routes[place_[c]].received.push_back(new_row);
    if (was_here) ++row;
    if (will_be) ids.push_back(static_cast<std::int64_t>(c));
  }
  std::vector<data::Peer> peers;
  for (const auto& [rank, route] : routes) {
    peers.push_back({rank, static_cast<int>(packed.count()), static_cast<int>(route.sent.size()),
                     static_cast<int>(unpacked.count()), static_cast<int>(route.received.size())});
    for (const auto source : route.sent) packed.add(source, static_cast<std::int64_t>(packed.count()));
    for (const auto target : route.received) unpacked.add(static_cast<std::int64_t>(unpacked.count()), target);
  }
  std::size_t width = 0;
  for (const auto& state : states_) width += state.extent(1);
  const data::RowArray<double> out(messages_.send_buffer<double>(packed.count() * width).data(), packed.count(), width);
  const data::RowArray<double> in(messages_.receive_buffer<double>(unpacked.count() * width).data(), unpacked.count(),
                                  width);
  const auto for_each_state = [&](const auto& copy) {
    std::int64_t column = 0;
    for (auto& state : states_) {
      copy(state, column);
      column += static_cast<std::int64_t>(state.extent(1));
    }
  };
  for_each_state([&](const data::RowArray<double>& state, std::int64_t column) {
    packed.copy(state, 0, out, column, static_cast<std::int64_t>(state.extent(1)));
  });
  Kokkos::fence();
  messages_.start(comm_, peers, Array1<double>(out.data(), out.size()), Array1<double>(in.data(), in.size()),
                  static_cast<int>(width), false);
  for_each_state([&](data::RowArray<double>& state, std::int64_t /*column*/) {
    const data::RowArray<double> next("chains", ids.size(), state.extent(1));
    kept.copy(state, 0, next, 0, static_cast<std::int64_t>(state.extent(1)));
    state = next;
  });
  messages_.wait();
  for_each_state([&](const data::RowArray<double>& state, std::int64_t column) {
    unpacked.copy(in, column, state, 0, static_cast<std::int64_t>(state.extent(1)));
  });
  ids_ = std::move(ids);
  place_ = place;
  num_moves_ += static_cast<std::int64_t>(packed.count());
  bytes_sent_ += static_cast<std::int64_t>(packed.count() * width * sizeof(double));
}

}  // namespace tessera::learn::fsgld
