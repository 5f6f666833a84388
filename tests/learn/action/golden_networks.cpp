#include "golden_networks.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "catch.hpp"

namespace tessera::test {

using diff::Function;
using learn::action::Form;
using learn::action::Network;

const std::vector<GoldenNetwork>& golden_networks() {
  static const std::vector<GoldenNetwork> networks{
      {"net_a_scalar_silu_d2", Form::scalar, 2, 1, Function::silu},
      {"net_b_quad_silu_d3", Form::quad, 3, 1, Function::silu},
      {"net_c_inner_tanh_d5_sinemb", Form::inner, 5, 8, Function::tanh},
      {"net_d_vector_silu_d3", Form::vector, 3, 1, Function::silu},
  };
  return networks;
}

std::string action_data(const std::string& name) {
  const char* folder = std::getenv("TESSERA_GOLDEN");
  const std::string whole = folder == nullptr ? "" : std::string(folder) + "/" + name + ".h5";
  return std::filesystem::exists(whole) ? whole : data_path("action_matching/" + name + ".h5");
}

namespace {

/// The name in a file of what is called "h.<n>.weight" or "h.<n>.bias" here.
std::string stored_name(const std::string& name) {
  const std::string layer = name.substr(2, name.find('.', 2) - 2);
  return (name.ends_with(".weight") ? "W" : "b") + layer;
}

}  // namespace

Network read_network(const GoldenNetwork& golden, const std::string& path, const std::string& group) {
  learn::action::NetworkParams params{.form = golden.form, .hidden = {}, .activation = golden.activation};
  for (int n = 0; has_stored(path, fmt::format("{}/W{}", group, n + 1)); ++n)
    params.hidden.push_back(read_stored(path, fmt::format("{}/W{}", group, n)).rows);
  if (golden.time_width > 1) {
    params.embedding = learn::action::EmbeddingKind::sinusoidal;
    params.embedding_size = golden.time_width;
  }
  Network network({.params = params, .dimensions = golden.dim, .mean = {}, .deviation = {}});
  const auto& parameters = network.parameters();
  for (const auto& slice : parameters.slices())
    parameters.set(slice, read_stored(path, group + "/" + stored_name(slice.name)).numbers);
  return network;
}

double largest_difference(const Network& network, const Array1<double>& values, double factor, const std::string& path,
                          const std::string& prefix) {
  std::vector<double> found(values.extent(0));
  Kokkos::deep_copy(HostArray1<double>(found.data(), found.size()), values);
  double worst = 0.0;
  for (const auto& slice : network.parameters().slices()) {
    const auto expected = read_stored(path, prefix + stored_name(slice.name)).numbers;
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

}  // namespace tessera::test
