#include "learn/trajcast/edges.hpp"

#include <fmt/core.h>

#include <limits>

#include "base/error.hpp"
#include "base/region.hpp"

namespace tessera::learn::trajcast {

namespace {

/// How many edges each sender has, as offsets: entry j + 1 will be where those of j end.
void count_senders(const Edges& edges) {
  const auto begin = edges.sender_begin, sender = edges.sender;
  Kokkos::deep_copy(begin, 0);
  Kokkos::parallel_for(
      "trajcast/count_senders", Range(0, edges.num_edges),
      KOKKOS_LAMBDA(int e) { Kokkos::atomic_fetch_add(&begin(sender(e) + 1), 1); });
  Kokkos::parallel_scan(
      "trajcast/sender_offsets", Range(0, edges.num_rows + 1), KOKKOS_LAMBDA(int j, int& sum, bool final) {
        sum += begin(j);
        if (final) begin(j) = sum;
      });
}

/// In any order.
void list_by_sender(const Edges& edges) {
  const auto begin = edges.sender_begin, sender = edges.sender, list = edges.by_sender;
  const auto cursor = make_uninitialized<Array1<int>>("cursor", begin.extent(0));
  Kokkos::deep_copy(cursor, begin);
  Kokkos::parallel_for(
      "trajcast/list_by_sender", Range(0, edges.num_edges),
      KOKKOS_LAMBDA(int e) { list(Kokkos::atomic_fetch_add(&cursor(sender(e)), 1)) = e; });
}

void sort_lists(const Edges& edges, const Array1<std::int64_t>& id) {
  const auto begin = edges.sender_begin, receiver = edges.receiver, list = edges.by_sender;
  Kokkos::parallel_for(
      "trajcast/sort_by_sender", Range(0, edges.num_rows), KOKKOS_LAMBDA(int j) {
        for (int n = begin(j) + 1; n < begin(j + 1); ++n) {
          const int edge = list(n);
          const std::int64_t key = id(receiver(edge));
          int m = n;
          for (; m > begin(j); --m) {
            const std::int64_t other = id(receiver(list(m - 1)));
            if (other < key || (other == key && list(m - 1) < edge)) break;
            list(m) = list(m - 1);
          }
          list(m) = edge;
        }
      });
}

}  // namespace

void make_room(Edges& edges, std::int64_t num_edges) {
  if (num_edges > std::numeric_limits<int>::max())
    throw Error::input(
        fmt::format("this rank's graph has {} edges; at most {} are possible: use more ranks or a "
                    "shorter cutoff",
                    num_edges, std::numeric_limits<int>::max()));
  edges.num_edges = static_cast<int>(num_edges);
  const auto count = static_cast<std::size_t>(num_edges);
  if (edges.sender.extent(0) < count) {
    const std::size_t room = count + count / 16;
    edges.receiver = edges.sender = edges.by_sender = {};
    edges.vector = {};
    edges.receiver = make_uninitialized<Array1<int>>("receiver", room);
    edges.sender = make_uninitialized<Array1<int>>("sender", room);
    edges.by_sender = make_uninitialized<Array1<int>>("edges by sender", room);
    edges.vector = make_uninitialized<Array2<double>>("edge vector", room, 3);
  }
  const auto receivers = static_cast<std::size_t>(edges.num_receivers) + 1;
  if (edges.begin.extent(0) != receivers) edges.begin = Array1<int>("edges begin", receivers);
  const auto senders = static_cast<std::size_t>(edges.num_rows) + 1;
  if (edges.sender_begin.extent(0) != senders) edges.sender_begin = Array1<int>("sender begin", senders);
}

void sort_by_sender(Edges& edges, const Array1<std::int64_t>& id) {
  const Region region("trajcast/sort_by_sender");
  count_senders(edges);
  list_by_sender(edges);
  sort_lists(edges, id);
}

HostEdges to_host(const Edges& edges) {
  HostEdges host;
  const auto begin = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), edges.begin),
             sender = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), edges.sender);
  const auto vector = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), edges.vector);
  host.first_edge.resize(static_cast<std::size_t>(edges.num_receivers) + 1);
  for (std::size_t i = 0; i < host.first_edge.size(); ++i) host.first_edge[i] = begin(i);
  const auto count = static_cast<std::size_t>(edges.num_edges);
  host.sender.assign(sender.data(), sender.data() + count);
  host.vector.resize(3 * count);
  for (std::size_t e = 0; e < count; ++e)
    for (std::size_t c = 0; c < 3; ++c) host.vector[3 * e + c] = vector(e, c);
  return host;
}

Edges to_device(const HostEdges& host) {
  Edges edges;
  edges.num_receivers = edges.num_rows = host.num_receivers();
  make_room(edges, host.num_edges());
  const auto begin = Kokkos::create_mirror_view(edges.begin), receiver = Kokkos::create_mirror_view(edges.receiver),
             sender = Kokkos::create_mirror_view(edges.sender);
  const auto vector = Kokkos::create_mirror_view(edges.vector);
  for (std::size_t i = 0; i < host.first_edge.size(); ++i) begin(i) = static_cast<int>(host.first_edge[i]);
  for (int i = 0; i < edges.num_receivers; ++i)
    for (int e = begin(i); e < begin(i + 1); ++e) receiver(e) = i;
  for (std::size_t e = 0; e < host.sender.size(); ++e) {
    sender(e) = host.sender[e];
    for (std::size_t c = 0; c < 3; ++c) vector(e, c) = host.vector[3 * e + c];
  }
  Kokkos::deep_copy(edges.begin, begin);
  Kokkos::deep_copy(edges.receiver, receiver);
  Kokkos::deep_copy(edges.sender, sender);
  Kokkos::deep_copy(edges.vector, vector);
  const Array1<std::int64_t> id("id", static_cast<std::size_t>(edges.num_rows));
  Kokkos::parallel_for(
      "trajcast/ids", Range(0, edges.num_rows), KOKKOS_LAMBDA(int i) { id(i) = i; });
  sort_by_sender(edges, id);
  return edges;
}

void append(HostEdges& edges, const HostEdges& more) {
  const std::int64_t first = edges.num_edges();
  const int row = edges.num_receivers();
  for (std::size_t i = 1; i < more.first_edge.size(); ++i) edges.first_edge.push_back(first + more.first_edge[i]);
  for (const int sender : more.sender) edges.sender.push_back(row + sender);
  edges.vector.insert(edges.vector.end(), more.vector.begin(), more.vector.end());
}

}  // namespace tessera::learn::trajcast
