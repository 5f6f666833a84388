#include "graphs.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/random.hpp"
#include "catch.hpp"
#include "data/neighbourhood.hpp"
#include "data/tiling.hpp"
#include "learn/trajcast/box_edges.hpp"
#include "learn/trajcast/domain_edges.hpp"
#include "stored.hpp"

namespace tessera::test {

using data::Box;
using data::Vec3;

namespace {

template <class View>
auto to_host(const View& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
}

/// Rows shared out unevenly: the last rank brings none.
data::Particles share(const GraphCase& graph) {
  data::Particles particles(comm());
  data::add_standard_columns(particles);
  const int shares = std::max(1, comm().size() - 1), rank = comm().rank();
  std::vector<int> mine;
  for (int i = 0; i < graph.size(); ++i)
    if (i % shares == rank) mine.push_back(i);
  particles.resize_owned(static_cast<int>(mine.size()));
  const auto position = particles.get<double>("position");
  const auto id = particles.get<std::int64_t>("id");
  const auto host_position = Kokkos::create_mirror_view(position);
  const auto host_id = Kokkos::create_mirror_view(id);
  for (std::size_t n = 0; n < mine.size(); ++n) {
    host_id(n, 0) = mine[n] + 1;
    for (std::size_t c = 0; c < 3; ++c)
      host_position(n, c) = graph.positions[3 * static_cast<std::size_t>(mine[n]) + c];
  }
  Kokkos::deep_copy(position, host_position);
  Kokkos::deep_copy(id, host_id);
  return particles;
}

std::vector<EdgeRow> all_of(const std::vector<EdgeRow>& here) {
  std::vector<Comm::Message> outgoing;
  const auto* begin = reinterpret_cast<const std::byte*>(here.data());
  for (int rank = 0; rank < comm().size(); ++rank)
    outgoing.emplace_back(rank, std::vector<std::byte>(begin, begin + here.size() * sizeof(EdgeRow)));
  std::vector<EdgeRow> all;
  for (const auto& [rank, content] : comm().sparse_exchange(outgoing)) {
    const std::size_t old = all.size();
    all.resize(old + content.size() / sizeof(EdgeRow));
    if (!content.empty()) std::memcpy(all.data() + old, content.data(), content.size());
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// Rows travel to ghosts, and sums of what ghosts were given travel back.
template <class T>
bool exchanges_rows(const learn::trajcast::DomainEdges& graph) {
  const auto rows = static_cast<std::size_t>(graph.num_rows());
  const auto owned = static_cast<std::size_t>(graph.ghosts().num_owned());
  const data::RowArray<T> values("values", rows, 5);
  const auto host = Kokkos::create_mirror_view(values);
  const auto id = to_host(graph.id());
  for (std::size_t i = 0; i < owned; ++i)
    for (std::size_t c = 0; c < 5; ++c) host(i, c) = static_cast<T>(static_cast<std::size_t>(id(i)) + 100 * c);
  Kokkos::deep_copy(values, host);
  graph.ghosts().fill(values);
  Kokkos::deep_copy(host, values);
  bool is_right = true;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t c = 0; c < 5; ++c)
      is_right = is_right && host(i, c) == static_cast<T>(static_cast<std::size_t>(id(i)) + 100 * c);
  Kokkos::deep_copy(values, T(1));
  graph.ghosts().add_back(values);
  Kokkos::deep_copy(host, values);
  double added = 0.0;
  for (std::size_t i = 0; i < owned; ++i) added += static_cast<double>(host(i, 4)) - 1.0;
  return is_right && comm().all_reduce(added, Op::sum) ==
                         comm().all_reduce(static_cast<double>(graph.ghosts().num_ghosts()), Op::sum);
}

/// Bit by bit those of the whole configuration, wrapped.
bool has_same_vectors(const GraphCase& graph, const learn::trajcast::Edges& edges,
                      const std::vector<std::int64_t>& ids) {
  auto places = graph.positions;
  for (std::size_t i = 0; i < places.size(); i += 3) {
    Vec3 x{places[i], places[i + 1], places[i + 2]};
    graph.box.wrap(x);
    for (int c = 0; c < 3; ++c) places[i + static_cast<std::size_t>(c)] = x[c];
  }
  const auto whole = learn::trajcast::find_edges(graph.box, places.data(), graph.size(), graph.cutoff);
  const auto here = learn::trajcast::to_host(edges);
  for (std::size_t i = 0; i < static_cast<std::size_t>(edges.num_receivers); ++i) {
    const auto other = static_cast<std::size_t>(ids[i]) - 1;
    const auto count = here.first_edge[i + 1] - here.first_edge[i];
    if (count != whole.first_edge[other + 1] - whole.first_edge[other]) return false;
    const auto one = here.vector.begin() + 3 * here.first_edge[i],
               two = whole.vector.begin() + 3 * whole.first_edge[other];
    if (!std::equal(one, one + 3 * count, two)) return false;
  }
  return true;
}

}  // namespace

GraphCase stored_graph(const std::string& name) {
  const std::string path = data_path("trajcast/graphs.h5");
  const auto cell = read_stored(path, name + "/cell"), numbers = read_stored(path, name + "/numbers");
  double vectors[3][3];
  for (std::size_t n = 0; n < 9; ++n) vectors[n / 3][n % 3] = cell.numbers[n];
  return {name, Box::triclinic({0, 0, 0}, vectors), read_stored(path, name + "/positions").numbers, numbers.numbers[0]};
}

GraphCase gas_graph(int count, const Box& box, double cutoff) {
  GraphCase graph{"gas", box, {}, cutoff};
  const Random random(7, RandomPurpose::test);
  for (int i = 0; i < count; ++i) {
    const auto key = static_cast<std::uint64_t>(i);
    const auto one = random.uniform(key, 0, 0), two = random.uniform(key, 0, 1);
    Vec3 s{one.first, one.second, two.first};
    for (int d = 0; d < 3; ++d)
      if (two.second < 0.3) s[d] += box.is_periodic[d] ? 2.0 * (i % 3) - 1.0 : 0.5;
    const Vec3 x = box.to_cartesian(s);
    for (int c = 0; c < 3; ++c) graph.positions.push_back(x[c]);
  }
  return graph;
}

std::vector<EdgeRow> stored_edges(const std::string& name) {
  const auto stored = read_stored(data_path("trajcast/graphs.h5"), name + "/edges");
  std::vector<EdgeRow> rows(static_cast<std::size_t>(stored.rows));
  for (std::size_t n = 0; n < stored.numbers.size(); ++n) rows[n / 5][n % 5] = static_cast<int>(stored.numbers[n]);
  return rows;
}

EdgeRow edge_row(const GraphCase& graph, int receiver, int sender, const double (&vector)[3]) {
  EdgeRow row{receiver, sender, 0, 0, 0};
  for (std::size_t d = 0; d < 3; ++d) {
    double cells = 0.0;
    for (int c = 0; c < 3; ++c)
      cells += (vector[c] - graph.positions[static_cast<std::size_t>(3 * sender + c)] +
                graph.positions[static_cast<std::size_t>(3 * receiver + c)]) *
               graph.box.inverse[c][d];
    if (std::abs(cells - std::round(cells)) > 1e-10) row[0] = -1;  // no image at all
    row[2 + d] = static_cast<int>(std::lround(cells));
  }
  return row;
}

std::vector<EdgeRow> brute_force_edges(const GraphCase& graph) {
  std::vector<EdgeRow> rows;
  int reach[3];
  for (int d = 0; d < 3; ++d)  // positions may lie some cells outside the box
    reach[d] = graph.box.is_periodic[d] ? static_cast<int>(std::ceil(graph.cutoff / graph.box.height(d))) + 4 : 0;
  const auto at = [&](int i, int c) { return graph.positions[static_cast<std::size_t>(3 * i + c)]; };
  for (int i = 0; i < graph.size(); ++i)
    for (int j = 0; j < graph.size(); ++j)
      for (int x = -reach[0]; x <= reach[0]; ++x)
        for (int y = -reach[1]; y <= reach[1]; ++y)
          for (int z = -reach[2]; z <= reach[2]; ++z) {
            if (i == j && x == 0 && y == 0 && z == 0) continue;
            const Vec3 shift = graph.box.shift({x, y, z});
            double r2 = 0.0;
            for (int c = 0; c < 3; ++c) r2 += std::pow(at(j, c) + shift[c] - at(i, c), 2);
            if (r2 < graph.cutoff * graph.cutoff) rows.push_back({i, j, x, y, z});
          }
  return rows;
}

bool has_right_senders(const learn::trajcast::Edges& edges, const std::vector<std::int64_t>& id) {
  const auto begin = to_host(edges.sender_begin), list = to_host(edges.by_sender), sender = to_host(edges.sender),
             receiver = to_host(edges.receiver);
  if (begin(0) != 0 || begin(static_cast<std::size_t>(edges.num_rows)) != edges.num_edges) return false;
  std::vector<int> seen(static_cast<std::size_t>(edges.num_edges), 0);
  for (int j = 0; j < edges.num_rows; ++j)
    for (int n = begin(j); n < begin(j + 1); ++n) {
      if (sender(list(n)) != j || ++seen[static_cast<std::size_t>(list(n))] != 1) return false;
      if (n == begin(j)) continue;
      const auto one = id[static_cast<std::size_t>(receiver(list(n - 1)))],
                 two = id[static_cast<std::size_t>(receiver(list(n)))];
      if (one > two || (one == two && list(n - 1) >= list(n))) return false;
    }
  return true;
}

DomainResult domain_edges(const GraphCase& graph, double skin) {
  auto particles = share(graph);
  const data::Tiling tiling(comm(), graph.box);
  data::migrate(tiling, particles);
  data::Neighbourhood neighbourhood;
  neighbourhood.build(tiling, particles, graph.cutoff + skin, data::PairCount::full);
  learn::trajcast::DomainEdges found;
  found.plan(tiling, particles, neighbourhood);
  found.find(particles, neighbourhood, graph.cutoff);
  found.find(particles, neighbourhood, graph.cutoff);  // again, as in every step

  const auto& edges = found.edges();
  DomainResult result;
  result.num_rows = found.num_rows();
  result.num_owned = particles.num_owned();
  result.num_copies = particles.num_halo();
  const auto id = to_host(found.id());
  const auto begin = to_host(edges.begin), receiver = to_host(edges.receiver), sender = to_host(edges.sender);
  const auto vector = to_host(edges.vector);
  result.is_consistent = begin(static_cast<std::size_t>(edges.num_receivers)) == edges.num_edges;
  std::vector<EdgeRow> here;
  for (int i = 0; i < edges.num_receivers; ++i)
    for (int e = begin(i); e < begin(i + 1); ++e) {
      result.is_consistent = result.is_consistent && receiver(e) == i;
      const double r[3] = {vector(e, 0), vector(e, 1), vector(e, 2)};
      here.push_back(edge_row(graph, static_cast<int>(id(i)) - 1, static_cast<int>(id(sender(e))) - 1, r));
    }
  // Within a receiver in the order of senders and images, whatever the tiles.
  for (std::size_t n = 1; n < here.size(); ++n)
    if (here[n - 1][0] == here[n][0] && !(here[n - 1] < here[n])) result.is_consistent = false;
  std::vector<std::int64_t> ids;
  for (int i = 0; i < edges.num_rows; ++i) ids.push_back(id(i));
  result.is_consistent = result.is_consistent && has_right_senders(edges, ids);
  result.ghosts_arrive = exchanges_rows<double>(found) && exchanges_rows<float>(found);
  result.has_same_vectors = has_same_vectors(graph, edges, ids);
  result.edges = all_of(here);
  return result;
}

}  // namespace tessera::test
