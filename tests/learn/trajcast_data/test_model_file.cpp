// Trained networks in files, and those that are refused.
#include "learn/trajcast/model_file.hpp"

#include "catch.hpp"
#include "learn/trajcast/model_parameters.hpp"

using namespace tessera;
using namespace tessera::test;
using namespace tessera::learn::trajcast;

namespace {

enum class Kept { nothing, momentum, both };

/// Shaped as the network's own.
struct Sizes {
  int num_species = 2, l_max = 1;
  std::int64_t channels = 16;
  int num_layers = 3;
  double cutoff = 4.0;
  int num_radial = 8, envelope_power = 6;
  double speed_max = 0.11;
  int num_speed = 8;
  std::vector<std::int64_t> hidden{32, 48};
  double mean_neighbours = 9.5, displacement_scale = 0.0496, velocity_scale = 0.0112;
  Kept conservation = Kept::both;
  std::optional<std::array<double, 3>> momentum = std::array{0.0, 0.0, 0.0}, angular_momentum;
  bool prunes_last_layer = true;
};

StoredNetwork made_network() {
  StoredNetwork network;
  network.species = {{"O", 15.999}, {"Si", 28.085}};
  network.interval = 30.0;
  network.seen.displacement_scale = 0.07;
  network.seen.velocity_scale = 0.0036;
  network.seen.least_distance = 1.4;
  network.parameters = to_parameters(Sizes{});
  for (int n = 0; n < 12; ++n)
    network.weights.push_back({"layer" + std::to_string(11 - n) + "/update", 1, 2, {0.1 * n, 1.0 / (n + 1)}});
  network.history = {{1, 0.9, 0.8, 0.01, 0.001, 0.01}, {2, 0.7, 0.75, 0.009, 0.0009, 0.01}};
  return network;
}

std::vector<TensorShape> shapes_of(const StoredNetwork& network) {
  std::vector<TensorShape> shapes;
  for (const auto& weight : network.weights) shapes.push_back({weight.name, weight.rows, weight.cols});
  return shapes;
}

std::string written(const data::Model& model, const std::string& name) {
  const std::string path = scratch_folder() + "/" + name;
  data::write_model(comm(), path, model);
  return path;
}

}  // namespace

TEST_CASE("a network reads back as it was written", "[trajcast]") {
  const auto network = made_network();
  const std::string path = written(to_model(network), "model.h5");
  const auto back = read_network(comm(), path);
  REQUIRE(back.species.size() == 2);
  CHECK((back.species[1].name == "Si" && back.species[1].mass == 28.085));
  CHECK(back.interval == 30.0);
  CHECK(back.seen.least_distance == 1.4);
  REQUIRE(back.weights.size() == 12);
  for (std::size_t n = 0; n < 12; ++n) CHECK(back.weights[n].values == network.weights[n].values);
  CHECK_NOTHROW(check_weights(back, shapes_of(network), path));
  REQUIRE(back.history.size() == 2);
  CHECK((back.history[1].epoch == 2.0 && back.history[1].velocity_error == 0.0009));

  const auto sizes = from_parameters<Sizes>(back, path);
  CHECK(sizes.hidden == std::vector<std::int64_t>{32, 48});
  CHECK((sizes.l_max == 1 && sizes.channels == 16 && sizes.cutoff == 4.0 && sizes.conservation == Kept::both));
  CHECK(sizes.momentum.has_value());
  CHECK_FALSE(sizes.angular_momentum.has_value());
}

TEST_CASE("networks that do not fit are refused", "[trajcast]") {
  const auto network = made_network();
  auto shapes = shapes_of(network);
  shapes[3].cols = 3;
  CHECK_THROWS_WITH(check_weights(network, shapes, "model.h5"),
                    Contains("weights number 3 are layer8/update, 1 x 2; the network wants layer8/update, 1 x 3"));
  shapes = shapes_of(network);
  shapes.push_back({"readout", 4, 2});
  CHECK_THROWS_WITH(check_weights(network, shapes, "model.h5"), Contains("weights number 12 are not there"));
  shapes.resize(5);
  CHECK_THROWS_WITH(check_weights(network, shapes, "model.h5"), Contains("12 tensors of weights; the network wants 5"));

  CHECK(match_species(network.species, {{"Si", 28.086}, {"O", 16.0}}, "model.h5") == std::vector<int>{1, 0});
  CHECK_THROWS_WITH(match_species(network.species, {{"Al", 26.98}}, "model.h5"),
                    Contains("trained for O, Si; the system has Al"));
  CHECK_THROWS_WITH(match_species(network.species, {{"O", 18.0}}, "model.h5"), Contains("has the mass 15.999"));
  CHECK_NOTHROW(check_same(4.0, 4.0, "cutoff", "model.h5"));
  CHECK_THROWS_WITH(check_same(4.5, 4.0, "cutoff", "model.h5"), Contains("cutoff = 4.5 was asked for"));
}

TEST_CASE("damaged and foreign files are refused", "[trajcast]") {
  auto model = to_model(made_network());
  const auto without = [&](const std::string& name) {
    auto less = model;
    std::erase_if(less.arrays, [&](const auto& array) { return array.name.starts_with(name); });
    return written(less, "less.h5");
  };
  CHECK_THROWS_WITH(read_network(comm(), without("species")), Contains("no 'species'"));
  CHECK_THROWS_WITH(read_network(comm(), without("interval")), Contains("no 'interval'"));
  CHECK_THROWS_WITH(read_network(comm(), without("weight.")), Contains("no weights"));
  const auto sizeless = without("parameter.cutoff");
  const auto network = read_network(comm(), sizeless);
  CHECK_THROWS_WITH(from_parameters<Sizes>(network, sizeless), Contains("no 'cutoff'"));
  model.kind = "action";
  CHECK_THROWS_WITH(read_network(comm(), written(model, "other.h5")), Contains("holds a model of 'action'"));
  CHECK_THROWS_WITH(read_network(comm(), data_path("trajcast/graphs.h5")), Contains("no model"));
  model = to_model(made_network());
  for (auto& array : model.arrays)
    if (array.name == "masses") array.values[0] = -1.0;
  CHECK_THROWS_WITH(read_network(comm(), written(model, "mass.h5")), Contains("the mass of O is -1"));
}

TEST_CASE("a converted network reads as one of our own", "[trajcast]") {
  const std::string path = data_path("trajcast/converted.h5");
  const auto network = read_network(comm(), path);
  CHECK((network.species.size() == 2 && network.species[0].name == "O" && network.species[1].mass == 28.085));
  CHECK(network.interval == 30.0);
  CHECK(network.seen.displacement_scale == 0.0723);
  const auto sizes = from_parameters<Sizes>(network, path);
  CHECK((sizes.channels == 4 && sizes.num_layers == 1 && sizes.l_max == 1 && sizes.cutoff == 4.5));
  CHECK(sizes.hidden == std::vector<std::int64_t>{4});
  CHECK(sizes.conservation == Kept::momentum);
  CHECK(sizes.mean_neighbours == 30.25);
  REQUIRE(network.weights.size() == 12);
  CHECK((network.weights[3].name == "layer0.edge_mlp_0" && network.weights[3].rows == 3));
  double number = 0.0;
  bool is_in_order = true;
  for (const auto& weight : network.weights)
    for (const double value : weight.values) is_in_order = is_in_order && value == number++ / 64.0;
  CHECK(is_in_order);
}
