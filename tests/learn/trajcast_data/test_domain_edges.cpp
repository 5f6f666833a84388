// Graphs over several ranks.
#include "learn/trajcast/domain_edges.hpp"

#include "catch.hpp"
#include "data/tiling.hpp"
#include "graphs.hpp"

using namespace tessera;
using namespace tessera::test;

TEST_CASE("edges of a domain are those of the library on any number of ranks", "[trajcast]") {
  for (const char* name : {"quartz", "small_quartz"})
    for (const double skin : {0.0, 0.7}) {
      INFO(name << ", skin " << skin);
      const auto result = domain_edges(stored_graph(name), skin);
      CHECK(result.edges == stored_edges(name));
      REQUIRE_ALL(result.is_consistent && result.ghosts_arrive && result.has_same_vectors);
    }
  const auto water = domain_edges(stored_graph("water"), 0.3);
  CHECK(water.edges == brute_force_edges(stored_graph("water")));
  REQUIRE_ALL(water.is_consistent && water.ghosts_arrive && water.has_same_vectors);
}

TEST_CASE("graphs in boxes of all kinds, with ranks that own nothing", "[trajcast]") {
  const double vectors[3][3] = {{1.0, 0.0, 0.0}, {0.4, 1.1, 0.0}, {-0.3, 0.5, 0.9}};
  const auto thin = data::Box::triclinic({0, 0, 0}, vectors);
  const auto open = data::Box::orthogonal({0, 0, 0}, {3.0, 2.0, 2.5}, {false, true, false});
  for (const auto& graph : {gas_graph(1, thin, 1.6), gas_graph(3, thin, 2.25), gas_graph(25, open, 0.9),
                            gas_graph(2, data::Box::orthogonal({0, 0, 0}, {9.0, 9.0, 9.0}), 1.0)}) {
    INFO(graph.size() << " particles, cutoff " << graph.cutoff);
    const auto result = domain_edges(graph, 0.2);
    CHECK(result.edges == brute_force_edges(graph));
    REQUIRE_ALL(result.is_consistent && result.ghosts_arrive && result.has_same_vectors);
  }
}

TEST_CASE("features of a rank's own images are never stored", "[trajcast]") {
  const auto result = domain_edges(stored_graph("small_quartz"), 0.0);
  REQUIRE_ALL(result.num_copies > 0);
  REQUIRE_ALL(result.num_rows <= 9);  // each particle once
  REQUIRE_ALL(comm().size() > 1 || result.num_rows == 9);
}
