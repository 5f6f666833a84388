// Whole networks against the library that they were defined by: every layer, the result, gradients and training steps.
#include <cmath>

#include "catch.hpp"
#include "diff/adam.hpp"
#include "diff/equivariant/golden_layout.hpp"
#include "learn/trajcast/network.hpp"
#include "sample_networks.hpp"

using namespace tessera;
using namespace tessera::learn::trajcast;
using namespace tessera::test;

namespace {

/// Half the mean square of displacements and half that of velocities, and its slopes.
double loss_of(const std::vector<double>& target, const std::vector<double>& reference, std::vector<double>& slopes) {
  double sum = 0.0;
  const double weight = 1.0 / static_cast<double>(target.size());  // 1/2 over 3 numbers an atom
  slopes.resize(target.size());
  for (std::size_t n = 0; n < target.size(); ++n) {
    const double off = target[n] - reference[n];
    sum += weight * off * off;
    slopes[n] = 2.0 * weight * off;
  }
  return sum;
}

struct Batch {
  Graph graph;
  std::vector<double> reference;
};

/// Configurations of the training data of the small network.
Batch small_batch(const Hyperparameters& p, const std::vector<std::size_t>& chosen) {
  const std::string file = small_network(), group = "optimiser/graphs/";
  Configuration c = read_configuration(file, "forward");
  const auto x = read_stored(file, group + "positions").numbers, v = read_stored(file, group + "velocities").numbers,
             d = read_stored(file, group + "displacements").numbers,
             u = read_stored(file, group + "new_velocities").numbers;
  Batch batch;
  const std::size_t size = c.positions.size();
  for (const std::size_t k : chosen) {
    const auto slice = [&](const std::vector<double>& all) {
      return std::vector<double>(all.begin() + static_cast<std::ptrdiff_t>(k * size),
                                 all.begin() + static_cast<std::ptrdiff_t>((k + 1) * size));
    };
    c.positions = slice(x);
    c.velocities = slice(v);
    append(batch.graph, c, p.cutoff);
    const auto dx = slice(d), w = slice(u);
    for (std::size_t n = 0; n < size; n += 3) {
      for (std::size_t i = 0; i < 3; ++i) batch.reference.push_back(dx[n + i] / p.displacement_scale);
      for (std::size_t i = 0; i < 3; ++i) batch.reference.push_back(w[n + i] / p.velocity_scale);
    }
  }
  return batch;
}

std::vector<double> at_places(const std::vector<double>& all) {
  std::vector<double> some;
  for (const double place : read_stored(small_network(), "weights/places").numbers)
    some.push_back(all[static_cast<std::size_t>(place)]);
  return some;
}
std::vector<double> small_numbers(const std::string& name) { return read_stored(small_network(), name).numbers; }

}  // namespace

TEST_CASE("generated weights are those of the reference data", "[trajcast]") {
  for (const auto& [name, seed, tensor] :
       {std::tuple{"seed1_tensor0_first16", 1U, 0U}, {"seed7_tensor3_first16", 7U, 3U}}) {
    const auto numbers =
        read_stored(data_path("trajcast/primitives.h5"), std::string("weight_generator/") + name).numbers;
    for (std::size_t n = 0; n < numbers.size(); ++n) CHECK(generated(seed, tensor, n) == numbers[n]);
  }
  const Architecture architecture(read_hyperparameters(small_network(), "forward"));
  CHECK(architecture.num_weights == 37884);
  CHECK(largest_difference(at_places(generated_weights(architecture, 42)), small_numbers("weights/values")) < 1e-15);
}

TEST_CASE("every layer of a small network is the library's", "[trajcast]") {
  Hyperparameters p = read_hyperparameters(small_network(), "forward");
  const auto configuration = read_configuration(small_network(), "forward");
  const Graph graph = graph_of(configuration, p.cutoff);
  REQUIRE(graph.first_edge.back() == configuration.num_edges);
  for (const bool prunes : {false, true})
    for (const std::int64_t most_edges : {1, 25, 1000}) {
      p.prunes_last_layer = prunes;
      Network<double> network(p);
      network.set_weights(generated_weights(network.architecture(), 42));
      network.set_chunk_edges(most_edges);
      Images<double> alone(graph.num_atoms);
      const auto target = network.forward(graph, alone, true);
      const auto features = [&](std::size_t n, const std::string& name) {
        const auto& irreps = n == 0 ? network.architecture().first : network.architecture().layers[n - 1].out;
        return largest_difference(network.layer_features(n),
                                  to_ours(blocks_of(irreps), read_stored(small_network(), "forward/" + name)));
      };
      CHECK(features(0, "initial") < 1e-12);
      CHECK(features(1, "layer0") < 1e-12);
      CHECK(features(2, "layer1") < 1e-12);
      if (!prunes) CHECK(features(3, "layer2") < 1e-12);
      // The library has vectors one after the other.
      CHECK(largest_difference(network.raw_target(), small_numbers("forward/readout")) < 1e-12);
      CHECK(largest_difference(target, small_numbers("forward/target")) < 1e-12);
    }
}

TEST_CASE("networks of other sizes are the library's", "[trajcast]") {
  for (const std::string name : {"lmax1", "lmax2_angular_from_input", "lmax3"}) {
    Hyperparameters p = read_hyperparameters(small_network(), name);
    const Graph graph = graph_of(read_configuration(small_network(), name), p.cutoff);
    for (const bool prunes : {false, true}) {
      p.prunes_last_layer = prunes;
      Network<double> network(p);
      network.set_weights(generated_weights(network.architecture(), read_seed(small_network(), name)));
      Images<double> alone(graph.num_atoms);
      const auto target = network.forward(graph, alone, true);
      INFO(name);
      CHECK(largest_difference(target, small_numbers(name + "/target")) < 1e-12);
      const auto& last = network.architecture().layers.back().out;
      if (!prunes)
        CHECK(largest_difference(network.layer_features(network.architecture().layers.size()),
                                 to_ours(blocks_of(last), read_stored(small_network(), name + "/last"))) < 1e-12);
    }
  }
}

TEST_CASE("gradients of a batch are the library's", "[trajcast]") {
  const Hyperparameters p = read_hyperparameters(small_network(), "forward");
  const Batch batch = small_batch(p, {0, 1});
  CHECK(largest_difference(batch.reference, small_numbers("gradient/reference_normalised")) < 1e-13);
  for (const std::int64_t most_edges : {60, 10000}) {
    Network<double> network(p);
    network.set_weights(generated_weights(network.architecture(), 42));
    network.set_chunk_edges(most_edges);
    Images<double> alone(batch.graph.num_atoms);
    std::vector<double> slopes, gradient;
    const auto target = network.forward(batch.graph, alone, true);
    CHECK(largest_difference(target, small_numbers("gradient/target")) < 1e-12);
    CHECK_THAT(loss_of(target, batch.reference, slopes), WithinRel(small_numbers("gradient/loss")[0], 1e-12));
    network.reverse(batch.graph, alone, slopes, gradient);
    CHECK(largest_difference(at_places(gradient), small_numbers("gradient/values")) < 1e-11);
    double square = 0.0;
    for (const double g : gradient) square += g * g;
    CHECK_THAT(std::sqrt(square), WithinRel(small_numbers("gradient/gradient_norm")[0], 1e-11));
  }
}

TEST_CASE("twenty training steps are the library's", "[trajcast]") {
  const Hyperparameters p = read_hyperparameters(small_network(), "forward");
  Network<double> network(p);
  auto weights = generated_weights(network.architecture(), 42);
  const auto size = weights.size();
  Array1<double> values("weights", size), slopes("gradient", size);
  Kokkos::deep_copy(values, HostArray1<const double>(weights.data(), size));
  diff::Adam adam(static_cast<std::int64_t>(size), {.amsgrad = true, .clip_norm = 0.1});
  const auto batches = small_numbers("optimiser/batches"), losses = small_numbers("optimiser/loss"),
             norms = small_numbers("optimiser/gradient_norm_before_clip");
  for (std::size_t step = 0; step < 20; ++step) {
    const Batch batch =
        small_batch(p, {static_cast<std::size_t>(batches[2 * step]), static_cast<std::size_t>(batches[2 * step + 1])});
    Images<double> alone(batch.graph.num_atoms);
    network.set_weights(weights);
    std::vector<double> cotangent, gradient;
    const auto target = network.forward(batch.graph, alone, true);
    CHECK_THAT(loss_of(target, batch.reference, cotangent), WithinRel(losses[step], 1e-9));
    network.reverse(batch.graph, alone, cotangent, gradient);
    Kokkos::deep_copy(slopes, HostArray1<const double>(gradient.data(), size));
    adam.step(values, slopes, 1.0, 0.01);
    CHECK_THAT(adam.gradient_norm(), WithinRel(norms[step], 1e-9));
    Kokkos::deep_copy(HostArray1<double>(weights.data(), size), values);
    if (step == 0) CHECK(largest_difference(at_places(weights), small_numbers("optimiser/after1")) < 1e-9);
  }
  CHECK(largest_difference(at_places(weights), small_numbers("optimiser/after20")) < 1e-9);
}
