#include "action_networks.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "catch.hpp"
#include "data/io/h5_input.hpp"

namespace tessera::test {

using diff::Function;
using diff::Node;

const std::vector<ActionNetwork>& action_networks() {
  static const std::vector<ActionNetwork> networks{
      {"net_a_scalar_silu_d2", ActionForm::scalar, 2, 1, Function::silu},
      {"net_b_quad_silu_d3", ActionForm::quad, 3, 1, Function::silu},
      {"net_c_inner_tanh_d5_sinemb", ActionForm::inner, 5, 8, Function::tanh},
      {"net_d_vector_silu_d3", ActionForm::vector, 3, 1, Function::silu},
  };
  return networks;
}

std::string action_data(const std::string& name) {
  const char* folder = std::getenv("TESSERA_GOLDEN");
  const std::string whole = folder == nullptr ? "" : std::string(folder) + "/" + name + ".h5";
  return std::filesystem::exists(whole) ? whole : data_path("action_matching/" + name + ".h5");
}

bool has_stored(const std::string& path, const std::string& dataset) {
  const data::h5::Input file(path);
  return data::h5::Input::has(file.id(), dataset);
}

Stored read_stored(const std::string& path, const std::string& dataset) {
  const data::h5::Input file(path);
  const data::h5::Id set = file.open_dataset(file.id(), dataset, dataset);
  const auto extents = data::h5::extents(set);
  Stored stored;
  for (std::size_t n = 0; n < extents.size(); ++n)
    (n == 0 ? stored.rows : stored.width) *= static_cast<std::int64_t>(extents[n]);
  stored.numbers.resize(static_cast<std::size_t>(stored.rows * stored.width));
  file.read_block(set, std::vector<hsize_t>(extents.size()), extents, H5T_NATIVE_DOUBLE, stored.numbers.data(),
                  dataset);
  return stored;
}

data::RowArray<double> read_rows(const std::string& path, const std::string& dataset) {
  const Stored stored = read_stored(path, dataset);
  const data::RowArray<double> rows("rows", static_cast<std::size_t>(stored.rows),
                                    static_cast<std::size_t>(stored.width));
  data::set_rows(rows, 0, stored.numbers);
  return rows;
}

namespace {

std::int64_t count_layers(const std::string& path, const std::string& group) {
  std::int64_t layers = 0;
  while (has_stored(path, fmt::format("{}/W{}", group, layers))) ++layers;
  return layers;
}

std::vector<std::int64_t> widths_of(const std::string& path, const std::string& group) {
  std::vector<std::int64_t> widths;
  for (std::int64_t n = 0; n < count_layers(path, group); ++n) {
    const Stored weight = read_stored(path, fmt::format("{}/W{}", group, n));
    if (n == 0) widths.push_back(weight.width);
    widths.push_back(weight.rows);
  }
  return widths;
}

/// Of parameters that are called one thing here and another in a file.
struct Pair {
  std::string name, stored;
};

std::vector<Pair> pairs(std::int64_t layers) {
  std::vector<Pair> pairs;
  for (std::int64_t n = 0; n < layers; ++n) {
    pairs.push_back({fmt::format("s.{}.weight", n), fmt::format("W{}", n)});
    pairs.push_back({fmt::format("s.{}.bias", n), fmt::format("b{}", n)});
  }
  return pairs;
}

}  // namespace

Action::Action(const ActionNetwork& network, const std::string& path, const std::string& group)
    : network_(network),
      num_layers_(count_layers(path, group)),
      mlp_(parameters_, "s", {.widths = widths_of(path, group), .activation = network.activation}) {
  for (const auto& [name, stored] : pairs(num_layers_))
    parameters_.set(parameters_.find(name), read_stored(path, group + "/" + stored).numbers);
}

Node Action::operator()(Node t, Node x) const {
  const auto embedding =
      network_.time_width == 1 ? diff::TimeEmbedding::raw() : diff::TimeEmbedding::sinusoidal(network_.time_width);
  const Node h = mlp_(parameters_, join(embedding(t), x));
  switch (network_.form) {
    case ActionForm::quad:
      return 0.5 * row_sum(square(x - h));
    case ActionForm::inner:
      return row_sum(h * x);
    default:
      return h;
  }
}

double Action::largest_difference(const Array1<double>& values, double factor, const std::string& path,
                                  const std::string& prefix) const {
  std::vector<double> found(values.extent(0));
  Kokkos::deep_copy(HostArray1<double>(found.data(), found.size()), values);
  double worst = 0.0;
  for (const auto& [name, stored] : pairs(num_layers_)) {
    const auto& slice = parameters_.find(name);
    const auto expected = read_stored(path, prefix + stored).numbers;
    REQUIRE(static_cast<std::int64_t>(expected.size()) == slice.size());
    double largest = 0.0, difference = 0.0;
    for (std::size_t n = 0; n < expected.size(); ++n) {
      largest = std::max(largest, std::fabs(expected[n]));
      difference =
          std::max(difference, std::fabs(factor * found[static_cast<std::size_t>(slice.first) + n] - expected[n]));
    }
    worst = std::max(worst, largest > 0.0 ? difference / largest : difference);
  }
  return worst;
}

Node axis(diff::Graph& graph, std::int64_t dim, std::int64_t n) {
  std::vector<double> numbers(static_cast<std::size_t>(dim));
  numbers[static_cast<std::size_t>(n)] = 1.0;
  return spread(graph.constants(numbers));
}

}  // namespace tessera::test
