// Networks and configurations of the reference data, and graphs found by trying all images.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "catch.hpp"
#include "learn/trajcast/architecture.hpp"
#include "learn/trajcast/graph.hpp"
#include "learn/trajcast/hyperparameters.hpp"
#include "stored.hpp"

namespace tessera::test {

using learn::trajcast::Architecture;
using learn::trajcast::Conservation;
using learn::trajcast::Graph;
using learn::trajcast::Hyperparameters;

inline Hyperparameters read_hyperparameters(const std::string& path, const std::string& group) {
  const auto n = read_stored(path, group + "/hyperparameters").numbers;
  Hyperparameters p;
  p.num_species = static_cast<int>(n[0]);
  p.l_max = static_cast<int>(n[1]);
  p.channels = static_cast<std::int64_t>(n[2]);
  p.num_layers = static_cast<int>(n[3]);
  p.cutoff = n[4];
  p.num_radial = static_cast<int>(n[5]);
  p.envelope_power = static_cast<int>(n[6]);
  p.num_speed = static_cast<int>(n[7]);
  p.speed_max = n[8];
  p.mean_neighbours = n[9];
  p.displacement_scale = n[10];
  p.velocity_scale = n[11];
  p.conservation = n[12] != 0.0 ? Conservation::angular : Conservation::linear;
  p.hidden.clear();
  for (const double width : read_stored(path, group + "/hidden").numbers)
    p.hidden.push_back(static_cast<std::int64_t>(width));
  const auto constant = [&](const std::string& name) -> std::optional<std::array<double, 3>> {
    if (!has_stored(path, group + "/" + name)) return {};
    const auto v = read_stored(path, group + "/" + name).numbers;
    return std::array<double, 3>{v[0], v[1], v[2]};
  };
  p.momentum = constant("momentum");
  p.angular_momentum = constant("angular_momentum");
  return p;
}

inline std::uint64_t read_seed(const std::string& path, const std::string& group) {
  return static_cast<std::uint64_t>(read_stored(path, group + "/hyperparameters").numbers[13]);
}

/// Output function of SplitMix64 (Steele, Lea and Flood 2014).
inline std::uint64_t mix(std::uint64_t x) {
  std::uint64_t z = x + 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

/// Element i of tensor k: uniform numbers of unit variance, which reference networks have as weights.
inline double generated(std::uint64_t seed, std::uint64_t k, std::uint64_t i) {
  const std::uint64_t bits = mix(mix((seed << 32) + k) + i) >> 11;
  return (2.0 * static_cast<double>(bits) * 0x1p-53 - 1.0) * std::sqrt(3.0);
}

inline std::vector<double> generated_weights(const Architecture& architecture, std::uint64_t seed) {
  std::vector<double> weights;
  for (std::size_t k = 0; k < architecture.tensors.size(); ++k)
    for (std::int64_t i = 0; i < architecture.tensors[k].size(); ++i)
      weights.push_back(generated(seed, k, static_cast<std::uint64_t>(i)));
  for (int n = 0; n < architecture.parameters.num_radial; ++n) {
    double& root = weights[static_cast<std::size_t>(architecture.roots_at + n)];
    root = (n + 1) * 3.14159265358979323846 + 0.05 * root;
  }
  return weights;
}

struct Configuration {
  std::vector<double> positions, velocities, masses, cell;
  std::vector<int> species;
  std::array<bool, 3> is_periodic{};
  std::int64_t num_edges = 0;

  std::int64_t num_atoms() const { return static_cast<std::int64_t>(masses.size()); }
};

inline Configuration read_configuration(const std::string& path, const std::string& group) {
  const auto read = [&](const char* name) { return read_stored(path, group + "/" + name).numbers; };
  Configuration c{.positions = read("positions"),
                  .velocities = read("velocities"),
                  .masses = read("masses"),
                  .cell = read("cell"),
                  .species = {},
                  .is_periodic = {},
                  .num_edges = static_cast<std::int64_t>(read("num_edges")[0])};
  for (const double s : read("species_index")) c.species.push_back(static_cast<int>(s));
  const auto periodic = read("pbc");
  for (std::size_t k = 0; k < 3; ++k) c.is_periodic[k] = periodic[k] != 0.0;
  return c;
}

/// How many images of a cell reach farther than the cutoff in each direction.
inline std::array<int, 3> image_counts(const Configuration& c, double cutoff) {
  std::array<int, 3> counts{};
  const auto row = [&c](std::size_t k) { return c.cell.data() + 3 * (k % 3); };
  for (std::size_t k = 0; k < 3; ++k) {
    if (!c.is_periodic[k]) continue;
    const double *a = row(k), *b = row(k + 1), *d = row(k + 2);
    const std::array<double, 3> normal{b[1] * d[2] - b[2] * d[1], b[2] * d[0] - b[0] * d[2], b[0] * d[1] - b[1] * d[0]};
    const double area = std::sqrt(normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]);
    const double height = std::fabs(a[0] * normal[0] + a[1] * normal[1] + a[2] * normal[2]) / area;
    // Atoms may lie in cells beside their own.
    counts[k] = static_cast<int>(std::ceil(cutoff / height)) + 1;
  }
  return counts;
}

/// With `ghosts`, the owner of each ghost is added to it, and images are senders of their own.
inline void append(Graph& graph, const Configuration& c, double cutoff, std::vector<int>* ghosts = nullptr) {
  const auto counts = image_counts(c, cutoff);
  const auto offset = static_cast<int>(graph.num_atoms);
  const int atoms = static_cast<int>(c.num_atoms());
  const int config = offset == 0 ? 0 : graph.configuration.back() + 1;
  std::map<std::tuple<int, int, int, int>, int> known;
  for (int i = 0; i < atoms; ++i) {
    for (int j = 0; j < atoms; ++j)
      for (int a = -counts[0]; a <= counts[0]; ++a)
        for (int b = -counts[1]; b <= counts[1]; ++b)
          for (int d = -counts[2]; d <= counts[2]; ++d) {
            if (i == j && a == 0 && b == 0 && d == 0) continue;
            std::array<double, 3> r{};
            for (std::size_t k = 0; k < 3; ++k) {
              const double shift = a * c.cell[k] + b * c.cell[3 + k] + d * c.cell[6 + k];
              r[k] = (c.positions[static_cast<std::size_t>(3 * j) + k] -
                      c.positions[static_cast<std::size_t>(3 * i) + k]) +
                     shift;
            }
            if (std::sqrt(r[0] * r[0] + r[1] * r[1] + r[2] * r[2]) >= cutoff) continue;
            int sender = offset + j;
            if (ghosts != nullptr && (a != 0 || b != 0 || d != 0)) {
              const auto [place, is_new] = known.emplace(std::make_tuple(j, a, b, d), static_cast<int>(ghosts->size()));
              if (is_new) ghosts->push_back(j);
              sender = atoms + place->second;
            }
            graph.sender.push_back(sender);
            graph.edge_vectors.insert(graph.edge_vectors.end(), r.begin(), r.end());
          }
    graph.first_edge.push_back(static_cast<std::int64_t>(graph.sender.size()));
    graph.configuration.push_back(config);
  }
  graph.num_atoms += atoms;
  graph.num_configurations = config + 1;
  if (ghosts != nullptr) graph.num_ghosts = static_cast<std::int64_t>(ghosts->size());
  const auto take = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  take(graph.species, c.species);
  take(graph.positions, c.positions);
  take(graph.velocities, c.velocities);
  take(graph.masses, c.masses);
}

inline Graph graph_of(const Configuration& c, double cutoff) {
  Graph graph;
  append(graph, c, cutoff);
  return graph;
}

/// A small network of its own.
inline Hyperparameters sample_parameters() {
  Hyperparameters p;
  p.num_species = 2;
  p.l_max = 2;
  p.channels = 8;
  p.num_layers = 2;
  p.cutoff = 3.0;
  p.speed_max = 0.1;
  p.hidden = {12, 12};
  p.mean_neighbours = 7.0;
  p.displacement_scale = 0.06;
  p.velocity_scale = 0.012;
  return p;
}

/// Nine atoms in a small skewed cell.
inline Configuration sample_configuration() {
  Configuration c;
  c.cell = {4.1, 0.0, 0.0, 0.7, 3.9, 0.0, -0.3, 0.5, 4.6};
  c.is_periodic = {true, true, true};
  for (int n = 0; n < 9; ++n) {
    for (int k = 0; k < 3; ++k) {
      c.positions.push_back(2.0 + 2.0 * std::sin(1.0 + 3.7 * n + 1.9 * k * (n + 1)));
      c.velocities.push_back(0.03 * std::sin(2.0 + 1.3 * n + 2.9 * k));
    }
    c.masses.push_back(n % 3 == 0 ? 28.086 : 15.999);
    c.species.push_back(n % 3 == 0 ? 1 : 0);
  }
  return c;
}

inline std::string small_network() { return data_path("trajcast/small.h5"); }
inline std::string paper_size() { return data_path("trajcast/paper_size.h5"); }

}  // namespace tessera::test
