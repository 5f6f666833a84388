// Graphs: all images within the cutoff, in one order on any number of ranks.
#include "learn/trajcast/box_edges.hpp"

#include "catch.hpp"
#include "graphs.hpp"

using namespace tessera;
using namespace tessera::test;
using learn::trajcast::HostEdges;

namespace {

data::Box tilted(double edge, std::array<bool, 3> periodic) {
  const double vectors[3][3] = {{edge, 0.0, 0.0}, {0.4 * edge, 1.1 * edge, 0.0}, {-0.3 * edge, 0.5 * edge, 0.9 * edge}};
  return data::Box::triclinic({0.3, -0.2, 1.0}, vectors, periodic);
}

std::vector<GraphCase> made_graphs() {
  return {gas_graph(40, tilted(3.0, {true, true, true}), 1.7),    gas_graph(3, tilted(1.0, {true, true, true}), 2.6),
          gas_graph(1, tilted(1.0, {true, true, true}), 2.1),     gas_graph(50, tilted(4.0, {true, false, true}), 1.3),
          gas_graph(30, tilted(2.0, {false, false, false}), 1.1), gas_graph(2, tilted(20.0, {true, true, true}), 1.0)};
}

std::vector<EdgeRow> rows_of(const GraphCase& graph, const HostEdges& edges) {
  std::vector<EdgeRow> rows;
  for (int i = 0; i < edges.num_receivers(); ++i)
    for (auto e = edges.first_edge[static_cast<std::size_t>(i)]; e < edges.first_edge[static_cast<std::size_t>(i) + 1];
         ++e) {
      const double* r = &edges.vector[3 * static_cast<std::size_t>(e)];
      rows.push_back(edge_row(graph, i, edges.sender[static_cast<std::size_t>(e)], {r[0], r[1], r[2]}));
    }
  return rows;
}

HostEdges found_in(const GraphCase& graph) {
  return learn::trajcast::find_edges(graph.box, graph.positions.data(), graph.size(), graph.cutoff);
}

}  // namespace

TEST_CASE("edges of a whole configuration are those of the library", "[trajcast]") {
  for (const char* name : {"quartz", "small_quartz"}) {
    INFO(name);
    const auto graph = stored_graph(name);
    const auto rows = rows_of(graph, found_in(graph));
    CHECK(rows == stored_edges(name));
    CHECK(brute_force_edges(graph) == rows);
  }
  const auto water = stored_graph("water");
  CHECK(found_in(water).num_edges() == 16312);
  CHECK(rows_of(water, found_in(water)) == brute_force_edges(water));
}

TEST_CASE("edges of a whole configuration are all there, in order, in boxes of all kinds", "[trajcast]") {
  for (const auto& graph : made_graphs()) {
    INFO(graph.size() << " particles, cutoff " << graph.cutoff);
    CHECK(rows_of(graph, found_in(graph)) == brute_force_edges(graph));
  }
}

TEST_CASE("a batch is the disjoint union of its configurations", "[trajcast]") {
  HostEdges all;
  int rows = 0;
  std::int64_t edges = 0;
  bool is_same = true;
  for (const auto& graph : made_graphs()) {
    const auto part = found_in(graph);
    append(all, part);
    append(all, learn::trajcast::find_edges(graph.box, nullptr, 0, 1.0));
    for (std::size_t e = 0; e < part.sender.size(); ++e)
      is_same = is_same && all.sender[static_cast<std::size_t>(edges) + e] == rows + part.sender[e];
    rows += part.num_receivers();
    edges += part.num_edges();
  }
  CHECK(is_same);
  CHECK(all.num_receivers() == rows);
  CHECK(all.num_edges() == edges);
  const auto device = to_device(all);
  std::vector<std::int64_t> ids;
  for (int i = 0; i < rows; ++i) ids.push_back(i);
  CHECK(has_right_senders(device, ids));
  const auto back = to_host(device);
  CHECK(back.first_edge == all.first_edge);
  CHECK(back.sender == all.sender);
  CHECK(back.vector == all.vector);
}

TEST_CASE("both directions of a pair have opposite vectors", "[trajcast]") {
  const auto edges = found_in(stored_graph("small_quartz"));
  std::int64_t opposite = 0;
  for (int i = 0; i < edges.num_receivers(); ++i)
    for (auto e = edges.first_edge[static_cast<std::size_t>(i)]; e < edges.first_edge[static_cast<std::size_t>(i) + 1];
         ++e) {
      const auto j = static_cast<std::size_t>(edges.sender[static_cast<std::size_t>(e)]);
      for (auto back = edges.first_edge[j]; back < edges.first_edge[j + 1]; ++back) {
        const double *r = &edges.vector[3 * static_cast<std::size_t>(e)],
                     *s = &edges.vector[3 * static_cast<std::size_t>(back)];
        opposite +=
            edges.sender[static_cast<std::size_t>(back)] == i && r[0] == -s[0] && r[1] == -s[1] && r[2] == -s[2];
      }
    }
  CHECK(opposite == edges.num_edges());
}

TEST_CASE("absurd graphs are refused", "[trajcast]") {
  const double places[6] = {0.1, 0.1, 0.1, 1e300, 0.0, 0.0};
  const auto box = tilted(1.0, {true, true, true});
  CHECK_THROWS_WITH(learn::trajcast::find_edges(box, places, 2, 1.0), Contains("particle 1 is at"));
  CHECK_THROWS_WITH(learn::trajcast::find_edges(box, places, 1, -1.0), Contains("expected a length"));
  CHECK_THROWS_WITH(learn::trajcast::find_edges(box, places, 1, 1e6), Contains("thin"));
}
