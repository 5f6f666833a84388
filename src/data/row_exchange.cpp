#include "data/row_exchange.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace tessera::data {

namespace {

constexpr int tag = 31900;

using Spans = std::array<RowSpan, RowExchange::max_spans>;

Spans to_array(const std::vector<RowSpan>& spans) {
  if (spans.size() > RowExchange::max_spans) throw Error::internal("rows in more spans than can be exchanged");
  Spans result{};
  std::copy(spans.begin(), spans.end(), result.begin());
  return result;
}

struct Common {
  std::int64_t in_from, in_to, count;  ///< places of the first row
};

/// Rows that both have, in an order that depends on nothing else.
std::vector<Common> common_rows(const Spans& from, const Spans& to) {
  std::vector<Common> result;
  std::int64_t place_from = 0;
  for (const auto& a : from) {
    std::int64_t place_to = 0;
    for (const auto& b : to) {
      const std::int64_t first = std::max(a.first, b.first), last = std::min(a.first + a.count, b.first + b.count);
      if (first < last) result.push_back({place_from + first - a.first, place_to + first - b.first, last - first});
      place_to += b.count;
    }
    place_from += a.count;
  }
  return result;
}

}  // namespace

RowExchange::RowExchange(const Comm& comm, const std::vector<RowSpan>& from, const std::vector<RowSpan>& to)
    : comm_(comm), messages_(tag) {
  const Spans mine_from = to_array(from), mine_to = to_array(to);
  const auto all_from = comm.all_gather(mine_from), all_to = comm.all_gather(mine_to);
  Peer next{0, 0, 0, 0, 0};
  for (int rank = 0; rank < comm.size(); ++rank) {
    next.rank = rank;
    next.send_count = next.receive_count = 0;
    for (const auto& rows : common_rows(mine_from, all_to[static_cast<std::size_t>(rank)])) {
      sent_.push_back({rows.in_from, rows.count});
      next.send_count += static_cast<int>(rows.count);
    }
    for (const auto& rows : common_rows(all_from[static_cast<std::size_t>(rank)], mine_to)) {
      received_.push_back({rows.in_to, rows.count});
      next.receive_count += static_cast<int>(rows.count);
    }
    if (next.send_count + next.receive_count > 0) peers_.push_back(next);
    next.send_begin += next.send_count;
    next.receive_begin += next.receive_count;
  }
}

void RowExchange::move(std::span<const double> source, std::span<double> target, int length, bool backwards) {
  const auto rows_of = [](const std::vector<Piece>& pieces) {
    std::int64_t rows = 0;
    for (const auto& piece : pieces) rows += piece.count;
    return rows;
  };
  const auto& taken = backwards ? received_ : sent_;
  const auto& given = backwards ? sent_ : received_;
  const auto width = static_cast<std::size_t>(length);
  const auto outgoing = messages_.send_buffer<double>(static_cast<std::size_t>(rows_of(taken)) * width);
  const auto incoming = messages_.receive_buffer<double>(static_cast<std::size_t>(rows_of(given)) * width);
  using Plain = Kokkos::View<double*, Kokkos::HostSpace>;
  const auto pack = Kokkos::create_mirror_view(Kokkos::HostSpace(), outgoing);
  double* at = pack.data();
  for (const auto& piece : taken)
    at = std::copy_n(source.data() + static_cast<std::size_t>(piece.place) * width,
                     static_cast<std::size_t>(piece.count) * width, at);
  Kokkos::deep_copy(outgoing, pack);
  messages_.start(comm_, peers_, outgoing, incoming, length, backwards);
  messages_.wait();
  const Plain arrived = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), incoming);
  const double* next = arrived.data();
  for (const auto& piece : given) {
    const auto count = static_cast<std::size_t>(piece.count) * width;
    std::copy_n(next, count, target.data() + static_cast<std::size_t>(piece.place) * width);
    next += count;
  }
}

}  // namespace tessera::data
