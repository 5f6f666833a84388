// Networks of the published size, on a molecule and on crystals whose atoms see several images of each other.
#include <cmath>

#include "catch.hpp"
#include "diff/equivariant/golden_layout.hpp"
#include "learn/trajcast/network.hpp"
#include "sample_networks.hpp"

using namespace tessera;
using namespace tessera::learn::trajcast;
using namespace tessera::test;

namespace {

template <class Real>
void check_case(const std::string& name, double tolerance, bool has_ghosts = false, bool has_sums = true) {
  INFO(name);
  const Hyperparameters p = read_hyperparameters(paper_size(), name);
  const auto configuration = read_configuration(paper_size(), name);
  Network<Real> network(p);
  REQUIRE(network.num_weights() ==
          static_cast<std::int64_t>(read_stored(paper_size(), name + "/num_weights").numbers[0]));
  network.set_weights(generated_weights(network.architecture(), read_seed(paper_size(), name)));
  Graph graph;
  std::vector<int> owners;
  append(graph, configuration, p.cutoff, has_ghosts ? &owners : nullptr);
  REQUIRE(graph.first_edge.back() == configuration.num_edges);
  Images<Real> images(graph.num_atoms, owners);
  const auto target = network.forward(graph, images, true);
  CHECK(largest_difference(target, read_stored(paper_size(), name + "/target").numbers) < tolerance);
  if (!has_sums) return;
  // Sums of squares of blocks after each layer but the last, of which there are vectors alone.
  const auto golden = read_stored(paper_size(), name + "/sums_of_squares");
  for (std::size_t n = 0; n + 1 < network.architecture().layers.size(); ++n) {
    const diff::Irreps& irreps = network.architecture().layers[n].out;
    for (std::size_t block = 0; block < irreps.blocks().size(); ++block) {
      const diff::Block& b = irreps.blocks()[block];
      double sum = 0.0;
      for (std::int64_t atom = 0; atom < graph.num_atoms; ++atom)
        for (std::int64_t k = 0; k < b.size(); ++k) {
          const auto place = static_cast<std::size_t>(atom * irreps.size() + b.offset + k);
          const auto x = static_cast<double>(network.layer_features(n + 1)[place]);
          sum += x * x;
        }
      INFO("layer " << n << ", block " << block << ": off by " << sum / golden.numbers[n * 6 + block] - 1.0);
      CHECK_THAT(sum, WithinRel(golden.numbers[n * 6 + block], tolerance));
    }
  }
}

}  // namespace

TEST_CASE("a molecule whose angular momentum is conserved, published size", "[trajcast]") {
  check_case<double>("molecule_aspirin", 1e-11, false, false);
}

TEST_CASE("a small crystal with several images of each atom, published size", "[trajcast]") {
  check_case<double>("crystal_quartz_9_many_images", 1e-11);
  check_case<double>("crystal_quartz_9_many_images", 1e-11, true);
  check_case<float>("crystal_quartz_9_many_images", 2e-4, false, false);
}

TEST_CASE("a crystal, published size", "[trajcast]") { check_case<double>("crystal_quartz_162", 1e-11); }

TEST_CASE("a liquid, published size", "[trajcast]") { check_case<double>("liquid_water_192", 1e-11); }

TEST_CASE("path weights from tables give the same results", "[trajcast]") {
  const std::string name = "crystal_quartz_9_many_images";
  const Hyperparameters p = read_hyperparameters(paper_size(), name);
  Network<double> network(p);
  network.set_weights(generated_weights(network.architecture(), read_seed(paper_size(), name)));
  const Graph graph = graph_of(read_configuration(paper_size(), name), p.cutoff);
  Images<double> alone(graph.num_atoms);
  const auto exact = network.forward(graph, alone);
  // The table begins within the range of lengths: edges on both sides of it.
  network.tabulate(512, 2.0);
  CHECK(network.table_error() < 1e-8);
  CHECK(network.table_bytes() > 0);
  const auto tabulated = network.forward(graph, alone);
  CHECK(largest_difference(tabulated, exact) < 1e-7);
  CHECK(largest_difference(tabulated, exact) > 0.0);
  network.set_weights(generated_weights(network.architecture(), read_seed(paper_size(), name)));
  CHECK(network.forward(graph, alone) == exact);
}
